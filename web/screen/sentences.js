// Every sentence that the page says, in one place.

/** @typedef {import('../relay/wire.js').Trouble} Trouble */
/** @typedef {import('../call/call-types.js').CallEnd} CallEnd */
/** @typedef {import('../call/side-channel.js').SideState} SideState */
/** @typedef {import('./devices.js').Device} Device */
/** @typedef {import('./devices.js').DeviceState} DeviceState */
/** @typedef {import('./screen.js').View} View */

/**
 * Where the call stands.
 * @param {View} view
 * @returns {string}
 */
export function stateSentence({ state, trouble, end, code }) {
    if (trouble !== null) return troubleSentence(trouble);
    switch (state) {
    case 'idle': return 'Agree on a word, type it on both devices, and dial.';
    case 'asking': return 'Asking for your camera and microphone. Your browser may want a yes from you.';
    case 'dialling': return 'Dialling…';
    case 'waiting': return `Waiting for the other to dial “${code}”.`;
    case 'connecting': return 'The other is there. Connecting…';
    case 'connected': return 'Connected.';
    case 'interrupted': return 'The connection is interrupted. It may come back by itself…';
    case 'ended': return end === null ? '' : endSentence(end);
    }
}

/**
 * @param {Trouble} trouble
 * @returns {string}
 */
function troubleSentence({ kind, seconds }) {
    switch (kind) {
    case 'unreachable': return 'The relay cannot be reached. Trying again…';
    case 'too-many-dials': return `Too many dials came from here. Trying again in ${seconds} seconds…`;
    case 'busy': return `The relay is busy. Trying again in ${seconds} seconds…`;
    }
}

/**
 * @param {CallEnd} end
 * @returns {string}
 */
function endSentence(end) {
    switch (end.how) {
    case 'hung-up': return 'You hung up.';
    case 'they-hung-up': return 'The other hung up.';
    case 'vanished': return 'The other has vanished: the connection broke off.';
    case 'failed': return 'The two devices found no way to each other. The network between them may forbid it.';
    case 'superseded': return 'Another tab has the call now.';
    case 'refused':
        if (end.problem.status === 400) return 'The relay does not take this word. It may have 1 to 128 letters.';
        return `The relay refuses. ${end.problem.detail}`.trim();
    }
}

/** @type {Record<Device, Partial<Record<DeviceState, string>>>} */
const MISSING = {
    camera: {
        none: 'No camera was found: you will not be seen.',
        refused: 'The camera is not allowed: you will not be seen.',
        busy: 'The camera is in use elsewhere: you will not be seen.',
        insecure: 'The browser gives no camera to a page that came over plain http: you will not be seen.',
    },
    microphone: {
        none: 'No microphone was found: you will not be heard.',
        refused: 'The microphone is not allowed: you will not be heard.',
        busy: 'The microphone is in use elsewhere: you will not be heard.',
        insecure: 'Nor does it give a microphone: you will not be heard.',
    },
};

/**
 * What this side lacks.
 * @param {Record<Device, DeviceState>} devices
 * @returns {string} empty: nothing
 */
export function devicesSentence(devices) {
    return [MISSING.camera[devices.camera], MISSING.microphone[devices.microphone]].filter(Boolean).join(' ');
}

/**
 * What the other side mutes or lacks.
 * @param {SideState | null} theirs null: not known yet
 * @returns {string} empty: nothing
 */
export function theirSentence(theirs) {
    if (theirs === null) return '';
    const parts = [];
    if (theirs.camera === 'off') parts.push('Their camera is off.');
    if (theirs.camera === 'none') parts.push('They have no camera.');
    if (theirs.microphone === 'off') parts.push('Their microphone is off.');
    if (theirs.microphone === 'none') parts.push('They have no microphone.');
    if (theirs.speaker === 'off') parts.push('They do not hear you: their speaker is off.');
    return parts.join(' ');
}

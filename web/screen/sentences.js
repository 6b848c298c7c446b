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
    case 'idle': return 'Agree on a word with the other person. Both of you type it here and dial.';
    case 'asking': return 'Opening your camera and microphone. If your browser asks you, allow them.';
    case 'dialling': return 'Dialling…';
    case 'waiting': return `Waiting for the other person to dial “${code}”.`;
    case 'connecting': return 'The other person is there. Connecting…';
    case 'connected': return 'Connected.';
    case 'interrupted': return 'The connection is interrupted. Wait a moment: it may come back by itself.';
    case 'ended': return end === null ? '' : endSentence(end);
    }
}

/**
 * @param {Trouble} trouble
 * @returns {string}
 */
function troubleSentence({ kind, seconds }) {
    const again = `Trying again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}…`;
    switch (kind) {
    case 'unreachable': return 'The server cannot be reached. Trying again… Check your network.';
    case 'too-many-dials': return `Too many dials came from your network. ${again}`;
    case 'busy': return `The server is busy. ${again}`;
    }
}

/**
 * @param {CallEnd} end
 * @returns {string}
 */
function endSentence(end) {
    switch (end.how) {
    case 'hung-up': return 'You hung up.';
    case 'they-hung-up': return 'The other person hung up.';
    case 'vanished': return 'The connection to the other person is lost. To go on, both of you dial again.';
    case 'failed': return 'No way to the other person was found. Try another network, and both of you dial again.';
    case 'superseded': return 'Another tab has the call now. Go on there.';
    case 'refused':
        if (end.problem.status === 400) return 'This word cannot be dialled. Choose one of 1 to 128 characters.';
        return `The server turned the call down. Reload this page and dial again. ${end.problem.detail}`.trim();
    }
}

/** @type {Record<Device, Partial<Record<DeviceState, string>>>} */
const MISSING = {
    camera: {
        none: 'No camera was found: you will not be seen.',
        refused: 'The camera is not allowed: you will not be seen.',
        busy: 'Another program uses the camera: you will not be seen.',
        insecure: 'The browser gives no camera to a page that came over plain http: you will not be seen.',
    },
    microphone: {
        none: 'No microphone was found: you will not be heard.',
        refused: 'The microphone is not allowed: you will not be heard.',
        busy: 'Another program uses the microphone: you will not be heard.',
        insecure: 'Nor does it give a microphone: you will not be heard.',
    },
};

/** @type {Partial<Record<DeviceState, string>>} what to do about it, said once for both devices */
const ADVICE = {
    refused: 'To change that, allow this page to use it in your browser’s settings.',
    busy: 'To change that, close the other program and ask for it here again.',
    insecure: 'To change that, open this page by an address that begins with https.',
};

/**
 * What this side lacks.
 * @param {Record<Device, DeviceState>} devices
 * @returns {string} empty: nothing
 */
export function devicesSentence({ camera, microphone }) {
    const advice = new Set([ADVICE[camera], ADVICE[microphone]]);
    return [MISSING.camera[camera], MISSING.microphone[microphone], ...advice].filter(Boolean).join(' ');
}

/** Joins what somebody has: “a, b, and c”. */
const LIST = new Intl.ListFormat('en');

/**
 * What the other side mutes or lacks.
 * @param {SideState | null} theirs null: not known yet
 * @returns {string} empty: nothing
 */
export function theirSentence(theirs) {
    if (theirs === null) return '';
    const parts = [];
    if (theirs.camera === 'off') parts.push('the camera off');
    if (theirs.camera === 'none') parts.push('no camera');
    if (theirs.microphone === 'off') parts.push('the microphone off');
    if (theirs.microphone === 'none') parts.push('no microphone');
    if (theirs.speaker === 'off') parts.push('the speaker off');
    if (parts.length === 0) return '';
    const deaf = theirs.speaker === 'off' ? ' You are not heard.' : '';
    return `The other person has ${LIST.format(parts)}.${deaf}`;
}

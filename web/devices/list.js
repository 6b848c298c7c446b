// The devices that the browser tells of, and which one is meant.

/** @typedef {import('./device-types.js').Found} Found */

/** @type {Record<MediaDeviceKind, Found['kind']>} */
const KINDS = { videoinput: 'camera', audioinput: 'microphone', audiooutput: 'speaker' };

/** @returns {Promise<Found[]>} no speakers where they cannot be changed */
export async function listDevices() {
    const canChangeSpeaker = 'setSinkId' in HTMLMediaElement.prototype;
    return (await navigator.mediaDevices.enumerateDevices())
        .filter(({ kind }) => canChangeSpeaker || kind !== 'audiooutput')
        .map(({ kind, deviceId, label }) => ({ kind: KINDS[kind], id: deviceId, label }));
}

/**
 * The one that was chosen. Some browsers give it another id at every visit; its label stays.
 * @type {(found: Found[], chosen?: import('./device-types.js').Choice) => Found | undefined}
 */
export function pick(found, chosen) {
    return found.find(({ id }) => id && id === chosen?.id)
        ?? found.find(({ label }) => label && label === chosen?.label);
}

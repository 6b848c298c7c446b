// This side's camera and microphone: asking for them, muting them, and saying what is missing and why.

/** @typedef {import('../call/side-channel.js').SideState} SideState */

/**
 * - unasked, asking: not there yet
 * - on, off: there, and muted or not
 * - none: the machine has none. refused: somebody said no. busy: another program has it.
 * - insecure: the browser gives none to a page that came over plain http
 * @typedef {'unasked' | 'asking' | 'on' | 'off' | 'none' | 'refused' | 'busy' | 'insecure'} DeviceState
 */

/** @typedef {'camera' | 'microphone'} Device */

/** @type {Device[]} */
const DEVICES = ['camera', 'microphone'];

export class Devices {
    /** This side's tracks, at most one of a kind. The object stays the same; its tracks come and go. */
    stream = new MediaStream();
    /** @type {Record<Device, DeviceState>} */
    states = { camera: 'unasked', microphone: 'unasked' };
    #onChange;
    /** @type {Promise<void> | null} the asking that is under way */
    #opening = null;

    /** @param {() => void} onChange a device has come, gone, or been muted */
    constructor(onChange) {
        this.#onChange = onChange;
        navigator.mediaDevices?.addEventListener('devicechange', () => {
            if (DEVICES.some((device) => this.states[device] === 'none')) this.openIfAllowed();
        });
    }

    /** Whether each device is there, or is known not to come. */
    get areSettled() {
        return DEVICES.every((device) => this.states[device] !== 'unasked' && this.states[device] !== 'asking');
    }

    /** Opens what the browser gives without asking anybody. */
    async openIfAllowed() {
        const answers = await Promise.all(DEVICES.map(permission));
        if (answers.includes('granted')) await this.open();
    }

    /** Asks for what is not there yet. Resolves when the browser has given it or not; both are fine. */
    async open() {
        this.#opening ??= this.#open().finally(() => { this.#opening = null; });
        await this.#opening;
    }

    /** @param {Device} device */
    toggle(device) {
        const track = this.#track(device);
        if (track === undefined) return;
        track.enabled = !track.enabled;
        this.#set([device], track.enabled ? 'on' : 'off');
    }

    /** @param {Device} device */
    #track(device) {
        return (device === 'camera' ? this.stream.getVideoTracks() : this.stream.getAudioTracks())[0];
    }

    async #open() {
        const missing = DEVICES.filter((device) => this.#track(device) === undefined);
        if (missing.length === 0) return;
        if (navigator.mediaDevices === undefined) return this.#set(missing, 'insecure');
        this.#set(missing, 'asking');
        const error = await this.#get(missing);
        if (error === null) return;
        // Together they were not to be had: one of them may be. After a no, nobody is asked a second time.
        for (const device of missing) {
            const isWorthIt = missing.length > 1
                && (error.name !== 'NotAllowedError' || await permission(device) === 'granted');
            const own = isWorthIt ? await this.#get([device]) : error;
            if (own !== null) this.#set([device], stateAfter(own));
        }
    }

    /**
     * @param {Device[]} devices
     * @returns {Promise<Error | null>} null: they are there
     */
    async #get(devices) {
        try {
            const got = await navigator.mediaDevices.getUserMedia({
                video: devices.includes('camera'),
                audio: devices.includes('microphone'),
            });
            for (const track of got.getTracks()) {
                this.stream.addTrack(track);
                track.onended = () => this.#lose(track);
            }
            this.#set(devices, 'on');
            return null;
        } catch (error) {
            return /** @type {Error} */ (error);
        }
    }

    /** @param {MediaStreamTrack} track one whose device was pulled out or taken away */
    #lose(track) {
        this.stream.removeTrack(track);
        this.#set([track.kind === 'video' ? 'camera' : 'microphone'], 'none');
    }

    /**
     * @param {Device[]} devices
     * @param {DeviceState} state
     */
    #set(devices, state) {
        for (const device of devices) this.states[device] = state;
        this.#onChange();
    }
}

/**
 * @param {Device} device
 * @returns {Promise<PermissionState>} `prompt` where the browser does not tell
 */
async function permission(device) {
    try {
        const name = /** @type {PermissionName} */ (/** @type {string} */ (device));
        return (await navigator.permissions.query({ name })).state;
    } catch {
        return 'prompt';
    }
}

/**
 * @param {Error} error of getUserMedia
 * @returns {DeviceState}
 */
function stateAfter(error) {
    if (error.name === 'NotAllowedError' || error.name === 'SecurityError') return 'refused';
    if (error.name === 'NotReadableError' || error.name === 'AbortError') return 'busy';
    return 'none';
}

// The camera, the microphone or the speaker: which ones there are, which one is in use, and why none is.

import { pick } from './list.js';

/** @typedef {import('./device-types.js').Found} Found */
/** @typedef {import('./device-types.js').Lack} Lack */

/** Wishes: a camera that has it otherwise is taken as it is. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 } };

export class Slot {
    isOff = false;
    /** @type {Found[]} */
    found = [];
    /** @type {MediaStreamTrack | undefined} */
    track;
    /** @type {import('./device-types.js').Choice | undefined} */
    chosen;
    /** @type {PermissionStatus | undefined} */
    #permission;

    /** @param {import('../types.js').Kind} kind */
    constructor(kind) {
        this.kind = kind;
        /** @type {Lack} */
        this.lack = kind === 'speaker' ? null : 'unasked';
    }

    get state() {
        return this.lack ?? (this.isOff ? 'off' : 'on');
    }

    get choices() {
        return this.found.filter(({ id }) => id);
    }

    /** The chosen one, if it is there. */
    get meant() {
        return pick(this.found, this.chosen);
    }

    /** The one in use, or to be used: browsers name the usual one first. */
    get id() {
        return this.track?.getSettings().deviceId ?? (this.meant ?? this.found[0])?.id ?? '';
    }

    /** A camera that is to stay off need not be asked for. */
    get canBeSpared() {
        return this.kind === 'camera' && this.lack === 'unasked';
    }

    /** Where a phone's camera looks. */
    get facing() {
        return this.track?.getSettings().facingMode;
    }

    /** As far as the browser tells. */
    get permission() {
        return this.#permission?.state;
    }

    /** @param {() => void} onChange of the permission */
    async watch(onChange) {
        const name = /** @type {PermissionName} */ (/** @type {string} */ (this.kind));
        this.#permission = await navigator.permissions?.query({ name }).catch(() => undefined);
        this.#permission?.addEventListener('change', onChange);
    }

    /** Opens it; if the chosen one is not to be had, any other. */
    async open() {
        this.lack = await open([this]);
        if (this.chosen && (this.lack === 'none' || this.lack === 'busy')) this.lack = await open([this], {});
    }

    /**
     * Puts another one in place of the open one, which stays if the other is not to be had.
     * @param {MediaTrackConstraints} other
     */
    async exchange(other) {
        const { id } = this;
        // A phone opens one camera at a time.
        if (!this.facing && await open([this], other) !== 'busy') return;
        this.drop();
        if (await open([this], other)) this.lack = await open([this], { deviceId: id });
    }

    /** @param {MediaStreamTrack} track */
    take(track) {
        this.drop();
        this.track = track;
        this.lack = null;
        track.enabled = !this.isOff;
    }

    drop() {
        this.track?.stop();
        this.track = undefined;
    }

    /**
     * There may be other devices now, or the browser tells of them for the first time.
     * @param {Found[]} all
     */
    async follow(all) {
        const { id, track } = this;
        const before = this.found.map((device) => device.id);
        this.found = all.filter(({ kind }) => kind === this.kind);
        const isGone = before.includes(id) && !this.found.some((device) => device.id === id);
        const back = this.meant?.id ?? id;
        if (this.lack === 'none' && !before.length && this.found.length) {
            this.lack = 'unasked';
            if (this.permission === 'granted') await this.open();
        } else if (track && (isGone || track.readyState === 'ended')) {
            this.drop();
            await this.open();
        } else if (track && !before.includes(back) && back !== id && (before[0] || back !== this.chosen?.id)) {
            // Not if the browser has told no ids so far: then people may have chosen when it asked them.
            await this.exchange({ deviceId: { exact: back } });
        }
    }
}

/**
 * Opens devices together: people are asked once.
 * @param {Slot[]} slots
 * @param {MediaTrackConstraints} [wanted] not what is chosen
 * @returns {Promise<Lack>}
 */
export async function open(slots, wanted) {
    /** @type {MediaStreamConstraints} */
    const constraints = {};
    for (const { kind, meant, chosen } of slots) {
        const device = wanted ?? { deviceId: meant ? { exact: meant.id } : chosen?.id };
        if (kind === 'camera') constraints.video = { ...PICTURE, ...device };
        else constraints.audio = device;
    }
    try {
        const stream = await navigator.mediaDevices.getUserMedia(constraints);
        for (const slot of slots) {
            slot.take((slot.kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks())[0]);
        }
        return null;
    } catch (error) {
        const { name } = /** @type {Error} */ (error);
        if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
        return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
    }
}

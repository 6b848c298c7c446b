// This side's camera, microphone, speaker and screen: asking for them, choosing among them, muting them, and saying
// what is missing and why.

import { keep, recall } from './kept.js';
import { listDevices } from './list.js';
import { open, Slot } from './slot.js';

/** @typedef {import('../types.js').Kind} Kind */

const CHOSEN_KEY = 'holdline.devices';
const OFF_KEY = 'holdline.off';

/** How long a camera that is switched off stays open, to be back at once. Then its light goes out. */
const CAMERA_REST_MS = 1000;

export class Devices {
    /** This side's tracks, at most one of a kind. The object stays the same; its tracks come and go. */
    stream = new MediaStream();
    #options;
    #slots = { camera: new Slot('camera'), microphone: new Slot('microphone'), speaker: new Slot('speaker') };
    #inputs = [this.#slots.camera, this.#slots.microphone];
    /** @type {MediaStreamTrack | null} in place of the camera's */
    #screen = null;
    /** What the browser is asked for is asked one after the other. */
    #done = Promise.resolve();
    /** @type {Promise<void> | null} the asking that is under way */
    #opening = null;
    #isClosed = false;
    #rest = 0;
    #follow = () => this.#do(() => this.#compare());

    /** @param {import('./device-types.js').Options} options */
    constructor(options) {
        this.#options = options;
        const chosen = recall(options.store, CHOSEN_KEY);
        const off = recall(options.tab, OFF_KEY);
        for (const slot of Object.values(this.#slots)) {
            slot.chosen = chosen[slot.kind];
            slot.isOff = off[slot.kind] === true;
        }
        if (!navigator.mediaDevices) {
            for (const slot of this.#inputs) slot.lack = 'insecure';
            return;
        }
        if (this.#slots.camera.isOff) this.#slots.camera.lack = null;
        navigator.mediaDevices.addEventListener('devicechange', this.#follow);
        this.#do(() => Promise.all(this.#inputs.map((slot) => slot.watch(() => this.openIfAllowed()))));
        this.#follow();
    }

    /** @returns {import('../types.js').DevicesView} */
    get view() {
        const { camera, microphone, speaker } = this.#slots;
        return {
            camera: camera.state,
            microphone: microphone.state,
            speaker: speaker.isOff ? 'off' : 'on',
            choices: { camera: camera.choices, microphone: microphone.choices, speaker: speaker.choices },
            chosen: { camera: camera.id, microphone: microphone.id, speaker: speaker.id },
            canFlip: camera.track !== undefined && camera.choices.length > 1,
            isMirrored: !this.#screen && camera.facing !== 'environment',
            canShare: 'getDisplayMedia' in (navigator.mediaDevices ?? {}),
            isSharing: this.#screen !== null,
        };
    }

    /** What is muted. */
    get off() {
        return Object.values(this.#slots).filter(({ isOff }) => isOff).map(({ kind }) => kind);
    }

    /** Whether each device is there, or is known not to come. */
    get areSettled() {
        return this.#inputs.every(({ lack }) => lack !== 'unasked' && lack !== 'asking');
    }

    /** For `setSinkId`; empty: the usual speaker. */
    get sink() {
        return this.#slots.speaker.meant?.id ?? '';
    }

    /** Opens what the browser gives without asking anybody. */
    openIfAllowed() {
        const isLikely = (/** @type {Slot} */ { permission, lack }) => permission === 'granted' && lack !== 'none';
        return this.#do(() => this.#ask(this.#inputs.filter(isLikely)));
    }

    /** Asks for what is not there yet. Resolves when the browser has given it or not; both are fine. */
    open() {
        this.#opening ??= this.#do(() => this.#ask(this.#inputs)).finally(() => { this.#opening = null; });
        return this.#opening;
    }

    /** @param {Kind} kind */
    toggle(kind) {
        const slot = this.#slots[kind];
        if (slot.lack && !slot.canBeSpared) return;
        this.#switch(slot, !slot.isOff);
    }

    /** @param {Kind[]} off what is muted; the rest is not */
    mute(off) {
        for (const slot of Object.values(this.#slots)) this.#switch(slot, off.includes(slot.kind));
    }

    /** @type {(kind: Kind, id: string) => Promise<void>} */
    choose(kind, id) {
        return this.#do(async () => {
            const slot = this.#slots[kind];
            const found = slot.found.find((device) => device.id === id);
            if (!found) return;
            if (slot.track && slot.id !== id) await slot.exchange({ deviceId: { exact: id } });
            if (slot.track && slot.id !== id) return;
            slot.chosen = found;
            keep(this.#options.store, CHOSEN_KEY, { [kind]: found });
            if (slot.lack) await this.#ask([slot]);
        });
    }

    /** To the camera on the other side, or to the next one. The next visit begins with the chosen one all the same. */
    flip() {
        return this.#do(async () => {
            const { camera } = this.#slots;
            const { choices, facing, id } = camera;
            if (!this.view.canFlip) return;
            // Of several cameras that look away, the browser knows the best.
            const opposite = facing === 'environment' ? 'user' : 'environment';
            if (facing) await camera.exchange({ facingMode: { exact: opposite } });
            const next = choices[(choices.findIndex((choice) => choice.id === id) + 1) % choices.length];
            if (camera.id === id) await camera.exchange({ deviceId: { exact: next.id } });
            camera.chosen = choices.find((choice) => choice.id === camera.id);
        });
    }

    /** Shares the screen, or stops that. Browsers want this to come right from a click. */
    async share() {
        /** @type {MediaStreamTrack | null} */
        let screen = null;
        try {
            if (!this.#screen) [screen] = (await navigator.mediaDevices.getDisplayMedia({ video: true })).getTracks();
        } catch {
            // Somebody thought better of it.
            return;
        }
        this.#screen?.stop();
        this.#screen = screen;
        await this.#follow();
    }

    /** @param {Slot} slot @param {boolean} isOff */
    #switch(slot, isOff) {
        const { kind } = slot;
        if (isOff && slot.canBeSpared) slot.lack = null;
        slot.isOff = isOff;
        if (slot.track) slot.track.enabled = !isOff;
        // Not the speaker: the page itself switches it off where the browser wants a touch before any sound.
        if (kind !== 'speaker') keep(this.#options.tab, OFF_KEY, { [kind]: isOff });
        this.#changed();
        clearTimeout(this.#rest);
        this.#rest = setTimeout(() => this.#do(), this.#slots.camera.isOff ? CAMERA_REST_MS : 0);
    }

    close() {
        this.#isClosed = true;
        this.#screen?.stop();
        for (const slot of this.#inputs) slot.drop();
    }

    /**
     * Takes a step after those before it. Then the camera is open or not, as it should be.
     * @param {() => Promise<unknown>} [step]
     */
    #do(step) {
        const done = this.#done.then(async () => {
            await step?.();
            const { camera } = this.#slots;
            if (this.#isClosed) this.close();
            else if (this.#screen || camera.isOff) camera.drop();
            else if (!camera.lack && !camera.track) await camera.open();
            this.#changed();
        });
        this.#done = done.catch(() => {});
        return done;
    }

    /** Follows what has come and gone. */
    async #compare() {
        if (this.#screen?.readyState === 'ended') this.#screen = null;
        const found = await listDevices();
        for (const slot of Object.values(this.#slots)) await slot.follow(found);
    }

    /** @param {Slot[]} slots */
    async #ask(slots) {
        const missing = slots.filter(({ lack }) => lack && lack !== 'insecure');
        if (!missing[0]) return;
        for (const slot of missing) slot.lack = 'asking';
        this.#changed();
        const lack = await open(missing);
        // Together they were not to be had: one of them may be. After a no nobody is asked a second time, unless it
        // was the browser's, because of one that somebody refused long ago.
        const isOldNo = missing.some(({ permission }) => permission === 'denied');
        for (const slot of lack ? missing : []) {
            slot.lack = lack;
            if (lack !== 'refused' || isOldNo || slot.permission === 'granted') await slot.open();
        }
        this.#changed();
        await this.#compare();
    }

    #changed() {
        const tracks = [this.#slots.microphone.track, this.#screen ?? this.#slots.camera.track];
        for (const track of this.stream.getTracks()) if (!tracks.includes(track)) this.stream.removeTrack(track);
        for (const track of tracks) {
            if (!track) continue;
            track.onended = this.#follow;
            this.stream.addTrack(track);
        }
        this.#options.onChange();
    }
}

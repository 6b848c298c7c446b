// The page: one tab, its devices, and at most one call at a time.

import { Call } from './call/call.js';
import { Devices } from './screen/devices.js';
import { Screen } from './screen/screen.js';
import { TabMemory } from './tab-memory.js';

/** @typedef {import('./call/call-types.js').CallEnd} CallEnd */
/** @typedef {import('./call/side-channel.js').SideState} SideState */
/** @typedef {import('./screen/devices.js').Device} Device */
/** @typedef {import('./screen/screen.js').View} View */

export class Page {
    #memory = new TabMemory();
    #devices = new Devices(() => this.#devicesChanged());
    #screen = new Screen({
        dial: (code) => this.#dial(code),
        end: () => this.#endHere(),
        openDevices: () => this.#devices.open(),
        toggle: (name) => this.#toggle(name),
    }, this.#devices.stream);
    /** @type {View} */
    #view = {
        state: 'idle',
        code: '',
        trouble: null,
        end: null,
        devices: this.#devices.states,
        speaker: 'on',
        theirs: null,
    };
    /** @type {Call | null} */
    #call = null;
    /** The dial that somebody wants: another one, or a cancel, has another number. */
    #intent = 0;
    /** @type {string | null} the token of the last call, which the next dial replaces */
    #lastToken = null;

    async start() {
        this.#show({});
        const left = await this.#memory.claim();
        this.#lastToken = left?.token ?? null;
        if (left !== null) this.#screen.fill(left.code);
        // Only who was in a call and reloads finds himself in it again. No address opens the camera by itself.
        if (left !== null && isReload()) await this.#dial(left.code, left.key ?? undefined);
        else await this.#devices.openIfAllowed();
    }

    /** The network or the page is back. */
    wake() {
        this.#call?.wake();
    }

    /** The page is closed or reloaded: the call is left, but not forgotten. */
    close() {
        const call = this.#call;
        this.#call = null;
        call?.hangUp();
    }

    /**
     * @param {string} code
     * @param {string} [key] of the dial that this one repeats
     */
    async #dial(code, key) {
        const intent = this.#intent += 1;
        const start = { code, end: null, theirs: null };
        if (!this.#devices.areSettled) {
            // Before, not meanwhile: a browser that gives the camera also gives its real addresses.
            this.#show({ ...start, state: 'asking' });
            await this.#devices.open();
            if (intent !== this.#intent) return;
        }
        // The request first: to show the change takes less time than the answer.
        this.#call = this.#newCall(code, key);
        this.#show({ ...start, state: 'dialling' });
    }

    /**
     * @param {string} code
     * @param {string} [key]
     */
    #newCall(code, key) {
        const call = new Call({
            code,
            key,
            old: this.#lastToken,
            mine: this.#devices.stream,
            side: this.#side,
            handlers: {
                phase: (state) => this.#show({ state }),
                trouble: (trouble) => this.#show({ trouble }),
                ended: (end) => { if (this.#call === call) this.#ended(end); },
                theirs: (theirs) => this.#show({ theirs }),
                stream: (stream) => this.#screen.play(stream, () => this.#toggle('speaker')),
                remember: (memory) => {
                    this.#lastToken = memory.token;
                    this.#memory.remember(memory);
                },
            },
        });
        return call;
    }

    /** @param {CallEnd} end */
    #ended(end) {
        this.#call = null;
        this.#memory.forget();
        this.#screen.play(null, () => {});
        this.#show({ state: 'ended', end, trouble: null, theirs: null });
    }

    /** Cancels, or hangs up. */
    #endHere() {
        const isCancel = this.#view.state !== 'connected' && this.#view.state !== 'interrupted';
        this.#intent += 1;
        this.#call?.hangUp();
        if (isCancel) this.#show({ state: 'idle', end: null });
    }

    /** @param {Device | 'speaker'} name */
    #toggle(name) {
        if (name === 'speaker') {
            this.#show({ speaker: this.#view.speaker === 'on' ? 'off' : 'on' });
            this.#call?.tell(this.#side);
        } else {
            this.#devices.toggle(name);
        }
    }

    #devicesChanged() {
        this.#show({});
        this.#call?.refreshTracks();
        this.#call?.tell(this.#side);
    }

    /** @returns {SideState} */
    get #side() {
        const { camera, microphone } = this.#devices.states;
        const shown = (/** @type {string} */ state) => (state === 'on' || state === 'off' ? state : 'none');
        return { camera: shown(camera), microphone: shown(microphone), speaker: this.#view.speaker };
    }

    /** @param {Partial<View>} change */
    #show(change) {
        Object.assign(this.#view, change);
        this.#screen.show(this.#view);
    }
}

function isReload() {
    const [navigation] = performance.getEntriesByType('navigation');
    return /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'reload';
}

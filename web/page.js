// The page: one tab, its devices, its screen, and at most one call at a time.

import { Call } from './call/call.js';
import { Devices } from './devices/devices.js';
import { Meter } from './devices/meter.js';
import { WakeLock } from './devices/wake-lock.js';
import { Screen } from './screen/screen.js';
import { TabMemory } from './tab-memory.js';

/** @typedef {import('./call/call-types.js').CallMemory} CallMemory */
/** @typedef {import('./call/call-types.js').CallView} CallView */
/** @typedef {import('./types.js').Kind} Kind */
/** @typedef {import('./types.js').SideState} SideState */
/** @typedef {import('./words/words.js').Words} Words */

/** There is nothing to keep the screen awake for. */
const ASLEEP = ['idle', 'ended'];

/** What a call goes through with nobody's doing. */
const PASSING = ['dialling', 'connecting'];

/** What has passed sooner is not shown: to draw it takes time that the connecting needs, and nobody could read it. */
const PASSING_MS = 200;

/** The level of the microphone is shown: to listen to it costs. */
const LISTENING = ['idle', 'asking', 'dialling', 'waiting', 'ended'];

export class Page {
    #words;
    #memory;
    #devices;
    #screen;
    #meter;
    #wakeLock = new WakeLock();
    #call;
    /** @type {CallView} */
    #callView;
    /** The state of the call that the page has followed. */
    #state = 'idle';
    /** The timer of when it follows what may pass; 0: none runs. */
    #following = 0;
    /** The call that this tab remembers is open in another one. */
    #isElsewhere = false;

    /**
     * @param {Words} words
     * @param {Storage | null} store what is kept for the next time; null: the browser keeps nothing
     * @param {Storage | null} tab what is kept while the tab is there
     */
    constructor(words, store, tab) {
        this.#words = words;
        this.#memory = new TabMemory(tab, {
            muted: () => this.#devices.off,
            taken: () => this.#call.tell('taken-over'),
        });
        this.#devices = new Devices({ onChange: () => this.#devicesChanged(), store, tab });
        this.#screen = new Screen({
            words,
            mine: this.#devices.stream,
            actions: {
                dial: (code) => this.#dial(code, null),
                end: () => this.#call.tell('end'),
                takeOver: () => this.#takeOver(),
                openDevices: () => { this.#devices.open(); },
                toggle: (kind) => this.#devices.toggle(kind),
                choose: (kind, id) => { this.#devices.choose(kind, id); },
                flip: () => { this.#devices.flip(); },
                share: () => { this.#share(); },
                chat: (text) => this.#call.chat(text),
                speak: (language) => { this.#speak(language); },
            },
        });
        this.#meter = new Meter((level) => this.#screen.level(level));
        this.#call = new Call(this.#devices.stream, {
            changed: (view) => this.#callChanged(view),
            stream: (stream) => { this.#screen.play(stream, () => this.#devices.toggle('speaker')); },
            remember: (memory) => this.#remember(memory),
            openDevices: () => this.#devices.open(),
        });
        this.#callView = this.#call.view;
    }

    async start() {
        this.#devicesChanged();
        const hasLink = this.takeLink();
        const left = await this.#memory.claim();
        if (left !== null && !hasLink) this.#screen.fill(left.call.code);
        // Only who had dialled and reloads finds himself in the call again. No address opens the camera by itself.
        if (left !== null && !left.isElsewhere && isReturn()) return this.#dial(left.call.code, left.call);
        this.#isElsewhere = left?.isElsewhere ?? false;
        if (left !== null && !left.isElsewhere) {
            this.#call.replace(left.call.token);
            this.#memory.forget();
        }
        this.#show();
        if (!hasLink) await this.#devices.openIfAllowed();
    }

    /**
     * Fills in the word that the address brings.
     * @returns {boolean} false: it brings none
     */
    takeLink() {
        const word = decoded(location.hash.slice(1));
        if (word !== '') this.#screen.fill(word);
        return word !== '';
    }

    /** The network or the page is back. */
    wake() {
        this.#call.wake();
        // What another program had taken may be free again.
        const { camera, microphone } = this.#devices.view;
        if (camera === 'busy' || microphone === 'busy') this.#devices.openIfAllowed();
    }

    /** The page is closed or reloaded. */
    close() {
        this.#call.tell('close');
    }

    /**
     * @param {string} code
     * @param {CallMemory | null} memory of the call that this one goes on with
     */
    #dial(code, memory) {
        this.#isElsewhere = false;
        this.#call.dial(code, this.#devices.areSettled, memory);
    }

    async #takeOver() {
        const { call, off } = await this.#memory.takeOver();
        this.#isElsewhere = false;
        if (off !== null) this.#devices.mute(off);
        if (call !== null) this.#dial(call.code, call);
        this.#show();
    }

    /** Starts, or stops; somebody may choose a screen after the call has ended. */
    async #share() {
        await this.#devices.share();
        this.#unshare();
    }

    /** Nobody's screen is to be seen by the next one who calls. */
    #unshare() {
        const isOver = this.#callView.state === 'ended' || this.#callView.state === 'idle';
        if (isOver && this.#devices.view.isSharing) this.#devices.share();
    }

    /** @param {CallMemory | null} memory */
    #remember(memory) {
        if (memory === null) this.#memory.forget();
        else this.#memory.remember(memory);
    }

    /** @param {string} language */
    async #speak(language) {
        if (await this.#words.speak(language)) this.#screen.speak();
    }

    #devicesChanged() {
        this.#call.give(this.#side);
        this.#listen();
        this.#screen.sink(this.#devices.sink);
        this.#show();
    }

    /** @param {CallView} view */
    #callChanged(view) {
        const [isPassing, wasPassing] = [view.state, this.#state].map((state) => PASSING.includes(state));
        this.#callView = view;
        if (isPassing && !wasPassing) this.#following ||= setTimeout(() => this.#follow(), PASSING_MS);
        else this.#follow();
    }

    /** Does what the state of the call asks for, and shows it. */
    #follow() {
        const { state } = this.#callView;
        const isOther = state !== this.#state;
        clearTimeout(this.#following);
        this.#following = 0;
        this.#state = state;
        this.#wakeLock.want(!ASLEEP.includes(state));
        this.#show();
        if (!isOther) return;
        this.#unshare();
        // To stop listening takes milliseconds, too.
        setTimeout(() => this.#listen());
    }

    #listen() {
        const [track] = LISTENING.includes(this.#callView.state) ? this.#devices.stream.getAudioTracks() : [];
        this.#meter.follow(track ?? null);
    }

    /** @returns {SideState} */
    get #side() {
        const { camera, microphone, speaker, isSharing } = this.#devices.view;
        const shown = (/** @type {string} */ state) => (state === 'on' || state === 'off' ? state : 'none');
        return {
            camera: isSharing ? 'on' : shown(camera), microphone: shown(microphone), speaker, screen: isSharing,
        };
    }

    #show() {
        this.#screen.show({ ...this.#callView, elsewhere: this.#isElsewhere, devices: this.#devices.view });
    }
}

/** The page was reloaded, or somebody went back to it. */
function isReturn() {
    const [navigation] = performance.getEntriesByType('navigation');
    const { type } = /** @type {PerformanceNavigationTiming} */ (navigation);
    return type === 'reload' || type === 'back_forward';
}

/** @param {string} text as it stands in an address: by anybody */
function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

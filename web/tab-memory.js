// What a tab remembers of its call over a reload or a crash, so that it can dial again without meeting itself.
//
// It lies in sessionStorage, which is the tab's own; but a tab that is duplicated takes a copy along. So a tab that has
// a call holds a lock of the browser's, by a name that stands in the memory: whoever finds the lock held is a duplicate.
// It may ask for the call, over a channel of the same name, and the tab that has it hands it over. A page that was
// reloaded or has died holds no lock.

/** @typedef {import('./call/call-types.js').CallMemory} CallMemory */
/** @typedef {import('./types.js').Kind} Kind */

/**
 * A call that goes from tab to tab.
 * @typedef {object} Handover
 * @property {CallMemory | null} call as it is now; null: it is over
 * @property {Kind[] | null} off what is muted there; null: that tab does not say
 */

const STORAGE_KEY = 'holdline.call';

/** A reloaded page's lock is free as soon as the old page is gone; that of a tab that lives stays held. */
const LOCK_WAIT_MS = 1000;

/** How long a tab that is asked for its call may take to answer; one that is frozen does not. */
const HANDOVER_MS = 1000;

export class TabMemory {
    #store;
    #handlers;
    /** Of the lock and the channel; empty: none is held. */
    #name = '';
    #isHolding = false;
    /** Ends the waiting for the lock. */
    #waiting = new AbortController();
    /** @type {() => void} */
    #release = () => {};
    /** @type {BroadcastChannel | null} */
    #channel = null;
    /** @type {CallMemory | null} */
    #call = null;

    /**
     * @param {Storage | null} store the tab's own; null: the browser keeps nothing
     * @param {{ muted: () => Kind[], taken: () => void }} handlers muted: what is so here. taken: another tab has the
     *   call now
     */
    constructor(store, handlers) {
        this.#store = store;
        this.#handlers = handlers;
    }

    /**
     * What the page before left in this tab.
     * @returns {Promise<{ call: CallMemory, isElsewhere: boolean } | null>} null: nothing
     */
    async claim() {
        const stored = JSON.parse(this.#store?.getItem(STORAGE_KEY) ?? 'null');
        if (stored === null) return null;
        this.#call = stored.call;
        const timer = setTimeout(() => this.#waiting.abort(), LOCK_WAIT_MS);
        const isOurs = await this.#hold(stored.name);
        clearTimeout(timer);
        if (!isOurs) this.#store?.removeItem(STORAGE_KEY);
        return { call: stored.call, isElsewhere: !isOurs };
    }

    /**
     * Takes the call that is elsewhere.
     * @returns {Promise<Handover>}
     */
    takeOver() {
        const channel = new BroadcastChannel(this.#name);
        return new Promise((resolve) => {
            const end = (/** @type {Handover} */ handover) => {
                channel.close();
                resolve(handover);
            };
            setTimeout(async () => end({ call: await isFree(this.#name) ? null : this.#call, off: null }), HANDOVER_MS);
            channel.onmessage = ({ data }) => end(data);
            channel.postMessage('take');
        });
    }

    /** @param {CallMemory} call */
    remember(call) {
        this.#call = call;
        if (!this.#isHolding) this.#hold(freshName());
        this.#store?.setItem(STORAGE_KEY, JSON.stringify({ name: this.#name, call }));
    }

    forget() {
        this.#store?.removeItem(STORAGE_KEY);
        this.#isHolding = false;
        this.#waiting.abort();
        this.#channel?.close();
        this.#release();
    }

    /**
     * @param {string} name
     * @returns {Promise<boolean>} false: another tab holds it
     */
    #hold(name) {
        this.#name = name;
        this.#isHolding = true;
        this.#waiting = new AbortController();
        const { signal } = this.#waiting;
        // Over plain http there are no locks, and no camera either: nothing worth a duplicate.
        if (navigator.locks === undefined) return Promise.resolve(true);
        return new Promise((resolve) => {
            const held = () => {
                this.#listen();
                resolve(true);
                return new Promise((/** @type {(value: void) => void} */ release) => { this.#release = release; });
            };
            navigator.locks.request(name, { signal }, held).catch(() => {
                this.#isHolding = false;
                resolve(false);
            });
        });
    }

    /** Hands the call over to the tab that asks for it. */
    #listen() {
        const channel = this.#channel = new BroadcastChannel(this.#name);
        channel.onmessage = () => {
            channel.postMessage({ call: this.#call, off: this.#handlers.muted() });
            this.#handlers.taken();
        };
    }
}

/**
 * @param {string} name of a lock
 * @returns {Promise<boolean>} whether nobody holds it
 */
async function isFree(name) {
    return await navigator.locks?.request(name, { ifAvailable: true }, (lock) => lock !== null) ?? false;
}

function freshName() {
    return `holdline.${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

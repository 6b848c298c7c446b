// What a tab remembers of its call over a reload or a crash, so that it can dial again without meeting itself.
//
// It lies in sessionStorage, which is the tab's own; but a tab that is duplicated takes a copy along, and the copy
// must not take the call away from the tab that has it. So a tab that has a call holds a lock of the browser's, by a
// name that stands in the memory: whoever finds the lock held is a duplicate, and forgets. A page that was reloaded
// or has died holds no lock.

/** @typedef {import('./call/call-types.js').CallMemory} CallMemory */

const STORAGE_KEY = 'holdline.call';

/** A reloaded page's lock is free as soon as the old page is gone; that of a tab that lives stays held. */
const LOCK_WAIT_MS = 1000;

export class TabMemory {
    /** Empty: none is held. */
    #lockName = '';
    /** @type {() => void} */
    #release = () => {};

    /**
     * What the page before left in this tab.
     * @returns {Promise<CallMemory | null>} null: nothing, or it belongs to another tab
     */
    async claim() {
        const stored = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
        if (stored === null) return null;
        const waiting = new AbortController();
        const timer = setTimeout(() => waiting.abort(), LOCK_WAIT_MS);
        const isOurs = await this.#hold(stored.lock, waiting.signal);
        clearTimeout(timer);
        if (isOurs) return stored.call;
        sessionStorage.removeItem(STORAGE_KEY);
        return null;
    }

    /** @param {CallMemory} call */
    remember(call) {
        if (this.#lockName === '') this.#hold(freshName());
        sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ lock: this.#lockName, call }));
    }

    forget() {
        sessionStorage.removeItem(STORAGE_KEY);
        this.#lockName = '';
        this.#release();
    }

    /**
     * @param {string} name
     * @param {AbortSignal} [signal] ends the waiting for it
     * @returns {Promise<boolean>} false: another tab holds it
     */
    #hold(name, signal) {
        this.#lockName = name;
        // Over plain http there are no locks, and no camera either: nothing worth a duplicate.
        if (navigator.locks === undefined) return Promise.resolve(true);
        return new Promise((resolve) => {
            const held = () => {
                resolve(true);
                return new Promise((/** @type {(value: void) => void} */ release) => { this.#release = release; });
            };
            navigator.locks.request(name, { signal }, held).catch(() => {
                this.#lockName = '';
                resolve(false);
            });
        });
    }
}

function freshName() {
    return `holdline.${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

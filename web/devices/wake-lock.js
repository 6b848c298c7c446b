// Keeps the screen awake, where the browser can: on a phone that sleeps nobody sees the other come.

export class WakeLock {
    #isWanted = false;
    /** @type {Promise<any>} */
    #held = Promise.resolve();

    constructor() {
        // Browsers take it from a page that is out of sight.
        document.addEventListener('visibilitychange', () => this.want(this.#isWanted));
    }

    /** @param {boolean} isWanted */
    want(isWanted) {
        this.#isWanted = isWanted;
        this.#held = this.#held.then((held) => {
            if (!this.#isWanted) return held?.release();
            if (document.hidden || held?.released === false) return held;
            // There may be none, or too little power left for it.
            return /** @type {any} */ (navigator).wakeLock?.request('screen').catch(() => {});
        });
    }
}

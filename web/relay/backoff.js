// How long to wait before asking a relay again that did not answer, or that said "later".

/** The shortest and the longest wait after a failure, in milliseconds. */
export const SHORTEST_MS = 500;
export const LONGEST_MS = 8000;

/** Spread over the end of a named wait (Retry-After), so that those who were sent away do not return as one. */
export const RETURN_SPREAD_MS = 500;

/**
 * The wait after a number of failures in a row: at least the shortest, at most twice as much with every failure.
 * @param {number} failures before this one, from 0
 * @param {() => number} random from 0 up to 1
 * @returns {number} milliseconds
 */
export function backoffMs(failures, random) {
    const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (failures + 1));
    return SHORTEST_MS + random() * (ceiling - SHORTEST_MS);
}

/** The waits of one kind of request. */
export class Backoff {
    #signal;
    #random;
    #failures = 0;
    /** @type {(() => void) | null} ends the wait that is under way, if it may be ended early */
    #endEarly = null;

    /**
     * @param {AbortSignal} signal ends every wait
     * @param {() => number} random
     */
    constructor(signal, random) {
        this.#signal = signal;
        this.#random = random;
    }

    /** The last request was answered: the next failure is a first one again. */
    succeeded() {
        this.#failures = 0;
    }

    /**
     * Waits before the next try.
     * @param {number | null} namedMs the wait that the relay asked for; null: it asked for none
     */
    async pause(namedMs) {
        const ms = namedMs === null
            ? backoffMs(this.#failures, this.#random)
            : namedMs + this.#random() * RETURN_SPREAD_MS;
        this.#failures += 1;
        if (this.#signal.aborted) return;
        await new Promise((resolve) => {
            const end = () => {
                clearTimeout(timer);
                this.#signal.removeEventListener('abort', end);
                this.#endEarly = null;
                resolve(undefined);
            };
            const timer = setTimeout(end, ms);
            this.#signal.addEventListener('abort', end);
            // What the relay has asked for is kept to, whatever the network or the page do meanwhile.
            this.#endEarly = namedMs === null ? end : null;
        });
    }

    /** The network or the page is back: what waits tries at once. */
    wake() {
        this.#failures = 0;
        this.#endEarly?.();
    }
}

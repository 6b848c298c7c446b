// What the requests of one kind (the dial, the polls, the posts) of one call have in common: where they go, how they
// wait after a failure, and what ends them.

import { Backoff } from './backoff.js';
import { troubleOf } from './request.js';

/** @typedef {import('./request.js').Answer} Answer */
/** @typedef {import('./wire.js').Trouble} Trouble */

/**
 * What a line tells the call that it belongs to.
 * @typedef {object} LineHandlers
 * @property {(line: Line, trouble: Trouble | null) => void} trouble null: the last request was answered
 * @property {(answer: Answer) => void} refused the relay will not have it, now or later
 */

export class Line {
    #handlers;
    #backoff;

    /**
     * @param {object} options
     * @param {string} options.base the relay's origin; empty: the page's own
     * @param {string} [options.token] none before the dial is answered
     * @param {AbortSignal} options.signal cuts the line
     * @param {() => number} options.random
     * @param {LineHandlers} options.handlers
     */
    constructor({ base, token, signal, random, handlers }) {
        this.base = base;
        this.token = token;
        this.signal = signal;
        this.#backoff = new Backoff(signal, random);
        this.#handlers = handlers;
    }

    /** The relay is there. */
    answered() {
        this.#backoff.succeeded();
        this.#handlers.trouble(this, null);
    }

    /**
     * A failure that may pass. Resolves when it is time to try again.
     * @param {Answer | null} answer
     */
    async failed(answer) {
        this.#handlers.trouble(this, troubleOf(answer));
        await this.#backoff.pause(answer?.retryAfterMs ?? null);
    }

    /** Resolves after the shortest of waits: all is well, only too quick. */
    async calm() {
        await this.#backoff.pause(null);
    }

    /** @param {Answer} answer */
    refused(answer) {
        this.#handlers.refused(answer);
    }

    /** The network or the page is back: what waits tries at once. */
    wake() {
        this.#backoff.wake();
    }
}

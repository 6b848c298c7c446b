// The long poll: asks for what is above the cursor, hands it on, and by asking again says that it has it.

import { ask, isPassing } from './request.js';

/** @typedef {import('./wire.js').RelayEvent} RelayEvent */
/** @typedef {import('./request.js').Answer} Answer */
/** @typedef {import('./line.js').Line} Line */

/** A poll is given up when it lasts this much longer than the relay holds one. */
export const POLL_SLACK_MS = 10_000;

/** An empty answer that comes sooner was not held: asking again at once would spin. */
const HELD_AT_LEAST_MS = 500;

/**
 * A poll younger than this is not begun anew: the relay might see the new one before the old one, and would answer
 * the new one `superseded`. The call would be lost to a tab that does not exist.
 */
const YOUNG_MS = 2000;

export class Poller {
    #line;
    #limitMs;
    #onEvent;
    /** The `seq` of the last event that was handed on. */
    #cursor = 0;
    /** @type {AbortController | null} the poll under way */
    #poll = null;
    #startedAt = 0;
    #isStopped = false;

    /**
     * @param {Line} line
     * @param {number} pollSeconds how long the relay holds a poll
     * @param {(event: RelayEvent) => Promise<void> | void} onEvent
     */
    constructor(line, pollSeconds, onEvent) {
        this.#line = line;
        this.#limitMs = pollSeconds * 1000 + POLL_SLACK_MS;
        this.#onEvent = onEvent;
        line.signal.addEventListener('abort', () => this.stop(), { once: true });
    }

    /** Polls until the line is cut, the other peer has left, or the relay refuses. */
    async run() {
        while (!this.#isStopped) {
            const poll = this.#poll = new AbortController();
            this.#startedAt = performance.now();
            const answer = await ask(`${this.#line.base}/v1/events?after=${this.#cursor}`, {
                method: 'GET',
                token: this.#line.token,
                limitMs: this.#limitMs,
                signal: poll.signal,
            });
            this.#poll = null;
            if (this.#isStopped) return;
            // A poll that wake() has given up has not failed.
            if (answer === null && poll.signal.aborted) continue;
            if (!await this.#goesOn(answer)) return;
        }
    }

    /** Gives the poll up and asks no more. */
    stop() {
        this.#isStopped = true;
        this.#poll?.abort();
    }

    /** The network or the page is back: a poll may hang on a connection that is none any more. */
    wake() {
        this.#line.wake();
        if (performance.now() - this.#startedAt > YOUNG_MS) this.#poll?.abort();
    }

    /**
     * @param {Answer | null} answer
     * @returns {Promise<boolean>} false: polling is over
     */
    async #goesOn(answer) {
        if (answer?.status === 200 && Array.isArray(answer.body?.events)) {
            this.#line.answered();
            return await this.#hand(answer.body.events);
        }
        if (answer?.status === 204) {
            this.#line.answered();
            if (performance.now() - this.#startedAt < HELD_AT_LEAST_MS) await this.#line.calm();
            return true;
        }
        // A 200 or a redirection that is not the relay's comes from something in between: it passes.
        if (answer === null || answer.status < 400 || isPassing(answer)) {
            await this.#line.failed(answer);
            return true;
        }
        this.#line.refused(answer);
        return false;
    }

    /**
     * @param {RelayEvent[]} events in order
     * @returns {Promise<boolean>} when they have been handled; false: the last event of the call was among them
     */
    async #hand(events) {
        const handled = [];
        let isLast = false;
        for (const event of events) {
            if (event.seq <= this.#cursor) continue;
            this.#cursor = event.seq;
            handled.push(this.#onEvent(event));
            isLast ||= event.type === 'left';
        }
        await Promise.all(handled);
        return !isLast;
    }
}

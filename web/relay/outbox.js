// What this peer says, in order and once: one post in flight, and what gathers meanwhile goes with the next.
// Candidates wait for each other for a moment; a description waits for nothing.
// A message keeps its id until the relay has said that it has it, so a repeat of a post does no harm.

import { ask, isPassing } from './request.js';

/** @typedef {import('./wire.js').MessageType} MessageType */
/** @typedef {import('./request.js').Answer} Answer */
/** @typedef {import('./line.js').Line} Line */

/** The most bytes of one post: below a relay's usual bound for a body, 65,536. */
export const BATCH_BYTES = 60_000;

/**
 * How long a candidate waits for more of them, by the last description. They come in a rush, just when both pages are
 * busy with connecting: a request for each of them would cost that more time than the wait. Who has answered tries the
 * other's candidates already, and is found by that; its own are for where that does not get through.
 */
const GATHER_MS = { offer: 25, answer: 60 };

/** What stands around the messages of a batch, and behind each of them. */
const FRAME_BYTES = '{"messages":[]}'.length;
const COMMA_BYTES = ','.length;

const encoder = new TextEncoder();

export class Outbox {
    #line;
    /** @type {{ type: MessageType, text: string, bytes: number }[]} what the relay is not yet known to have */
    #queue = [];
    #lastID = 0;
    #gatherMs = GATHER_MS.offer;
    #batchBytes = BATCH_BYTES;
    /** Nothing is tried a second time any more. */
    #isDraining = false;
    #isPosting = false;
    /** The posting that is under way, or the last one. */
    #posting = Promise.resolve();

    /** @param {Line} line */
    constructor(line) {
        this.#line = line;
    }

    /**
     * @param {MessageType} type
     * @param {unknown} data
     */
    put(type, data) {
        this.#lastID += 1;
        if (type !== 'candidate') this.#gatherMs = GATHER_MS[type];
        const text = JSON.stringify({ id: this.#lastID, type, data });
        this.#queue.push({ type, text, bytes: encoder.encode(text).length });
        if (!this.#isPosting) this.#posting = this.#postAll();
    }

    /** Resolves when all has been posted, or after one failure from now on: then the rest is not worth more. */
    async drain() {
        this.#isDraining = true;
        this.#line.wake();
        await this.#posting;
    }

    async #postAll() {
        this.#isPosting = true;
        while (this.#queue.length > 0 && !this.#line.signal.aborted) {
            if (this.#queue[0].type === 'candidate') await this.#gather();
            const count = this.#fitting();
            const messages = this.#queue.slice(0, count).map((message) => message.text);
            const answer = await ask(`${this.#line.base}/v1/messages`, {
                method: 'POST',
                token: this.#line.token,
                body: `{"messages":[${messages.join(',')}]}`,
                signal: this.#line.signal,
            });
            if (answer !== null && answer.status < 300) {
                this.#queue.splice(0, count);
                this.#line.answered();
            } else if (!await this.#goesOn(answer, count)) {
                this.#queue = [];
            }
        }
        this.#isPosting = false;
    }

    /** Resolves when candidates have had the time to gather, or when the line is cut. */
    async #gather() {
        const { signal } = this.#line;
        await new Promise((resolve) => {
            const end = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', end);
                resolve(undefined);
            };
            const timer = setTimeout(end, this.#gatherMs);
            signal.addEventListener('abort', end);
        });
    }

    /** How many messages, from the first, fit one body: at least one, else it would never leave. */
    #fitting() {
        let bytes = FRAME_BYTES;
        const tooMany = this.#queue.findIndex((message) => {
            bytes += message.bytes + COMMA_BYTES;
            return bytes > this.#batchBytes;
        });
        return tooMany < 0 ? this.#queue.length : Math.max(1, tooMany);
    }

    /**
     * After a post that was not taken.
     * @param {Answer | null} answer
     * @param {number} count how many messages it had
     * @returns {Promise<boolean>} false: there is nothing left to post for
     */
    async #goesOn(answer, count) {
        if (this.#isDraining || this.#line.signal.aborted) return false;
        if (answer === null || isPassing(answer)) {
            await this.#line.failed(answer);
            return true;
        }
        if (answer.status === 413 && count > 1) {
            this.#batchBytes = Math.ceil(this.#batchBytes / 2);
            return true;
        }
        // The other peer has left: the event that says why is on its way.
        if (answer.body?.code !== 'call-over') this.#line.refused(answer);
        return false;
    }
}

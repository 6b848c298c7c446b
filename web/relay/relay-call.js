// A client of the relay protocol, one object a call. It knows no page and no WebRTC: it dials, reads events, posts
// messages and leaves, whatever the network does meanwhile.

import { dial } from './dial.js';
import { Line } from './line.js';
import { Outbox } from './outbox.js';
import { Poller } from './poller.js';
import { ask, isPassing, problemOf } from './request.js';

/** @typedef {import('./wire.js').DialReply} DialReply */
/** @typedef {import('./wire.js').RelayEvent} RelayEvent */
/** @typedef {import('./wire.js').MessageType} MessageType */
/** @typedef {import('./wire.js').Problem} Problem */
/** @typedef {import('./wire.js').Trouble} Trouble */
/** @typedef {import('./request.js').Answer} Answer */

/**
 * Why the call is over for this client, other than by the event `left`.
 * - lost: the relay does not know it any more. Whoever still wants it dials again.
 * - superseded: another client has taken it over. Nobody fights for it.
 * - refused: the relay will not have what was asked, now or later.
 * @typedef {{ reason: 'lost' } | { reason: 'superseded' } | { reason: 'refused', problem: Problem }} RelayEnd
 */

/**
 * @typedef {object} RelayHandlers
 * @property {(reply: DialReply) => void} dialled
 * @property {(event: RelayEvent) => Promise<void> | void} event in order, each once; after `left` comes nothing. The
 *   relay keeps the events of one answer until all their promises have resolved: they must resolve, and soon.
 * @property {(trouble: Trouble | null) => void} trouble the relay is not to be had for now; null: it is again
 * @property {(end: RelayEnd) => void} ended at most once, and nothing after it
 */

/** @typedef {'connected' | 'hangup' | 'failed'} LeaveReason */

/** A leave is worth this many tries; after that, the relay's grace does the same. */
const LEAVE_TRIES = 3;

export class RelayCall {
    /** Cuts the dialling, the polling and the posting, not the leave. */
    #cut = new AbortController();
    /** No handler is called any more. */
    #isOver = false;
    /** @type {Promise<void> | null} */
    #leaving = null;
    #base;
    #random;
    #handlers;
    #dialLine;
    /** @type {Promise<DialReply | null>} */
    #dialling;
    /** @type {DialReply | null} */
    #reply = null;
    /** @type {Line | null} */
    #postLine = null;
    /** @type {Outbox | null} */
    #outbox = null;
    /** @type {Poller | null} */
    #poller = null;
    /** @type {Map<Line, Trouble>} */
    #troubles = new Map();

    /**
     * Dials at once.
     * @param {object} options
     * @param {string} options.code the word, as it was typed
     * @param {string} options.key from `newKey`: one for each time that somebody wants to dial
     * @param {string | null} [options.old] the token of a call before, which the relay ends in the same step
     * @param {string} [options.base] the relay's origin; empty: the page's own
     * @param {() => number} [options.random] from 0 up to 1, for the jitter
     * @param {RelayHandlers} options.handlers
     */
    constructor({ code, key, old = null, base = '', random = Math.random, handlers }) {
        this.#base = base;
        this.#random = random;
        this.#handlers = handlers;
        this.#dialLine = this.#line(old ?? undefined);
        this.#dialling = dial(this.#dialLine, { code, key });
        this.#dialling.then((reply) => this.#begin(reply));
    }

    /**
     * Posts a message, in order and once. Only after `dialled`, and until the call is over.
     * @param {MessageType} type
     * @param {unknown} data
     */
    post(type, data) {
        this.#outbox?.put(type, data);
    }

    /**
     * Ends the call here; no handler is called any more. What has been posted before `connected` still goes out.
     * The request itself is begun before this returns, if the dial is answered, so that a page that is being
     * closed can still leave. Only the first leave counts, and none after `ended`.
     * @param {LeaveReason} reason
     * @returns {Promise<void>} when the relay knows, or when it was told in vain
     */
    leave(reason) {
        if (!this.#isOver) this.#leaving = this.#leave(reason);
        return this.#leaving ?? Promise.resolve();
    }

    /** The network or the page is back: what waits for a next try tries at once, and a stale poll is begun anew. */
    wake() {
        this.#dialLine.wake();
        this.#postLine?.wake();
        this.#poller?.wake();
    }

    /** @param {DialReply | null} reply */
    #begin(reply) {
        if (reply === null || this.#isOver) return;
        this.#reply = reply;
        this.#postLine = this.#line(reply.token);
        this.#outbox = new Outbox(this.#postLine);
        this.#poller = new Poller(this.#line(reply.token), reply.pollSeconds, (event) => this.#take(event));
        // The request first: what is done upon the reply takes less time than its answer.
        this.#poller.run();
        this.#handlers.dialled(reply);
    }

    /** @param {RelayEvent} event */
    #take(event) {
        if (this.#isOver) return undefined;
        const handled = this.#handlers.event(event);
        // Leaving tells the relay that the last event has come, as a poll would, and is answered with no error.
        if (event.type === 'left') this.leave('hangup');
        return handled;
    }

    /** @param {LeaveReason} reason */
    async #leave(reason) {
        this.#isOver = true;
        if (reason === 'connected') {
            this.#poller?.stop();
            await this.#outbox?.drain();
        }
        this.#cut.abort();
        const reply = this.#reply ?? await this.#dialling;
        if (reply !== null) await this.#tellLeave(reply.token, reason);
    }

    /**
     * @param {string} token
     * @param {LeaveReason} reason
     */
    async #tellLeave(token, reason) {
        const line = this.#line(token, new AbortController().signal);
        for (let tries = 1; ; tries += 1) {
            const answer = await ask(`${this.#base}/v1/leave`, {
                method: 'POST',
                token,
                body: JSON.stringify({ reason }),
                keepalive: true,
                signal: line.signal,
            });
            if (!isPassing(answer) || tries === LEAVE_TRIES) return;
            await line.failed(answer);
        }
    }

    /**
     * @param {string | undefined} token
     * @param {AbortSignal} [signal]
     */
    #line(token, signal = this.#cut.signal) {
        return new Line({
            base: this.#base,
            token,
            signal,
            random: this.#random,
            handlers: {
                trouble: (line, trouble) => this.#noteTrouble(line, trouble),
                refused: (answer) => this.#end(answer),
            },
        });
    }

    /**
     * @param {Line} line
     * @param {Trouble | null} trouble
     */
    #noteTrouble(line, trouble) {
        if (this.#isOver) return;
        const before = this.#troubles.size;
        if (trouble === null) this.#troubles.delete(line);
        else this.#troubles.set(line, trouble);
        if (trouble !== null) this.#handlers.trouble(trouble);
        else if (before > 0 && this.#troubles.size === 0) this.#handlers.trouble(null);
    }

    /** @param {Answer} answer */
    #end(answer) {
        if (this.#isOver) return;
        // A relay that refuses is there.
        if (this.#troubles.size > 0) this.#handlers.trouble(null);
        this.#isOver = true;
        this.#cut.abort();
        const problem = problemOf(answer);
        if (answer.status === 401) this.#handlers.ended({ reason: 'lost' });
        else if (problem.code === 'superseded') this.#handlers.ended({ reason: 'superseded' });
        else this.#handlers.ended({ reason: 'refused', problem });
    }
}

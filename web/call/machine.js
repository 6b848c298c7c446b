// One call as a machine: what happens goes in, what is to be done about it comes out. It has no clock, no network and
// no browser.
//
// A call is a row of attempts. An attempt is one dial at the relay and one connection that belongs to it. The first
// attempt dials the word that people have agreed on. When a connection was there and breaks, both pages attempt the
// secret that they have shared over it, so that the call comes back with nobody's doing; when an attempt is lost on its
// way (the relay forgot it, the other page was reloaded), the same word is dialled again, and nobody sees it.
//
//     idle → asking → dialling → waiting → connecting → connected ⇄ interrupted → redialling → connected …
//                         └────────────────────↗                        all of them → ended

import { Standing } from './standing.js';
import { CONNECT_MS, INTERRUPTED_MS, REDIAL_MS, SOON_MS } from './times.js';

/** @typedef {import('../types.js').Cause} Cause */
/** @typedef {import('../types.js').CallEnd} CallEnd */
/** @typedef {import('./call-types.js').Input} Input */
/** @typedef {import('./call-types.js').Effect} Effect */
/** @typedef {import('./call-types.js').LeaveReason} LeaveReason */

/** The word and one try more: who did not connect in two does not in three. */
const TRIES = 2;

/** What the relay tells; once connected, nobody listens to it any more. */
const FROM_RELAY = ['dialled', 'joined', 'left', 'lost', 'superseded', 'refused'];

export class Machine extends Standing {
    #newSecret;
    /** What this side has said last. */
    #shared = '';
    #now = 0;
    /** @type {string | undefined} of a dial of the page before, which the first attempt repeats */
    #key;
    #tries = 0;
    /** @type {number | null} when the connection that was there broke */
    #brokenAt = null;
    /** When the attempt began to connect. */
    #joinedAt = 0;
    /** @type {Effect[]} */
    #effects = [];

    /** @param {() => string} newSecret a fresh word that nobody can guess */
    constructor(newSecret) {
        super();
        this.#newSecret = newSecret;
    }

    /**
     * @param {Input} input
     * @param {number} now milliseconds; never less than before
     * @returns {Effect[]} to be carried out in this order, all before the next input
     */
    handle(input, now) {
        this.#now = now;
        this.#effects = [];
        if (input.type === 'dial') this.#dial(input);
        else if (this.state === 'asking') this.#answered(input);
        else if (this.isActive) this.#take(input);
        return this.#effects;
    }

    /** @param {Extract<Input, { type: 'dial' }>} input */
    #dial({ code, isSettled, key, memory }) {
        if (this.isActive) return;
        Object.assign(this, { code, end: null, cause: null, redial: null, since: null, lastedMs: 0 });
        this.secret = memory?.secret ?? '';
        this.connectedAt = memory?.connectedAt ?? null;
        this.#brokenAt = this.connectedAt === null ? null : this.#now;
        this.#tries = 1;
        this.#key = key;
        if (isSettled) return this.#begin();
        this.state = 'asking';
        this.#effects.push({ type: 'open-devices' });
    }

    /** @param {Input} input while the browser asks */
    #answered({ type }) {
        if (type === 'settled') this.#begin();
        else if (type === 'end') this.state = 'idle';
        else if (type === 'taken-over') Object.assign(this, { state: 'ended', end: { how: 'superseded' } });
    }

    #begin() {
        if (this.secret !== '') return this.#redialAs('lost', this.#key);
        this.state = 'dialling';
        this.#attempt(null, this.#key);
    }

    /** @param {Input} input */
    #take(input) {
        if (this.isConnected && FROM_RELAY.includes(input.type)) return;
        switch (input.type) {
        case 'end': return this.#endHere();
        case 'close': return this.#effects.push({ type: 'quit', leave: this.leaveReason });
        case 'taken-over': return this.#finish({ how: 'superseded' }, this.leaveReason, 'leaving');
        case 'tick': return this.#tick();
        case 'dialled': return this.#dialled(input);
        case 'joined': return this.#connecting();
        case 'left': return this.#left(input.reason);
        case 'lost': return this.#attempt(null);
        case 'superseded': return this.#finish({ how: 'superseded' }, null, 'leaving');
        case 'refused': return this.#finish({ how: 'refused', problem: input.problem }, null, null);
        case 'connected': return this.#connected(input.role);
        case 'interrupted': return this.#interrupted();
        case 'failed': return this.#failed(input.cause);
        case 'secret': return this.#agree(input.secret);
        case 'hangup': return this.#finish({ how: 'they-hung-up' }, 'hangup', null);
        case 'leaving': return this.#broken('away');
        case 'gone': return this.#broken('lost');
        }
    }

    /** Cancels what has not come about, or hangs up. */
    #endHere() {
        const isCancel = !this.isConnected && this.redial === null;
        this.#finish({ how: 'hung-up' }, 'hangup', 'hangup');
        if (!isCancel) return;
        this.state = 'idle';
        this.end = null;
    }

    /** @param {Extract<Input, { type: 'dialled' }>} input */
    #dialled({ role, iceServers }) {
        this.#effects.push({ type: 'start', role, iceServers });
        if (role === 'callee') return this.#connecting();
        if (this.redial !== null) return;
        if (this.state !== 'waiting') this.since = this.#now;
        this.state = 'waiting';
        this.deadline = null;
    }

    /** Both are there. */
    #connecting() {
        this.#joinedAt = this.#now;
        if (this.redial !== null) return;
        this.state = 'connecting';
        this.since = null;
        this.deadline = this.#now + CONNECT_MS;
    }

    /** @param {'caller' | 'callee'} role */
    #connected(role) {
        const isAgain = this.isConnected;
        this.connectedAt ??= this.#now;
        Object.assign(this, { state: 'connected', since: this.connectedAt, cause: null, redial: null, deadline: null });
        this.#brokenAt = null;
        this.#tries = 1;
        if (isAgain) return;
        this.#effects.push({ type: 'play' }, { type: 'leave', reason: 'connected' });
        if (role === 'callee') return;
        // It counts when the other has said it back: else a break meanwhile would have the two dial different words.
        this.#shared = this.secret || this.#newSecret();
        this.#effects.push({ type: 'share', secret: this.#shared });
    }

    /** @param {string} secret from the other */
    #agree(secret) {
        this.secret = secret;
        if (secret !== this.#shared) this.#effects.push({ type: 'share', secret });
        this.#shared = secret;
    }

    #interrupted() {
        if (this.state !== 'connected') return;
        this.state = 'interrupted';
        this.#brokenAt = this.#now;
        this.deadline = this.#now + INTERRUPTED_MS;
        this.#effects.push({ type: 'restart' });
    }

    /** @param {'lost' | 'away'} redial the connection is of no use any more */
    #broken(redial) {
        if (this.isConnected) this.#redialAs(redial);
        else this.#attempt('failed');
    }

    /**
     * @param {'lost' | 'away'} redial
     * @param {string} [key] of a dial that this one repeats
     */
    #redialAs(redial, key) {
        this.state = 'redialling';
        this.redial = redial;
        this.since = this.connectedAt;
        this.#brokenAt ??= this.#now;
        this.deadline = this.#now + REDIAL_MS[redial];
        this.#attempt(null, key);
    }

    /** @param {Cause} cause */
    #failed(cause) {
        if (this.isConnected) return this.#redialAs('lost');
        if (this.redial !== null) return this.#attempt('failed');
        if (this.#tries === TRIES) return this.#finish({ how: 'failed', cause }, 'failed', null);
        this.#tries += 1;
        this.cause = cause;
        this.#attempt('failed');
    }

    /** @param {'hangup' | 'failed' | 'timeout'} reason */
    #left(reason) {
        const foundNoWay = reason === 'failed' && this.#now - this.#joinedAt >= SOON_MS;
        if (reason === 'hangup') this.#finish({ how: 'they-hung-up' }, null, null);
        else if (foundNoWay) this.#effects.push({ type: 'diagnose' });
        else this.#attempt(null);
    }

    #tick() {
        if (this.deadline === null || this.#now < this.deadline) return;
        this.deadline = null;
        if (this.redial !== null) {
            this.#finish({ how: this.redial === 'away' ? 'they-left' : 'vanished' }, 'hangup', null);
        } else if (this.state === 'interrupted') {
            this.#redialAs('lost');
        } else {
            this.#effects.push({ type: 'diagnose' });
        }
    }

    /**
     * Dials what this call goes by now; the attempt before is given up.
     * @param {LeaveReason | null} leave what the relay is told of that one; null: it knows, or it will by the new dial
     * @param {string} [key] of a dial that this one repeats
     */
    #attempt(leave, key) {
        if (this.redial === null) this.deadline = null;
        const word = this.redial !== null && this.secret !== '' ? this.secret : this.code;
        this.#effects.push({ type: 'attempt', word, leave, key });
    }

    /**
     * @param {CallEnd} end
     * @param {LeaveReason | null} leave what the relay is told
     * @param {'hangup' | 'leaving' | null} say what the other page is told
     */
    #finish(end, leave, say) {
        if (this.connectedAt !== null) this.lastedMs = (this.#brokenAt ?? this.#now) - this.connectedAt;
        Object.assign(this, {
            state: 'ended', end, secret: '', since: null, connectedAt: null, cause: null, redial: null, deadline: null,
        });
        this.#effects.push({ type: 'finish', leave, say });
    }
}

// How a call stands: what its machine decides by, and what a screen shows of it.

/** @typedef {import('../types.js').State} State */
/** @typedef {import('../types.js').Cause} Cause */
/** @typedef {import('../types.js').CallEnd} CallEnd */
/** @typedef {import('./call-types.js').LeaveReason} LeaveReason */

export class Standing {
    /** @type {State} */
    state = 'idle';
    /** As it was typed. */
    code = '';
    /** The word for when the connection breaks; empty: none is shared yet. */
    secret = '';
    /** @type {number | null} when the waiting, or the call, began */
    since = null;
    /** @type {number | null} when the call was first connected */
    connectedAt = null;
    /** @type {Cause | null} why the first try may have failed */
    cause = null;
    /** @type {'lost' | 'away' | null} */
    redial = null;
    /** @type {CallEnd | null} */
    end = null;
    lastedMs = 0;
    /** @type {number | null} when `tick` is due */
    deadline = null;

    /** There is an attempt. */
    get isActive() {
        return !['idle', 'asking', 'ended'].includes(this.state);
    }

    get isConnected() {
        return this.state === 'connected' || this.state === 'interrupted';
    }

    /**
     * What the relay is told when this page goes away: with `failed` the other one tries again.
     * @returns {LeaveReason}
     */
    get leaveReason() {
        return this.state === 'connecting' || this.redial !== null ? 'failed' : 'hangup';
    }
}

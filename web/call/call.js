// One call, from the dial to its end: a relay call and a peer connection, and anew both of them for as long as the
// relay forgets the call before it has come about.

import { Backoff } from '../relay/backoff.js';
import { newKey } from '../relay/dial.js';
import { RelayCall } from '../relay/relay-call.js';
import { Peer } from './peer.js';

/** @typedef {import('../relay/wire.js').DialReply} DialReply */
/** @typedef {import('../relay/wire.js').RelayEvent} RelayEvent */
/** @typedef {import('../relay/relay-call.js').RelayEnd} RelayEnd */
/** @typedef {import('./side-channel.js').SideState} SideState */
/** @typedef {import('./call-types.js').Phase} Phase */
/** @typedef {import('./call-types.js').CallEnd} CallEnd */
/** @typedef {import('./call-types.js').CallHandlers} CallHandlers */

/** A call that is lost sooner than this after its dial is not dialled again at once: that would go in circles. */
const SHORT_CALL_MS = 5000;

export class Call {
    #code;
    #mine;
    #side;
    #handlers;
    /** @type {Phase | 'ended'} */
    #phase = 'dialling';
    #ended = new AbortController();
    #redial = new Backoff(this.#ended.signal, Math.random);
    #dialledAt = 0;
    /** @type {string | null} the last token; the next dial replaces it */
    #token;
    /** @type {RelayCall} */
    #relay;
    /** @type {Peer} */
    #peer;

    /**
     * Dials at once.
     * @param {object} options
     * @param {string} options.code the word, as it was typed
     * @param {string} [options.key] of a dial that this one repeats
     * @param {string | null} options.old the token of the tab's last call
     * @param {MediaStream} options.mine this side's tracks
     * @param {SideState} options.side what this side gives of itself
     * @param {CallHandlers} options.handlers
     */
    constructor({ code, key = newKey(), old, mine, side, handlers }) {
        this.#code = code;
        this.#token = old;
        this.#mine = mine;
        this.#side = side;
        this.#handlers = handlers;
        // The request first: what else is to be done takes less time than its answer.
        this.#relay = this.#dial(key);
        this.#peer = this.#newPeer();
    }

    /** Ends the call here. The other side is told over whatever way there is. */
    async hangUp() {
        const isTold = this.#peer.side.hangUp();
        this.#end({ how: 'hung-up' }, isTold);
        await isTold;
    }

    /** @param {SideState} side what this side gives of itself now */
    tell(side) {
        this.#side = side;
        this.#peer.side.tell(side);
    }

    /** This side's tracks are others now. */
    refreshTracks() {
        this.#peer.refreshTracks();
    }

    /** The network or the page is back. */
    wake() {
        this.#redial.wake();
        this.#relay.wake();
    }

    #newPeer() {
        const peer = new Peer(this.#mine, {
            send: (type, data) => this.#relay.post(type, data),
            connected: () => this.#connected(),
            interrupted: () => { if (this.#phase === 'connected') this.#enter('interrupted'); },
            failed: () => this.#end({ how: this.#isConnected ? 'vanished' : 'failed' }),
        }, {
            theirs: (state) => this.#handlers.theirs(state),
            hangup: () => this.#end({ how: 'they-hung-up' }),
            gone: () => this.#end({ how: 'vanished' }),
        });
        peer.side.tell(this.#side);
        return peer;
    }

    /** @param {string} key */
    #dial(key) {
        this.#dialledAt = performance.now();
        const relay = new RelayCall({
            code: this.#code,
            key,
            old: this.#token,
            handlers: {
                dialled: (reply) => this.#dialled(reply),
                event: (event) => this.#take(event),
                trouble: (trouble) => this.#handlers.trouble(trouble),
                ended: (end) => this.#relayEnded(end),
            },
        });
        this.#handlers.remember({ code: this.#code, key, token: this.#token });
        return relay;
    }

    /** @param {DialReply} reply */
    #dialled(reply) {
        this.#token = reply.token;
        this.#handlers.remember({ code: this.#code, key: null, token: reply.token });
        this.#peer.start(reply.role, reply.iceServers);
        this.#enter(reply.role === 'caller' ? 'waiting' : 'connecting');
    }

    /**
     * @param {RelayEvent} event
     * @returns {Promise<void> | void}
     */
    #take(event) {
        if (event.type === 'joined') return this.#enter('connecting');
        if (event.type === 'left') return this.#end({ how: endOf(event.reason) });
        const applied = this.#peer.take(event.type, event.data);
        // The next poll waits for a description: the two are not to compete while somebody waits for both.
        return event.type === 'candidate' ? undefined : applied;
    }

    #connected() {
        if (this.#phase === 'ended') return;
        const isAgain = this.#phase === 'interrupted';
        this.#enter('connected');
        if (isAgain) return;
        // Not before: to make a picture ready takes time that the connecting needs.
        this.#handlers.stream(this.#peer.theirs);
        this.#handlers.trouble(null);
        // From here on the two pages need no relay. It may forget them.
        this.#relay.leave('connected');
    }

    /** @param {RelayEnd} end */
    #relayEnded(end) {
        if (end.reason === 'lost') this.#dialAnew();
        else if (end.reason === 'superseded') this.#end({ how: 'superseded' });
        else this.#end({ how: 'refused', problem: end.problem });
    }

    async #dialAnew() {
        this.#peer.close();
        this.#peer = this.#newPeer();
        this.#enter('dialling');
        if (performance.now() - this.#dialledAt < SHORT_CALL_MS) await this.#redial.pause(null);
        else this.#redial.succeeded();
        if (this.#phase !== 'ended') this.#relay = this.#dial(newKey());
    }

    get #isConnected() {
        return this.#phase === 'connected' || this.#phase === 'interrupted';
    }

    /** @param {Phase} phase */
    #enter(phase) {
        this.#phase = phase;
        this.#handlers.phase(phase);
    }

    /**
     * @param {CallEnd} end
     * @param {Promise<void>} isTold the connection is kept open for that long
     */
    #end(end, isTold = Promise.resolve()) {
        if (this.#phase === 'ended') return;
        this.#phase = 'ended';
        this.#ended.abort();
        this.#relay.leave(end.how === 'failed' ? 'failed' : 'hangup');
        isTold.then(() => this.#peer.close());
        this.#handlers.ended(end);
    }
}

/**
 * @param {'hangup' | 'failed' | 'timeout'} reason
 * @returns {'they-hung-up' | 'failed' | 'vanished'}
 */
function endOf(reason) {
    if (reason === 'hangup') return 'they-hung-up';
    return reason === 'failed' ? 'failed' : 'vanished';
}

// One attempt of a call: one dial at the relay and the connection that belongs to it. It tells what happens to them;
// what that means is the machine's to say.

import { RelayCall } from '../relay/relay-call.js';
import { causeOf } from './diagnosis.js';
import { Peer } from './peer.js';

/** @typedef {import('../relay/wire.js').DialReply} DialReply */
/** @typedef {import('../relay/wire.js').RelayEvent} RelayEvent */
/** @typedef {import('../relay/wire.js').Role} Role */
/** @typedef {import('../relay/wire.js').Trouble} Trouble */
/** @typedef {import('../relay/relay-call.js').RelayEnd} RelayEnd */
/** @typedef {import('../relay/relay-call.js').LeaveReason} LeaveReason */
/** @typedef {import('../types.js').SideState} SideState */
/** @typedef {import('./call-types.js').Input} Input */

/** The relay may be away for so long and nobody is told: it is being restarted, and a call loses nothing by that. */
const AWAY_MS = 3000;

/**
 * The next poll waits so long after a description that came with all that is needed to connect. Else it would compete
 * with that for the page's one thread and for the browser's network; and as a rule it is not needed any more.
 */
const CALM_MS = 60;

/**
 * @typedef {object} AttemptHandlers
 * @property {(input: Input) => void} input for the machine
 * @property {(trouble: Trouble | null) => void} trouble what is worth telling of it
 * @property {(state: SideState) => void} theirs
 * @property {(text: string) => void} chat
 */

export class Attempt {
    #handlers;
    #relay;
    #isOver = false;
    /** Since when the relay is away, by the page's clock. */
    #awaySince = Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #telling;
    /** @type {Role} */
    #role = 'caller';
    /** The other side can be tried: who has its answer hears from it, and who has its candidates knows where it is. */
    #hasWays = false;
    key;
    /** @type {string | null} null: the dial has not been answered */
    token = null;
    /** @type {Peer} */
    peer;

    /**
     * Dials at once.
     * @param {object} options
     * @param {string} options.word
     * @param {string} options.key
     * @param {string | null} options.old the token that the dial replaces
     * @param {MediaStream} options.mine this side's tracks
     * @param {AttemptHandlers} options.handlers none is called after `close`
     */
    constructor({ word, key, old, mine, handlers }) {
        this.key = key;
        this.#handlers = handlers;
        // The request first: to make a connection ready takes less time than its answer.
        this.#relay = new RelayCall({
            code: word,
            key,
            old,
            handlers: {
                dialled: (reply) => this.#dialled(reply),
                event: (event) => this.#take(event),
                trouble: (trouble) => this.#noteTrouble(trouble),
                ended: (end) => this.#relayEnded(end),
            },
        });
        this.peer = this.#newPeer(mine);
    }

    /** @param {RTCIceServer[]} iceServers */
    start(iceServers) {
        this.peer.start(this.#role, iceServers);
    }

    /** Looks for the reason why there is no way. */
    async diagnose() {
        this.#input({ type: 'failed', cause: causeOf(await this.peer.facts()) });
    }

    /** @param {LeaveReason} reason what the relay is told */
    leave(reason) {
        clearTimeout(this.#telling);
        this.#relay.leave(reason);
    }

    wake() {
        this.#relay.wake();
    }

    /**
     * Gives it up.
     * @param {'hangup' | 'leaving' | null} say what the other page is told, as far as there is a way
     */
    async close(say) {
        this.#isOver = true;
        if (say === 'hangup') await this.peer.side.hangUp();
        else if (say === 'leaving') this.peer.side.leaving();
        this.peer.close();
    }

    /** @param {MediaStream} mine */
    #newPeer(mine) {
        const { theirs, chat } = this.#handlers;
        return new Peer(mine, {
            send: (type, data) => this.#relay.post(type, data),
            connected: () => this.#input({ type: 'connected', role: this.#role }),
            interrupted: () => this.#input({ type: 'interrupted' }),
            failed: () => this.diagnose(),
        }, {
            opened: () => {},
            theirs: (state) => { if (!this.#isOver) theirs(state); },
            chat: (text) => { if (!this.#isOver) chat(text); },
            secret: (secret) => this.#input({ type: 'secret', secret }),
            hangup: () => this.#input({ type: 'hangup' }),
            leaving: () => this.#input({ type: 'leaving' }),
            gone: () => this.#input({ type: 'gone' }),
        });
    }

    /** @param {DialReply} reply */
    #dialled({ token, role, iceServers }) {
        this.token = token;
        this.#role = role;
        this.#input({ type: 'dialled', role, iceServers });
    }

    /**
     * @param {RelayEvent} event
     * @returns {Promise<void> | void}
     */
    #take(event) {
        if (event.type === 'joined') return this.#input({ type: 'joined' });
        if (event.type === 'left') return this.#input({ type: 'left', reason: event.reason });
        const applied = this.peer.take(event.type, event.data);
        this.#hasWays ||= event.type !== 'offer';
        if (event.type === 'candidate') return;
        return applied.then(async () => {
            if (this.#hasWays) await new Promise((resolve) => { setTimeout(resolve, CALM_MS); });
        });
    }

    /** @param {RelayEnd} end */
    #relayEnded(end) {
        if (end.reason === 'refused') this.#input({ type: 'refused', problem: end.problem });
        else this.#input({ type: end.reason });
    }

    /**
     * A relay that is away is told of when that lasts; one that says when to come again, at once.
     * @param {Trouble | null} trouble
     */
    #noteTrouble(trouble) {
        const now = performance.now();
        this.#awaySince = trouble === null ? Infinity : Math.min(this.#awaySince, now);
        const wait = trouble?.seconds === 0 ? this.#awaySince + AWAY_MS - now : 0;
        clearTimeout(this.#telling);
        this.#telling = setTimeout(() => { if (!this.#isOver) this.#handlers.trouble(trouble); }, wait);
    }

    /** @param {Input} input */
    #input(input) {
        if (!this.#isOver) this.#handlers.input(input);
    }
}

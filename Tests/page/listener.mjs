// A relay call with all that it has told, and what it is still expected to tell.

import { webcrypto } from 'node:crypto';

import { newKey } from '../../web/relay/dial.js';
import { RelayCall } from '../../web/relay/relay-call.js';

// Browsers and newer versions of Node have it.
globalThis.crypto ??= webcrypto;

/** The longest that anything may take here; nothing is waited for longer than it takes. */
const LIMIT_MS = 20_000;

export class Listener {
    reply = null;
    events = [];
    troubles = [];
    end = null;
    #checks = new Set();

    /** @param {Partial<ConstructorParameters<typeof RelayCall>[0]>} options */
    constructor(options) {
        this.key = options.key ?? newKey();
        this.call = new RelayCall({
            code: 'tulip',
            // The shortest waits that there are.
            random: () => 0,
            ...options,
            key: this.key,
            handlers: {
                dialled: (reply) => { this.reply = reply; this.#check(); },
                event: (event) => { this.events.push(event); this.#check(); },
                trouble: (trouble) => { this.troubles.push(trouble); this.#check(); },
                ended: (end) => { this.end = end; this.#check(); },
            },
        });
    }

    /** The data of the candidates that have come. */
    get candidates() {
        return this.events.filter(({ type }) => type === 'candidate').map(({ data }) => data.candidate);
    }

    /**
     * @param {(listener: this) => boolean} condition
     * @returns {Promise<this>} as soon as it is so
     */
    until(condition) {
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`in vain: ${condition}`)), LIMIT_MS);
            const check = () => {
                if (!condition(this)) return;
                clearTimeout(timer);
                this.#checks.delete(check);
                resolve(this);
            };
            this.#checks.add(check);
            check();
        });
    }

    dialled() {
        return this.until(({ reply }) => reply !== null);
    }

    #check() {
        for (const check of [...this.#checks]) check();
    }
}

/** The least that both sides say of a call. */
export const offer = { type: 'offer', sdp: 'v=0\r\n' };
export const answer = { type: 'answer', sdp: 'v=0\r\n' };
export const candidate = (name) => ({ candidate: String(name), sdpMid: '0' });

// What one side gathers of the other, and of the way between them, while a call lasts.

import { QualityMeter } from './quality.js';

/** @typedef {Pick<import('./call-types.js').CallView, 'trouble' | 'theirs' | 'quality' | 'keys' | 'chat'>} Gathered */
/** @typedef {import('../types.js').ChatLine} ChatLine */

/** Lines; the oldest go first. */
export const LONGEST_CHAT = 500;

export class Seen {
    #meter = new QualityMeter();
    #lines = 0;
    /** @type {Gathered} */
    view = { trouble: null, theirs: null, quality: null, keys: '', chat: [] };

    /** @param {Omit<ChatLine, 'number'>} line */
    add(line) {
        this.#lines += 1;
        this.view.chat = [...this.view.chat, { ...line, number: this.#lines }].slice(-LONGEST_CHAT);
    }

    /** @param {RTCStatsReport} report @param {number} now in milliseconds, from any beginning @param {string} keys */
    measure(report, now, keys) {
        this.view.quality = this.#meter.measure(report, now);
        this.view.keys = keys;
    }

    /** The way to the other side is given up; the call goes on. */
    loseWay() {
        this.#meter = new QualityMeter();
        Object.assign(this.view, { trouble: null, quality: null });
    }
}

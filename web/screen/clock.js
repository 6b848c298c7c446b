// A clock that counts up, wherever the page shows one.

import { all, say } from './elements.js';
import { clock } from './sentences.js';

const TICK_MS = 1000;

export class Clock {
    /** @type {number | null} `performance.now()` of its zero; null: it stands still */
    #since = null;
    #timer = 0;

    /** @param {number | null} since */
    show(since) {
        this.#since = since;
        clearTimeout(this.#timer);
        this.#tick();
    }

    #tick() {
        if (this.#since === null) return;
        const elapsed = Math.max(0, performance.now() - this.#since);
        for (const place of all('.clock')) say(place, clock(elapsed));
        this.#timer = setTimeout(() => this.#tick(), TICK_MS - elapsed % TICK_MS);
    }
}

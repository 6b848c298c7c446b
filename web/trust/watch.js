// Finds out whether this browser accepts the https address, and again whenever that may have changed.

/** @typedef {{ address: string, authority: string, fingerprint: string, ends: string }} Facts of `/trust.json` */
/** @typedef {'looking' | 'missing' | 'unreachable' | 'silent' | 'no' | 'yes'} Standing */
/** @typedef {EventTarget & { visibilityState: string }} Visible a document */

/** How long it waits before it looks again, while somebody looks at the page. */
const AGAIN_MS = 3000;

/** A refused certificate fails at once; what takes longer does not answer at all. */
const ANSWER_MS = 6000;

/**
 * @param {string} url
 * @returns {Promise<Response | 'failed' | 'late'>}
 */
async function ask(url) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
        return await fetch(url, { cache: 'no-store', signal: late.signal });
    } catch {
        return late.signal.aborted ? 'late' : 'failed';
    } finally {
        clearTimeout(timer);
    }
}

/** @param {Response | string} answer */
const isGood = (answer) => typeof answer !== 'string' && answer.ok;

export class Watch {
    /** @type {Facts | null} */
    facts = null;
    /** @type {Standing} */
    standing = 'looking';
    #origin;
    #page;
    #onChange;
    #againMs;
    #timer = 0;
    #isLooking = false;

    /**
     * @param {object} options
     * @param {string} options.origin where this page came from
     * @param {Visible} options.page
     * @param {EventTarget} options.window
     * @param {() => void} options.onChange
     * @param {number} [options.againMs]
     */
    constructor({ origin, page, window, onChange, againMs = AGAIN_MS }) {
        this.#origin = origin;
        this.#page = page;
        this.#onChange = onChange;
        this.#againMs = againMs;
        // Whoever was in the settings comes back by one of these.
        page.addEventListener('visibilitychange', () => this.look());
        for (const back of ['focus', 'pageshow', 'online']) window.addEventListener(back, () => this.look());
    }

    async look() {
        if (this.#isLooking || this.#page.visibilityState !== 'visible') return;
        this.#isLooking = true;
        clearTimeout(this.#timer);
        const standing = await this.#look();
        this.#isLooking = false;
        if (standing !== this.standing) {
            this.standing = standing;
            this.#onChange();
        }
        // What is accepted may be taken back, but not while somebody waits for it.
        if (standing !== 'yes') this.#timer = setTimeout(() => this.look(), this.#againMs);
    }

    /** @returns {Promise<Standing>} */
    async #look() {
        if (this.facts === null) {
            const answer = await ask(`${this.#origin}/trust.json`);
            if (typeof answer === 'string') return 'unreachable';
            if (answer.status === 404) return 'missing';
            this.facts = answer.ok ? await answer.json().catch(() => null) : null;
            if (this.facts === null) return 'unreachable';
        }
        const answer = await ask(`${this.facts.address}healthz`);
        if (isGood(answer)) return 'yes';
        // A certificate that is refused and a server that is away look the same: only the plain way tells them apart.
        if (!isGood(await ask(`${this.#origin}/healthz`))) return 'unreachable';
        return answer === 'failed' ? 'no' : 'silent';
    }
}

/** What a computer calls itself: there the call needs no certificate. */
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** @param {Pick<Location, 'hostname'>} location */
export const isLoopback = ({ hostname }) => LOOPBACK.test(hostname);

/**
 * Whether somebody who is accepted is taken on: not who wants to stay, or has not come in by the plain address.
 * @param {Pick<Location, 'protocol' | 'hostname' | 'search'>} location
 */
export function goesOn(location) {
    const wantsToStay = new URLSearchParams(location.search).has('stay');
    return location.protocol === 'http:' && !isLoopback(location) && !wantsToStay;
}

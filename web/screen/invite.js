// While somebody waits: the word, and the link that takes the other person here, also to be scanned.

import { element, input, onClick, part, say } from './elements.js';

/** @typedef {Pick<import('../types.js').View, 'code' | 'state'>} Shown of a view */

export class Invite {
    /** @type {Shown} */
    #shown = { code: '', state: 'idle' };
    #link = input('link');
    /** Where the other person finds this page: as a rule, where it was opened. */
    #base = location.href.split('#')[0];
    /** Where a device begins that may have nothing yet: there it learns to trust the other address. */
    #scan = this.#base;
    #drawn = '';

    /**
     * @param {import('../words/words.js').Words} words
     * @param {(text: string) => void} note says something in passing
     */
    constructor(words, note) {
        this.#link.addEventListener('focus', () => this.#link.select());
        onClick('copy', async () => { if (await this.#copy()) note(words.text('invite.copied')); });
        onClick('invite', () => {
            const text = words.text('invite.text', { word: this.#shown.code.trim() });
            // Nothing is to be done when nobody was chosen.
            navigator.share({ text, url: this.#link.value }).catch(() => {});
        });
        part('invite').hidden = !('share' in navigator);
        this.#ask();
    }

    /** @param {Shown} shown */
    show(shown) {
        const word = shown.code.trim();
        const hash = `#${encodeURIComponent(word)}`;
        this.#shown = shown;
        say('word', word);
        this.#link.value = this.#base + hash;
        // Only for who waits: what brings two together goes first.
        if (shown.state === 'waiting') this.#draw(this.#scan + hash);
    }

    /** Nobody else reaches this machine as localhost, and a proxy may have an address of its own. */
    async #ask() {
        const answer = await fetch('/address').then((response) => response.json()).catch(() => ({}));
        ({ link: this.#base = this.#base, scan: this.#scan = this.#base } = answer);
        this.show(this.#shown);
    }

    /** @param {string} text is drawn once */
    async #draw(text) {
        if (text === this.#drawn) return;
        this.#drawn = text;
        const image = element('qr', HTMLImageElement);
        image.hidden = true;
        const drawing = await fetch('/qr', { method: 'POST', body: text })
            .then((answer) => (answer.ok ? answer.text() : '')).catch(() => '');
        if (!drawing || text !== this.#drawn) return;
        image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
        image.hidden = false;
    }

    async #copy() {
        try {
            await navigator.clipboard.writeText(this.#link.value);
            return true;
        } catch {
            // Over plain http there is no clipboard, but what is marked can be copied.
            this.#link.select();
            return document.execCommand('copy');
        }
    }
}

// While somebody waits: the word, and the link that takes the other person here.

import { input, onClick, part, say } from './elements.js';

export class Invite {
    #code = '';
    #link = input('link');
    /** Where the other person finds this page: as a rule, where it was opened. */
    #base = location.href.split('#')[0];

    /**
     * @param {import('../words/words.js').Words} words
     * @param {(text: string) => void} note says something in passing
     */
    constructor(words, note) {
        this.#link.addEventListener('focus', () => this.#link.select());
        onClick('copy', async () => { if (await this.#copy()) note(words.text('invite.copied')); });
        onClick('invite', () => {
            const text = words.text('invite.text', { word: this.#code });
            // Nothing is to be done when nobody was chosen.
            navigator.share({ text, url: this.#link.value }).catch(() => {});
        });
        part('invite').hidden = !('share' in navigator);
        this.#ask();
    }

    /** @param {string} code */
    show(code) {
        this.#code = code.trim();
        say('word', this.#code);
        this.#link.value = `${this.#base}#${encodeURIComponent(this.#code)}`;
    }

    /** Nobody else reaches this machine as localhost, and a proxy may have an address of its own. */
    async #ask() {
        const answer = await fetch('/address').catch(() => null);
        if (answer?.status !== 200) return;
        this.#base = await answer.text();
        this.show(this.#code);
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

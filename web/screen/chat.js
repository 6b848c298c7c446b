// The chat of a call. It is kept nowhere: what is shown goes when the call does.

import { input, made, onClick, part, say } from './elements.js';

export class Chat {
    #words;
    #note;
    #panel = part('chat');
    #button = part('open-chat');
    #text = input('chat-text');
    #lines = part('chat-lines');
    #unread = 0;
    /** The number of the last line that has been shown. */
    #last = 0;

    /**
     * @param {import('../words/words.js').Words} words
     * @param {(text: string) => boolean} send
     * @param {(text: string) => void} note says something in passing
     */
    constructor(words, send, note) {
        this.#words = words;
        this.#note = note;
        onClick(this.#button, () => this.#toggle());
        onClick('close-chat', () => this.#toggle());
        this.#panel.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.#toggle(); });
        part('chat-form').addEventListener('submit', (event) => {
            event.preventDefault();
            const text = this.#text.value.trim();
            if (text === '' || send(text)) this.#text.value = '';
        });
    }

    /**
     * @param {import('../types.js').ChatLine[]} lines
     * @param {boolean} isCall
     */
    show(lines, isCall) {
        if (!isCall) this.#panel.hidden = true;
        if (lines.length === 0) this.#unread = this.#last = 0;
        for (const line of lines) if (line.number > this.#last) this.#add(line);
        // The oldest go, and all of them with the call.
        while (this.#lines.childElementCount > lines.length) this.#lines.firstElementChild?.remove();
        part('chat-empty').hidden = lines.length > 0;
        this.#mark();
    }

    /** @param {import('../types.js').ChatLine} line */
    #add({ from, text, number }) {
        this.#last = number;
        const who = Object.assign(made('span', `${this.#words.text(`chat.${from}`)} `), { className: 'unseen' });
        const line = Object.assign(made('p', ''), { className: from, dir: 'auto' });
        line.append(who, text);
        this.#lines.append(line);
        this.#scroll();
        if (from === 'me' || !this.#panel.hidden) return;
        this.#unread += 1;
        this.#note(line.textContent ?? '');
    }

    #toggle() {
        this.#panel.hidden = !this.#panel.hidden;
        this.#unread = 0;
        this.#note('');
        this.#scroll();
        this.#mark();
        (this.#panel.hidden ? this.#button : this.#text).focus();
    }

    /** To the last line. To ask how high they are has the page laid out: only when that has changed. */
    #scroll() {
        this.#lines.scrollTop = this.#lines.scrollHeight;
    }

    #mark() {
        this.#button.setAttribute('aria-expanded', String(!this.#panel.hidden));
        say('unread', this.#unread === 0 ? '' : this.#words.text('chat.unread', { count: this.#unread }));
    }
}

// What the page says, in the language of who reads it: a module for each language, of which one is loaded.

/** @typedef {Pick<Storage, 'getItem' | 'setItem'> | null} Store may throw */

const LANGUAGES = [
    { code: 'en', name: 'English' },
    { code: 'de', name: 'Deutsch' },
    { code: 'es', name: 'Español' },
    { code: 'fr', name: 'Français' },
    { code: 'ru', name: 'Русский' },
];
const FALLBACK = 'en';
const STORAGE_KEY = 'holdline.language';
const RETRY_MS = 2000;
const SUGGESTIONS = 3;

export class Words {
    languages = LANGUAGES;
    language = FALLBACK;
    /** @type {Record<string, string>} */
    #messages = {};
    #wanted = '';
    #failures = 0;
    #store;

    /** @param {Store} store */
    constructor(store) {
        this.#store = store;
    }

    /**
     * Resolves when there are words. Until then the page shows those of its HTML.
     * @param {readonly string[]} preferred such as `de-AT`
     * @param {Store} store keeps a choice
     */
    static async load(preferred, store) {
        const words = new Words(store);
        const code = words.#pick(preferred);
        while (!await words.#use(code) && !await words.#use(FALLBACK)) {
            await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
        return words;
    }

    get direction() {
        return this.text('language.direction');
    }

    /**
     * @param {string} language also for next time
     * @returns {Promise<boolean>} false: it could not be loaded, or another was chosen meanwhile
     */
    async speak(language) {
        const isSpoken = await this.#use(language);
        try {
            if (isSpoken) this.#store?.setItem(STORAGE_KEY, language);
        } catch {
            // A private window may keep nothing.
        }
        return isSpoken;
    }

    /**
     * @param {string} key is shown if it has no message
     * @param {Record<string, string | number>} [values] for the places in the message
     */
    text(key, values = {}) {
        return (this.#messages[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
    }

    /**
     * @param {string} key has a message for each plural of the language
     * @param {number} count
     */
    plural(key, count) {
        const category = new Intl.PluralRules(this.language).select(count);
        return this.text(`${key}.${category}`, { count: this.number(count) });
    }

    /**
     * @param {number} value
     * @param {Intl.NumberFormatOptions} [options]
     */
    number(value, options) {
        return value.toLocaleString(this.language, options);
    }

    /** @param {string[]} parts “a, b, and c” */
    list(parts) {
        return new Intl.ListFormat(this.language).format(parts);
    }

    /** What can be dialled: two nouns each, so that strangers hardly come upon the same. */
    suggest() {
        const nouns = this.text('suggest.words').split(' ');
        const draw = () => nouns.splice(crypto.getRandomValues(new Uint32Array(1))[0] % nouns.length, 1);
        return Array.from({ length: SUGGESTIONS }, () => `${draw()} ${draw()}`);
    }

    /** @param {readonly string[]} preferred */
    #pick(preferred) {
        let chosen;
        try {
            chosen = this.#store?.getItem(STORAGE_KEY);
        } catch {
            // Nothing was kept.
        }
        const codes = [chosen ?? '', ...preferred].map((tag) => tag.split('-')[0].toLowerCase());
        return codes.find((code) => LANGUAGES.some((language) => language.code === code)) ?? FALLBACK;
    }

    /** @param {string} code */
    async #use(code) {
        this.#wanted = code;
        // Firefox never asks again for a module that failed; at another address it is another module.
        const again = this.#failures > 0 ? `?${this.#failures}` : '';
        try {
            const { default: messages } = await import(`./${code}.js${again}`);
            if (this.#wanted !== code) return false;
            this.#messages = messages;
            this.language = code;
            return true;
        } catch {
            this.#failures += 1;
            return false;
        }
    }
}

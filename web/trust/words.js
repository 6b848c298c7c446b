// What the welcome page says. All languages come at once: whoever reads this page may have nothing but this page.

import de from './words/de.js';
import en from './words/en.js';
import es from './words/es.js';
import fr from './words/fr.js';
import ru from './words/ru.js';

/** @typedef {Pick<Storage, 'getItem' | 'setItem'> | null} Store may throw */

/** @type {Record<string, Record<string, string>>} */
const MESSAGES = { en, de, es, fr, ru };
const NAMES = { en: 'English', de: 'Deutsch', es: 'Español', fr: 'Français', ru: 'Русский' };
const FALLBACK = 'en';
/** The same as the call page's, which has a store of its own at another address. */
const STORAGE_KEY = 'holdline.language';

export class Words {
    languages = Object.entries(NAMES).map(([code, name]) => ({ code, name }));
    language;
    #store;

    /**
     * @param {readonly string[]} preferred such as `de-AT`
     * @param {Store} store keeps a choice
     */
    constructor(preferred, store) {
        this.#store = store;
        const codes = [this.#kept(), ...preferred].map((tag) => tag.split('-')[0].toLowerCase());
        this.language = codes.find((code) => code in NAMES) ?? FALLBACK;
    }

    get direction() {
        return this.text('language.direction');
    }

    /** @param {string} language also for next time */
    speak(language) {
        this.language = language;
        try {
            this.#store?.setItem(STORAGE_KEY, language);
        } catch {
            // A private window may keep nothing.
        }
    }

    /**
     * @param {string} key is shown if it has no message
     * @param {Record<string, string>} [values] for the places in the message
     */
    text(key, values = {}) {
        return this.parts(key).map((part, index) => (index % 2 === 0 ? part : values[part])).join('');
    }

    /**
     * @param {string} key
     * @returns {string[]} text and the name of a place, by turns
     */
    parts(key) {
        return (MESSAGES[this.language][key] ?? key).split(/\{(\w+)\}/);
    }

    /** @param {string} day `2036-11-20` */
    date(day) {
        return new Date(day).toLocaleDateString(this.language, { dateStyle: 'long', timeZone: 'UTC' });
    }

    #kept() {
        try {
            return this.#store?.getItem(STORAGE_KEY) ?? '';
        } catch {
            return '';
        }
    }
}

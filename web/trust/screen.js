// The welcome page as it is seen. It decides nothing.

import { DEVICES, FILES, TYPED } from './devices.js';

/** @typedef {import('./devices.js').Device} Device */
/** @typedef {import('./watch.js').Facts} Facts */
/** @typedef {import('./watch.js').Standing} Standing */
/** @typedef {import('./words.js').Words} Words */
/** @typedef {{ standing: Standing, facts: Facts | null, goesOn: boolean, isLoopback: boolean, hash: string }} View */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const link = (id) => /** @type {HTMLAnchorElement} */ (document.getElementById(id));
/** @param {string} id */
const list = (id) => /** @type {HTMLSelectElement} */ (document.getElementById(id));

/**
 * @param {string} tag
 * @param {string} text
 */
const made = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });

export class Screen {
    #words;
    #device;
    /** @type {View | null} */
    #view = null;

    /**
     * @param {Words} words
     * @param {Device} device
     */
    constructor(words, device) {
        this.#words = words;
        this.#device = device;
        list('language').append(...words.languages.map(({ code, name }) => new Option(name, code)));
        list('language').addEventListener('change', () => {
            words.speak(list('language').value);
            this.speak();
        });
        list('device').addEventListener('change', () => {
            this.#device = /** @type {Device} */ (list('device').value);
            this.#teach();
        });
        const image = /** @type {HTMLImageElement} */ (part('qr'));
        image.addEventListener('load', () => { part('another').hidden = false; });
        image.src = '/trust/address.svg';
        this.speak();
        part('guide').hidden = false;
    }

    speak() {
        const words = this.#words;
        Object.assign(document.documentElement, { lang: words.language, dir: words.direction });
        for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-text]'))) {
            place.textContent = words.text(place.dataset.text ?? '');
        }
        for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-label]'))) {
            place.setAttribute('aria-label', words.text(place.dataset.label ?? ''));
        }
        list('language').value = words.language;
        list('device').replaceChildren(
            ...Object.keys(DEVICES).map((device) => new Option(words.text(`device.${device}`), device)));
        list('device').value = this.#device;
        this.#teach();
        if (this.#view !== null) this.show(this.#view);
    }

    /** @param {View} view */
    show(view) {
        this.#view = view;
        const { standing, facts, hash } = view;
        const state = part('trust-state');
        const said = this.#sentence(view);
        // A screen reader would read the same one again.
        if (state.textContent !== said) state.textContent = said;
        state.dataset.trust = standing === 'yes' || standing === 'no' ? standing : 'unknown';
        document.body.classList.toggle('accepted', standing === 'yes');
        const isMissing = standing === 'missing';
        for (const id of ['learn', 'without', 'meaning']) part(id).hidden = isMissing;
        link('stay').hidden = standing !== 'yes' || !view.goesOn;
        link('stay').href = `?stay${hash}`;
        for (const id of ['address', 'anyway']) link(id).hidden = facts === null;
        part('meaning').hidden = facts === null;
        if (facts === null) return;
        link('address').textContent = facts.address;
        // The word goes along.
        for (const id of ['address', 'anyway']) link(id).href = facts.address + hash;
        part('authority').textContent = this.#words.text(
            'meaning.authority', { authority: facts.authority, ends: this.#words.date(facts.ends) });
        // May be broken between any two pairs, and reads as it is.
        part('fingerprint').replaceChildren(
            ...(facts.fingerprint.match(/[^:]+:?/g) ?? []).flatMap((pair) => [pair, document.createElement('wbr')]));
    }

    /** @param {View} view */
    #sentence({ standing, goesOn, isLoopback }) {
        const said = this.#words.text(`state.${standing === 'yes' && goesOn ? 'going' : standing}`);
        return isLoopback && standing !== 'looking' ? `${said} ${this.#words.text('state.local')}` : said;
    }

    /** The steps of the device that is chosen. */
    #teach() {
        const { steps, files, note } = DEVICES[this.#device];
        const items = steps.map((step) => this.#step(made('li', ''), `step.${step}`));
        const row = Object.assign(made('div', ''), { className: 'row' });
        row.append(...files.map((name) => this.#file(name)));
        items[0].append(row);
        part('steps').replaceChildren(...items);
        part('steps-note').replaceChildren();
        if (note !== undefined) this.#step(part('steps-note'), `note.${note}`);
    }

    /**
     * @param {HTMLElement} place
     * @param {string} key
     */
    #step(place, key) {
        place.append(...this.#words.parts(key).map((text, index) => (
            index % 2 === 0 ? text : made('code', TYPED[/** @type {keyof typeof TYPED} */ (text)]))));
        return place;
    }

    /** @param {keyof typeof FILES} name */
    #file(name) {
        const { href, name: download } = FILES[name];
        const file = Object.assign(document.createElement('a'), { href, className: 'file' });
        if (download !== '') file.download = download;
        file.textContent = this.#words.text(`button.${name}`);
        return file;
    }
}

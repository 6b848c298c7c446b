// What is pressed and chosen: the word to dial, the devices, the language, the end of the call.

import { all, element, input, made, onClick, part } from './elements.js';

/** @typedef {import('../types.js').Kind} Kind */
/** @typedef {import('../types.js').DevicesView} DevicesView */

/** @type {Kind[]} */
const KINDS = ['microphone', 'camera', 'speaker'];

/** What asking for a device may mend. */
const ASKABLE = ['unasked', 'refused', 'busy'];

/** @param {string} id */
const list = (id) => element(id, HTMLSelectElement);

export class Controls {
    #words;
    #code = input('code');
    /** The choices that are listed, as text: a list that somebody has open is left alone. */
    #listed = '';

    /**
     * @param {import('../types.js').Actions} actions
     * @param {import('../words/words.js').Words} words
     */
    constructor(actions, words) {
        this.#words = words;
        part('dial').addEventListener('submit', (event) => {
            event.preventDefault();
            actions.dial(this.#code.value);
        });
        for (const kind of KINDS) {
            onClick(kind, () => actions.toggle(kind));
            const choice = list(`choose-${kind}`);
            choice.addEventListener('change', () => actions.choose(kind, choice.value));
        }
        onClick('flip', actions.flip);
        onClick('share', actions.share);
        onClick('end', actions.end);
        onClick('take-over', actions.takeOver);
        for (const button of all('.open-devices')) onClick(button, actions.openDevices);
        onClick('others', () => this.#suggest());
        const language = list('language');
        language.append(...words.languages.map(({ code, name }) => new Option(name, code)));
        language.addEventListener('change', () => actions.speak(language.value));
    }

    speak() {
        list('language').value = this.#words.language;
        this.#listed = '';
        this.#suggest();
    }

    /** @param {string} code */
    fill(code) {
        this.#code.value = code;
    }

    /** @param {DevicesView} devices */
    show(devices) {
        for (const kind of KINDS) {
            const button = element(kind, HTMLButtonElement);
            // A camera can be left out before anybody is asked for it.
            const isMeant = devices[kind] === 'on' || (kind === 'camera' && devices.camera === 'unasked');
            button.disabled = !isMeant && devices[kind] !== 'off';
            button.setAttribute('aria-pressed', String(isMeant));
        }
        part('share').setAttribute('aria-pressed', String(devices.isSharing));
        const isAskable = [devices.camera, devices.microphone].some((state) => ASKABLE.includes(state));
        for (const button of all('.open-devices')) button.hidden = !isAskable;
        const listed = JSON.stringify([devices.choices, devices.chosen]);
        if (listed !== this.#listed) this.#list(devices);
        this.#listed = listed;
    }

    /** @param {DevicesView} devices */
    #list({ choices, chosen }) {
        for (const kind of KINDS) {
            const name = this.#words.text(`button.${kind}`);
            const choice = list(`choose-${kind}`);
            choice.replaceChildren(...choices[kind].map(
                ({ id, label }, index) => new Option(label || `${name} ${index + 1}`, id)));
            choice.value = chosen[kind];
            choice.labels[0].hidden = choices[kind].length === 0;
        }
    }

    #suggest() {
        part('suggested').replaceChildren(...this.#words.suggest().map((code) => {
            const button = made('button', code);
            onClick(button, () => this.fill(code));
            return button;
        }));
    }
}

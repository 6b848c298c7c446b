// Keys that press buttons in a call: each button names its own (`data-key`). They can be turned off, because who
// dictates to the computer, or slips easily, would press them unawares.

import { all, input, made, part } from './elements.js';

const STORAGE_KEY = 'holdline.shortcuts';

/** @param {(store: Storage) => void} use */
function withStore(use) {
    try {
        use(localStorage);
    } catch {
        // A browser that keeps nothing forgets this, too.
    }
}

export class Shortcuts {
    #buttons = [...all('[data-key]')];
    #isOn = input('use-shortcuts');

    constructor() {
        withStore((store) => { this.#isOn.checked = store.getItem(STORAGE_KEY) !== 'off'; });
        this.#isOn.addEventListener('change', () => {
            withStore((store) => store.setItem(STORAGE_KEY, this.#isOn.checked ? 'on' : 'off'));
        });
        document.addEventListener('keydown', (event) => this.#press(event));
    }

    /** Lists them by the names that the buttons have now. */
    speak() {
        part('shortcut-list').replaceChildren(...this.#buttons.map((button) => {
            const line = made('li', (button.querySelector('[data-text]') ?? button).textContent ?? '');
            line.prepend(made('kbd', button.dataset.key ?? ''));
            return line;
        }));
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
        if (!this.#isOn.checked || document.body.className !== 'call') return;
        if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
        if (/** @type {Element} */ (event.target).closest('input, select, dialog')) return;
        const key = keyOf(event);
        const button = this.#buttons.find(({ dataset }) => dataset.key === key);
        if (button === undefined || button.closest('[hidden]') !== null) return;
        event.preventDefault();
        button.click();
    }
}

/**
 * The key by what it types; where that is no Latin letter, by its place.
 * @param {KeyboardEvent} event
 */
function keyOf({ key, code }) {
    return (/^[ -~]$/.test(key) ? key : code.replace('Key', '')).toLowerCase();
}

// The page's elements, and the texts that stand in them.

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
    const found = document.getElementById(id);
    if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`);
    return found;
}

/** @param {string} id */
export const part = (id) => element(id, HTMLElement);

/** @param {string} id */
export const input = (id) => element(id, HTMLInputElement);

/**
 * @param {string} selector
 * @returns {NodeListOf<HTMLElement>}
 */
export const all = (selector) => document.querySelectorAll(selector);

/**
 * @param {HTMLElement | string} button or its id
 * @param {() => void} action
 */
export function onClick(button, action) {
    const pressed = typeof button === 'string' ? part(button) : button;
    // Actions take no event.
    pressed.addEventListener('click', () => action());
}

/**
 * Says a sentence once: a screen reader would read the same one again.
 * @param {HTMLElement | string} place or its id
 * @param {string} text
 */
export function say(place, text) {
    const said = typeof place === 'string' ? part(place) : place;
    if (said.textContent !== text) said.textContent = text;
}

/**
 * @param {string} tag
 * @param {string} text
 */
export function made(tag, text) {
    return Object.assign(document.createElement(tag), { textContent: text });
}

/**
 * Who works by keyboard goes on where the next step is, when what had the focus has gone. Whether it has is asked when
 * the page is laid out anyway: to have that done for the question takes time that the connecting needs.
 * @param {Element | null} hadFocus before the change
 * @param {string} next
 */
export function keepFocus(hadFocus, next) {
    if (hadFocus === null || hadFocus === document.body) return;
    requestAnimationFrame(() => { if (hadFocus.getClientRects().length === 0) part(next).focus(); });
}

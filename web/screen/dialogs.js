// The dialogs: how each is headed, who opens it, and how it closes. What stands in it is the business of others.

import { all, element, made, onClick } from './elements.js';

/** @param {string} selector */
function close(selector) {
    for (const dialog of all(selector)) /** @type {HTMLDialogElement} */ (dialog).close();
}

/** Closes those that are of no use outside a call. */
export const leaveCall = () => close('dialog[open][data-call]');

export function makeDialogs() {
    for (const dialog of document.querySelectorAll('dialog')) {
        const title = made('h2', '');
        title.dataset.text = dialog.dataset.label;
        const closing = Object.assign(made('button', '×'), { className: 'close' });
        closing.dataset.label = 'button.close';
        dialog.prepend(title, closing);
        dialog.addEventListener('click', ({ target }) => {
            // All that a dialog shows stands in its children: what meets itself has met what lies around it.
            if (target === dialog || /** @type {Element} */ (target).matches('.close, #more button')) dialog.close();
        });
    }
    for (const button of all('[data-opens]')) {
        onClick(button, () => {
            // The one that the button stands in goes first, and gives the focus back to what opened it.
            close('dialog[open]');
            element(button.dataset.opens ?? '', HTMLDialogElement).showModal();
        });
    }
}

// The dialogs: who opens them, and how they close. What stands in them is the business of others.

import { all, element, onClick } from './elements.js';

/** @param {string} selector */
function close(selector) {
    for (const dialog of all(selector)) /** @type {HTMLDialogElement} */ (dialog).close();
}

/** Closes those that are of no use outside a call. */
export const leaveCall = () => close('dialog[open][data-call]');

export function listenToDialogs() {
    for (const button of all('[data-opens]')) {
        onClick(button, () => {
            // The one that the button stands in goes first, and gives the focus back to what opened it.
            close('dialog[open]');
            element(button.dataset.opens ?? '', HTMLDialogElement).showModal();
        });
    }
    for (const dialog of document.querySelectorAll('dialog')) {
        dialog.addEventListener('click', ({ target }) => {
            // All that a dialog shows stands in its children: what meets itself has met what lies around it.
            if (target === dialog || /** @type {Element} */ (target).matches('.close, #more button')) dialog.close();
        });
    }
}

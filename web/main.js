// Starts the page and tells it what the browser does to it.

import { Page } from './page.js';
import { registerShell } from './shell.js';
import { Words } from './words/words.js';

/** @param {'localStorage' | 'sessionStorage'} name where nothing may be kept, to ask is an error */
function storage(name) {
    try {
        return window[name];
    } catch {
        return null;
    }
}

const store = storage('localStorage');
const words = await Words.load(navigator.languages, store);
const page = new Page(words, store, storage('sessionStorage'));

addEventListener('online', () => page.wake());
addEventListener('pageshow', () => page.wake());
addEventListener('hashchange', () => page.takeLink());
document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') page.wake();
});
addEventListener('pagehide', (event) => {
    // A page that the browser keeps may come back, and then takes its call up again.
    if (!event.persisted) page.close();
});

page.start();
registerShell();

// Starts the page and tells it what the browser does to it.

import { Page } from './page.js';

const page = new Page();

addEventListener('online', () => page.wake());
addEventListener('pageshow', () => page.wake());
document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') page.wake();
});
addEventListener('pagehide', (event) => {
    // A page that the browser keeps may come back, and then takes its call up again.
    if (!event.persisted) page.close();
});

page.start();

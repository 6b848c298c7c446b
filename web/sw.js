// The service worker: keeps the page's files, so that the page opens at once, and also while the server is away. With
// anything else it has nothing to do, and without it the page works the same.
//
// A page keeps the version that it was opened with, even when another is installed meanwhile. So a new version takes
// over at once, and whatever is opened next has it.

/** The SHA-256 of all files, one after the other. packaging/shell-version writes both. */
const VERSION = '';
const FILES = `
`.trim().split('\n');

const PREFIX = 'holdline/';
const NAME = PREFIX + VERSION;
/** Holds the version of each open page, by its client id. */
const PAGES = PREFIX;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const root = new URL('./', location.href).href;

worker.addEventListener('install', (event) => {
    // A browser that can be told so does not even ask about these.
    const routes = ['/v1/*', '/qr'].map((pathname) => ({ condition: { urlPattern: { pathname } }, source: 'network' }));
    /** @type {any} */ (event).addRoutes?.(routes);
    event.waitUntil(install().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => event.waitUntil(dropOldVersions()));

worker.addEventListener('fetch', (event) => {
    const { method, url } = event.request;
    const file = url.split('#')[0].replace(root, '') || 'index.html';
    if (method === 'GET' && FILES.includes(file)) event.respondWith(answer(event, file));
});

/** All files or none: a server that is restarted meanwhile may have given some of another version. */
async function install() {
    const responses = await Promise.all(FILES.map((file) => fetch(file, { cache: 'no-cache' })));
    const contents = new Blob(await Promise.all(responses.map((response) => response.clone().blob())));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await contents.arrayBuffer()));
    const version = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (version !== VERSION) throw new Error(`The server has ${version}, not ${VERSION}.`);
    const cache = await caches.open(NAME);
    await Promise.all(responses.map((response, index) => cache.put(FILES[index], response)));
}

/**
 * @param {FetchEvent} event
 * @param {string} file
 */
async function answer(event, file) {
    try {
        const cache = await caches.open(await versionFor(event));
        return await cache.match(file) ?? await fetch(event.request);
    } catch {
        // The browser's own storage is full or damaged: the server has the file.
        return fetch(event.request);
    }
}

/** @param {FetchEvent} event */
async function versionFor(event) {
    const pages = await caches.open(PAGES);
    if (event.request.mode !== 'navigate') return (await pages.match(event.clientId))?.text() ?? NAME;
    await pages.put(event.resultingClientId, new Response(NAME));
    event.waitUntil(forgetClosedPages(event.resultingClientId));
    return NAME;
}

/** @param {string} opening in some browsers not to be found yet */
async function forgetClosedPages(opening) {
    const pages = await caches.open(PAGES);
    for (const page of await pages.keys()) {
        const id = page.url.replace(root, '');
        if (id !== opening && !await worker.clients.get(id)) await pages.delete(page);
    }
}

async function dropOldVersions() {
    const pages = await (await caches.open(PAGES)).matchAll();
    const kept = [PAGES, NAME, ...await Promise.all(pages.map((page) => page.text()))];
    for (const name of await caches.keys()) {
        if (name.startsWith(PREFIX) && !kept.includes(name)) await caches.delete(name);
    }
}

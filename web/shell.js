// Has the browser keep the page's files: see sw.js.

/** To keep them takes about a second of work, which nobody needs while the page opens and the first word is dialled. */
const QUIET_MS = 3000;

export async function registerShell() {
    try {
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
        const registration = await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
        await registration.update();
    } catch {
        // None here: too old, plain http, or not wanted. The page comes from the server each time.
    }
}

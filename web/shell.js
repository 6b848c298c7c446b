// Has the browser keep the page's files: see sw.js.

export async function registerShell() {
    try {
        const registration = await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
        await registration.update();
    } catch {
        // None here: too old, plain http, or not wanted. The page comes from the server each time.
    }
}

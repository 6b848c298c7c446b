// What outlives the page, where the browser keeps anything: a private window may not.

/** @typedef {import('./device-types.js').Store} Store */

/** @type {(store: Store, key: string) => Record<string, any>} */
export function recall(store, key) {
    try {
        return { ...JSON.parse(store?.getItem(key) ?? '{}') };
    } catch {
        return {};
    }
}

/** @type {(store: Store, key: string, change: object) => void} */
export function keep(store, key, change) {
    try {
        store?.setItem(key, JSON.stringify({ ...recall(store, key), ...change }));
    } catch {
        // It holds for this page, then.
    }
}

// One request to the relay and its answer. What a network does is no exception here, it is an answer that is null.

/** @typedef {import('./wire.js').Problem} Problem */
/** @typedef {import('./wire.js').Trouble} Trouble */

/** How long any request but a poll may take, its body included. */
export const REQUEST_LIMIT_MS = 10_000;

/** The longest wait that a Retry-After may ask for; a longer one is cut. */
const RETRY_AFTER_LIMIT_S = 3600;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body the JSON of the answer; null if it has none
 * @property {number | null} retryAfterMs
 */

/**
 * @typedef {object} Request
 * @property {'GET' | 'POST'} method
 * @property {string} [token]
 * @property {string} [key] the Idempotency-Key
 * @property {string} [body] JSON
 * @property {number} [limitMs]
 * @property {AbortSignal} signal
 * @property {boolean} [keepalive] goes out even if the page ends now
 */

/**
 * @param {string} url
 * @param {Request} request
 * @returns {Promise<Answer | null>} null: aborted, out of time, or no whole answer came
 */
export async function ask(url, request) {
    const ended = new AbortController();
    const end = () => ended.abort();
    const timer = setTimeout(end, request.limitMs ?? REQUEST_LIMIT_MS);
    request.signal.addEventListener('abort', end);
    if (request.signal.aborted) end();
    try {
        const response = await fetch(url, {
            method: request.method,
            headers: headers(request),
            body: request.body,
            cache: 'no-store',
            keepalive: request.keepalive ?? false,
            signal: ended.signal,
        });
        const text = await response.text();
        return {
            status: response.status,
            body: parsed(text),
            retryAfterMs: retryAfterMs(response.headers.get('Retry-After')),
        };
    } catch {
        return null;
    } finally {
        clearTimeout(timer);
        request.signal.removeEventListener('abort', end);
    }
}

/**
 * Whether the same request may fare better later.
 * @param {Answer | null} answer
 */
export function isPassing(answer) {
    return answer === null || answer.status === 408 || answer.status === 429 || answer.status >= 500;
}

/**
 * @param {Answer | null} answer one that is passing
 * @returns {Trouble}
 */
export function troubleOf(answer) {
    if (answer === null || answer.retryAfterMs === null) return { kind: 'unreachable', seconds: 0 };
    const kind = answer.body?.code === 'too-many-dials' ? 'too-many-dials' : 'busy';
    return { kind, seconds: Math.ceil(answer.retryAfterMs / 1000) };
}

/**
 * @param {Answer} answer
 * @returns {Problem}
 */
export function problemOf(answer) {
    const { code, detail } = answer.body ?? {};
    return {
        status: answer.status,
        code: typeof code === 'string' ? code : '',
        detail: typeof detail === 'string' ? detail : '',
    };
}

/** @param {Request} request */
function headers(request) {
    /** @type {Record<string, string>} */
    const fields = {};
    if (request.token !== undefined) fields['Authorization'] = `Bearer ${request.token}`;
    if (request.key !== undefined) fields['Idempotency-Key'] = request.key;
    if (request.body !== undefined) fields['Content-Type'] = 'application/json';
    return fields;
}

/** @param {string} text */
function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/** @param {string | null} field whole seconds; the form with a date is not one that a relay uses */
function retryAfterMs(field) {
    if (field === null || !/^\d+$/.test(field)) return null;
    return Math.min(Number(field), RETRY_AFTER_LIMIT_S) * 1000;
}

// Dialling: one intent, one key, as many tries as it takes.

import { ask, isPassing } from './request.js';

/** @typedef {import('./wire.js').DialReply} DialReply */
/** @typedef {import('./line.js').Line} Line */

/** An idempotency key has twice as many hexadecimal digits: 128 bits. */
const KEY_BYTES = 16;

/** The answer to a dial is never held back, and its key makes a repeat harmless: sooner than other requests. */
const DIAL_LIMIT_MS = 5000;

/** The relay knows a key with another word: it is spent, and the dial goes on with a fresh one. */
const KEY_REUSED = 422;

/** @returns {string} a fresh idempotency key: a secret, as a token is */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Dials until the relay says yes or no. When the line is cut, the try under way is heard out: it may have made a call,
 * which somebody has to leave. If nobody knows whether one did, the same dial is sent once more to find out.
 * @param {Line} line its token is the one of the call before, which this one replaces
 * @param {{ code: string, key: string }} intent
 * @returns {Promise<DialReply | null>} null: refused, or cut before an answer came
 */
export async function dial(line, { code, key }) {
    const hearOut = new AbortController().signal;
    let isInDoubt = false;
    let isLast = false;
    while (!isLast && (isInDoubt || !line.signal.aborted)) {
        isLast = line.signal.aborted;
        const answer = await ask(`${line.base}/v1/dial`, {
            method: 'POST',
            token: line.token,
            key,
            body: JSON.stringify({ code }),
            limitMs: DIAL_LIMIT_MS,
            signal: hearOut,
        });
        if (isDialReply(answer?.body) && answer?.status === 201) {
            line.answered();
            return answer.body;
        }
        isInDoubt ||= answer === null;
        if (answer?.status === KEY_REUSED) {
            key = newKey();
        } else if (answer === null || isPassing(answer) || answer.status < 400) {
            await line.failed(answer);
        } else {
            line.refused(answer);
            break;
        }
    }
    return null;
}

/**
 * @param {any} body
 * @returns {body is DialReply}
 */
function isDialReply(body) {
    return typeof body?.token === 'string' && typeof body.pollSeconds === 'number'
        && (body.role === 'caller' || body.role === 'callee') && Array.isArray(body.iceServers);
}

// The sentences of a view: where the call stands, what this side lacks, what the other side has off.

import { browserOf } from './browser.js';

/** @typedef {import('../types.js').View} View */
/** @typedef {import('../words/words.js').Words} Words */

/** The states of a second try to connect. */
const RETRYING = ['dialling', 'waiting', 'connecting'];

/** What keeps a device away. */
const MISSING = ['none', 'refused', 'busy'];

/**
 * @param {Words} words
 * @param {View} view
 */
export function stateSentence(words, { state, trouble, cause, redial, end, lastedMs, elsewhere, code }) {
    if (trouble !== null) {
        const again = trouble.seconds > 0 ? words.plural('again', trouble.seconds) : words.text('trouble.soon');
        return words.text(`trouble.${trouble.kind}`, { again });
    }
    if (cause !== null && RETRYING.includes(state)) {
        return `${words.text('state.retrying')} ${words.text(`cause.${cause}`)}`;
    }
    if (state === 'redialling') return words.text(`redial.${redial ?? 'lost'}`);
    if (end !== null && state === 'ended') return endSentence(words, end, lastedMs);
    return words.text(elsewhere && state === 'idle' ? 'state.elsewhere' : `state.${state}`, { word: code.trim() });
}

/**
 * @param {Words} words
 * @param {import('../types.js').CallEnd} end
 * @param {number} lastedMs
 */
function endSentence(words, end, lastedMs) {
    if (end.how === 'refused' && end.problem.status === 400) return words.text('end.word');
    const parts = [words.text(`end.${end.how}`)];
    if (end.how === 'failed') parts.push(words.text(`cause.${end.cause}`));
    if (end.how === 'refused' && end.problem.detail !== '') {
        parts.push(words.text('end.reason', { detail: end.problem.detail }));
    }
    // A call that another tab took over goes on.
    if (lastedMs >= 1000 && end.how !== 'superseded') parts.push(words.text('end.lasted', { time: clock(lastedMs) }));
    return parts.join(' ');
}

/**
 * @param {Words} words
 * @param {View} view
 * @param {Parameters<typeof browserOf>[0]} [browser]
 * @returns empty: camera and microphone are there, or nobody asked for them
 */
export function devicesSentence(words, { devices: { camera, microphone } }, browser = navigator) {
    if (camera === 'insecure' || microphone === 'insecure') return words.text('missing.insecure');
    const values = { how: words.text(`allow.${browserOf(browser)}`), button: words.text('button.devices') };
    return Object.entries(camera === microphone ? { both: camera } : { camera, microphone })
        .filter(([, state]) => MISSING.includes(state))
        .flatMap(([device, state]) => [`missing.${device}.${state}`, `advice.${state}`])
        .map((key) => words.text(key, values))
        .join(' ');
}

/**
 * @param {Words} words
 * @param {View} view
 * @returns empty: all is on, or not known
 */
export function theirSentence(words, { theirs }) {
    if (theirs === null) return '';
    const { screen, camera, microphone, speaker } = theirs;
    const lacks = Object.entries({ camera: screen ? 'on' : camera, microphone, speaker })
        .filter(([, state]) => state !== 'on')
        .map(([device, state]) => words.text(`their.${device}.${state}`));
    const parts = screen ? [words.text('their.screen')] : [];
    if (lacks.length > 0) parts.push(words.text('their.has', { list: words.list(lacks) }));
    if (speaker === 'off') parts.push(words.text('their.deaf'));
    return parts.join(' ');
}

/** @param {number} ms as `m:ss` or `h:mm:ss` */
export function clock(ms) {
    const seconds = Math.floor(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const parts = hours > 0 ? [hours, minutes, seconds % 60] : [minutes, seconds % 60];
    return parts.map((part, index) => String(part).padStart(index > 0 ? 2 : 1, '0')).join(':');
}

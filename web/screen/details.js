// How good the connection is: three steps at a glance, and the numbers behind them on demand.

import { made, part, say } from './elements.js';

/** @typedef {import('../words/words.js').Words} Words */

/**
 * @param {Words} words
 * @param {import('../types.js').View} view
 */
export function showQuality(words, { quality, keys }) {
    const level = quality?.level ?? 'unknown';
    part('quality').dataset.level = level;
    say('quality-text', words.text(`quality.${level}`));
    part('numbers').replaceChildren(...(quality === null ? [] : rowsOf(words, quality, keys)));
}

/**
 * @param {Words} words
 * @param {import('../types.js').Quality} quality
 * @param {string} keys
 */
function rowsOf(words, { received, sent, receiveKbps, sendKbps, loss, roundTripMs, path }, keys) {
    const number = (/** @type {number | null} */ value, /** @type {string} */ unit) => (
        value === null ? '–' : Math.round(value).toLocaleString(words.language, { style: 'unit', unit }));
    return Object.entries({
        received: pictureOf(words, received),
        sent: pictureOf(words, sent),
        incoming: number(receiveKbps, 'kilobit-per-second'),
        outgoing: number(sendKbps, 'kilobit-per-second'),
        loss: loss.toLocaleString(words.language, { style: 'percent', maximumFractionDigits: 1 }),
        'round-trip': number(roundTripMs, 'millisecond'),
        path: path === null ? '–' : words.text(`details.${path}`),
        keys,
    }).flatMap(([key, value]) => [made('dt', words.text(`details.${key}`)), made('dd', value)]);
}

/**
 * @param {Words} words
 * @param {import('../types.js').Picture | null} picture
 */
function pictureOf(words, picture) {
    if (picture === null) return words.text('details.none');
    return words.text('details.picture', { ...picture, frames: Math.round(picture.framesPerSecond) });
}

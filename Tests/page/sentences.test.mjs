// What the page says in every state that it can be in, in every language.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { browserOf } from '../../web/screen/browser.js';
import { clock, devicesSentence, stateSentence, theirSentence } from '../../web/screen/sentences.js';
import { Words } from '../../web/words/words.js';

const LANGUAGES = ['en', 'de', 'es', 'fr', 'ru'];
const CAUSES = ['isolated', 'no-relay', 'firewall', 'hidden', 'unknown'];
const DEVICE_STATES = ['unasked', 'asking', 'on', 'off', 'none', 'refused', 'busy', 'insecure'];
const SIDE_STATES = ['on', 'off', 'none'];

/** Browsers by what they say of themselves. */
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)';
const BROWSERS = {
    chrome: [CHROME, `${CHROME} Edg/126.0.0.0`, `${CHROME} OPR/111.0.0.0`],
    'chrome-android': [
        `${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36`,
        `${ANDROID} Chrome/126.0.0.0 Safari/537.36 EdgA/126.0.0.0`,
        `${ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`,
    ],
    firefox: [
        'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
        'Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0',
    ],
    'safari-mac': [`${MAC} Version/17.5 Safari/605.1.15`],
    'safari-ios': [
        `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
        `${IPHONE.replace('iPhone; CPU iPhone', 'iPad; CPU')} Version/12.1.2 Mobile/15E148 Safari/604.1`,
    ],
    other: [
        `${IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`,
        `${IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`,
        `${IPHONE} Version/17.0 EdgiOS/126.0.2592.56 Mobile/15E148 Safari/604.1`,
        IPHONE,
        'w3m/0.5.3',
        '',
    ],
};

const view = {
    state: 'idle', code: 'tulip', since: null, trouble: null, cause: null, redial: null, end: null, lastedMs: 0,
    elsewhere: false, theirs: null,
};
const problem = { status: 409, code: 'wrong-state', detail: 'An answer was due.' };

/** Views that say where the call stands, each in a way of its own. */
const views = [
    ...['idle', 'asking', 'dialling', 'waiting', 'connecting', 'connected', 'interrupted', 'ended']
        .map((state) => ({ ...view, state })),
    { ...view, elsewhere: true },
    ...['lost', 'away'].map((redial) => ({ ...view, state: 'redialling', redial })),
    ...CAUSES.map((cause) => ({ ...view, state: 'connecting', cause })),
    ...['unreachable', 'too-many-dials', 'busy'].flatMap((kind) => (kind === 'unreachable' ? [0] : [0, 1, 7])
        .map((seconds) => ({ ...view, state: 'waiting', trouble: { kind, seconds } }))),
    ...[
        ...['hung-up', 'they-hung-up', 'they-left', 'vanished', 'superseded'].map((how) => ({ how })),
        ...CAUSES.map((cause) => ({ how: 'failed', cause })),
        { how: 'refused', problem },
        { how: 'refused', problem: { ...problem, detail: '' } },
        { how: 'refused', problem: { ...problem, status: 400 } },
    ].map((end) => ({ ...view, state: 'ended', end })),
];

/** @type {Record<string, Words>} */
const all = {};
/** @type {Words} */
let english;

before(async () => {
    for (const language of LANGUAGES) all[language] = await Words.load([language], null);
    english = all.en;
});

const browser = (userAgent, maxTouchPoints = 0) => ({ userAgent, maxTouchPoints });
const missing = (words, camera, microphone, userAgent = CHROME) => (
    devicesSentence(words, { ...view, devices: { camera, microphone } }, browser(userAgent)));
const theirs = (words, side) => theirSentence(words, { ...view, theirs: side });

/** Whole sentences, and nothing left of the messages that they were made of. */
function assertSaid(sentence, where) {
    assert.match(sentence, /^[\p{Lu}].*[.…”“»]$/u, where);
    assert.doesNotMatch(sentence, /undefined|null|NaN|[{}]|\b[a-z]+\.[a-z]/, where);
}

test('there is a sentence for every state in every language, and no two are the same', () => {
    for (const [language, words] of Object.entries(all)) {
        const said = views.map((one) => stateSentence(words, one));
        for (const sentence of said) assertSaid(sentence, `${language}: ${sentence}`);
        assert.equal(new Set(said).size, said.length, language);
    }
});

test('there is a sentence for every pair of devices, and it says nothing where nothing is missing', () => {
    for (const [language, words] of Object.entries(all)) {
        for (const camera of DEVICE_STATES) {
            for (const microphone of DEVICE_STATES) {
                const sentence = missing(words, camera, microphone);
                const where = `${language} ${camera} ${microphone}: ${sentence}`;
                const isMissing = [camera, microphone].some((state) => DEVICE_STATES.indexOf(state) > 3);
                if (isMissing) assertSaid(sentence, where);
                else assert.equal(sentence, '', where);
            }
        }
        const alone = ['none', 'refused', 'busy'].flatMap((state) => [[state, 'on'], ['on', state], [state, state]]);
        const said = alone.map(([camera, microphone]) => missing(words, camera, microphone));
        assert.equal(new Set(said).size, said.length, language);
    }
});

test('there is a sentence for everything that the other side can mute or lack', () => {
    for (const [language, words] of Object.entries(all)) {
        const said = new Set();
        for (const camera of SIDE_STATES) {
            for (const microphone of SIDE_STATES) {
                for (const speaker of ['on', 'off']) {
                    const sentence = theirs(words, { camera, microphone, speaker, screen: false });
                    if (sentence !== '') assertSaid(sentence, `${language}: ${sentence}`);
                    said.add(sentence);
                }
            }
        }
        assert.equal(said.size, 18, language);
        assertSaid(theirs(words, { camera: 'none', microphone: 'off', speaker: 'off', screen: true }), language);
        assert.equal(theirSentence(words, view), '', language);
    }
});

test('a trouble goes before the state and counts its seconds, if it has any', () => {
    const told = (seconds) => stateSentence(english, { ...view, state: 'waiting', trouble: { kind: 'busy', seconds } });
    assert.equal(told(0), 'The server is busy. Trying again…');
    assert.equal(told(1), 'The server is busy. Trying again in 1 second…');
    assert.equal(told(30), 'The server is busy. Trying again in 30 seconds…');
});

test('waiting tells the word, without the spaces around it', () => {
    const said = stateSentence(english, { ...view, state: 'waiting', code: ' blue tulip ' });
    assert.match(said, /to dial “blue tulip”\./);
});

test('a second try says so, and why the first one failed, until it has come to something', () => {
    const said = (state) => stateSentence(english, { ...view, state, cause: 'isolated' });
    for (const state of ['dialling', 'waiting', 'connecting']) {
        assert.match(said(state), /^The first try to connect did not work\. Trying once more… .*“client isolation”/);
    }
    assert.equal(said('connected'), 'Connected.');
    assert.match(said('idle'), /^Agree on a word/);
});

test('an end says how long the call lasted, if it ever was one', () => {
    const said = (how, lastedMs) => stateSentence(english, { ...view, state: 'ended', end: { how }, lastedMs });
    assert.equal(said('hung-up', 0), 'You hung up.');
    assert.equal(said('hung-up', 999), 'You hung up.');
    assert.equal(said('they-hung-up', 185_900), 'The other person hung up. The call lasted 3:05.');
    assert.match(said('vanished', 3_600_000), /The call lasted 1:00:00\.$/);
    assert.doesNotMatch(said('superseded', 60_000), /lasted/, 'it goes on in the other tab');
});

test('a clock has minutes and seconds, and hours where there are any', () => {
    const told = [0, 999, 9000, 59_999, 60_000, 754_000, 3_599_999, 3_600_000, 36_061_000].map(clock);
    assert.deepEqual(told, ['0:00', '0:00', '0:09', '0:59', '1:00', '12:34', '59:59', '1:00:00', '10:01:01']);
});

test('a failed call says what to do about it', () => {
    const said = (cause) => stateSentence(english, { ...view, state: 'ended', end: { how: 'failed', cause } });
    for (const cause of CAUSES) assert.match(said(cause), /^No way to the other person was found\. /);
    assert.match(said('isolated'), /main Wi-Fi/);
    assert.match(said('no-relay'), /TURN server/);
    assert.match(said('firewall'), /another network/);
    assert.match(said('hidden'), /Allow one of them, .* dial again/);
});

test('a refusal gives the server’s reason, if it has one', () => {
    const refused = (change) => stateSentence(english, {
        ...view, state: 'ended', end: { how: 'refused', problem: { ...problem, ...change } },
    });
    assert.match(refused({}), /dial again\. The server says: “An answer was due\.”$/);
    assert.match(refused({ detail: '' }), /dial again\.$/);
    assert.match(refused({ status: 400 }), /^This word cannot be dialled\./);
});

test('what is missing is said with what to do about it', () => {
    const button = 'Use camera and microphone';
    assert.equal(missing(english, 'busy', 'busy').match(/then press/g)?.length, 1, 'once for both');
    assert.ok(missing(english, 'busy', 'on').endsWith(`press “${button}”.`));
    assert.match(missing(english, 'none', 'refused'), /^No camera .* Plug one in.* microphone is not .* change that/);
    assert.match(missing(english, 'insecure', 'insecure'), /https.*localhost/);
});

test('each browser has its own way to allow a camera', () => {
    const ways = Object.values(BROWSERS).map(([userAgent]) => missing(english, 'refused', 'refused', userAgent));
    assert.equal(new Set(ways).size, ways.length);
    for (const way of ways) assert.match(way, /To change that, .*“Use camera and microphone”\.$/);
});

test('a browser is known by what it says of itself', () => {
    for (const [name, userAgents] of Object.entries(BROWSERS)) {
        for (const userAgent of userAgents) assert.equal(browserOf(browser(userAgent)), name, userAgent);
    }
    assert.equal(browserOf(browser(BROWSERS['safari-mac'][0], 5)), 'safari-ios', 'an iPad that calls itself a Mac');
});

test('what the other person has is told in one sentence', () => {
    const on = { camera: 'on', microphone: 'on', speaker: 'on', screen: false };
    assert.equal(theirs(english, on), '');
    assert.equal(theirs(english, { ...on, camera: 'off' }), 'The other person has the camera off.');
    assert.equal(theirs(english, { ...on, camera: 'none', microphone: 'off', speaker: 'off' }),
        'The other person has no camera, the microphone off, and the speaker off. You are not heard.');
    assert.equal(theirs(english, { ...on, camera: 'none', screen: true }), 'The other person is showing you a screen.');
});

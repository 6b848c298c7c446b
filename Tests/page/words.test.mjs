// The words of the call page and of the welcome page: five languages that say the same, and every message that is used,
// and none that is not.

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { DEVICES, FILES } from '../../web/trust/devices.js';
import { Words as WelcomeWords } from '../../web/trust/words.js';
import { Words } from '../../web/words/words.js';
import { files, isWelcome, read, web } from './page-files.mjs';

// Browsers and newer versions of Node have it.
globalThis.crypto ??= webcrypto;

const folder = join(web, 'words');
const LANGUAGES = ['en', 'de', 'es', 'fr', 'ru'];

/** Messages that differ by number: a language has one for each of its plurals. */
const PLURALS = ['again'];

/** The longest name of a button that fits beside others on a phone of 320 px. */
const BUTTON_CHARACTERS = 22;

/** Those that have a line to themselves, and those that are heard and not seen. */
const WIDE_BUTTONS = ['button.devices', 'button.move'];

/** The longest word below a symbol in the row of the call's buttons, where a line holds little and breaks at spaces. */
const TILE_CHARACTERS = 10;
const TILES = ['microphone', 'camera', 'speaker', 'flip', 'choose', 'share', 'chat', 'more', 'hang-up', 'cancel'];

/** The longest that a language may take to come in the end, on a busy machine. */
const LOAD_LIMIT_MS = 30_000;

/** Keys that are put together where they are used, by the template that does it. */
const COMPOSED = {
    'advice.*': ['none', 'refused', 'busy'],
    'allow.*': ['chrome', 'chrome-android', 'firefox', 'safari-mac', 'safari-ios', 'other'],
    'button.*': ['camera', 'microphone', 'speaker'],
    'cause.*': ['isolated', 'no-relay', 'firewall', 'hidden', 'no-webrtc', 'unknown'],
    'chat.*': ['me', 'them'],
    'details.*': ['direct', 'relayed', 'received', 'sent', 'incoming', 'outgoing', 'loss', 'round-trip', 'path', 'keys'],
    'end.*': ['hung-up', 'they-hung-up', 'they-left', 'vanished', 'superseded', 'failed', 'refused'],
    'missing.*.*': ['camera', 'microphone', 'both'].flatMap(
        (device) => ['none', 'refused', 'busy'].map((state) => `${device}.${state}`)),
    'quality.*': ['good', 'fair', 'poor', 'unknown'],
    'redial.*': ['lost', 'away'],
    'state.*': ['idle', 'asking', 'dialling', 'waiting', 'connecting', 'connected', 'interrupted', 'ended'],
    'their.*.*': ['camera.off', 'camera.none', 'microphone.off', 'microphone.none', 'speaker.off'],
    'trouble.*': ['unreachable', 'too-many-dials', 'busy'],
};

const ways = Object.values(DEVICES);
const WELCOME_COMPOSED = {
    'button.*': Object.keys(FILES),
    'device.*': Object.keys(DEVICES),
    'note.*': ways.flatMap(({ note }) => note ?? []),
    'state.*': ['going', 'looking', 'missing', 'no', 'silent', 'unreachable', 'yes'],
    'step.*': ways.flatMap(({ steps }) => steps),
};

/** @type {Record<string, Record<string, string>>} */
const messages = {};
const isPlural = (key) => PLURALS.some((plural) => key.startsWith(`${plural}.`));
const places = (message) => (message.match(/\{.*?\}/g) ?? []).sort();

/** Both pages, which have words of their own: the welcome page is all that a device without trust can load. */
const CALL = {
    name: 'the call page', at: 'words', html: read('index.html'), composed: COMPOSED, plurals: PLURALS, messages,
    sources: files.filter((file) => !isWelcome(file)),
};
const WELCOME = {
    name: 'the welcome page', at: 'trust/words', html: read('trust/index.html'), composed: WELCOME_COMPOSED, plurals: [],
    messages: {}, sources: files.filter(isWelcome),
};

before(async () => {
    for (const page of [CALL, WELCOME]) {
        for (const language of LANGUAGES) {
            page.messages[language] = (await import(pathToFileURL(join(web, page.at, `${language}.js`)))).default;
        }
    }
});

/**
 * The same test for both.
 * @param {string} name
 * @param {(page: typeof CALL) => void} body
 */
function testBoth(name, body) {
    for (const page of [CALL, WELCOME]) test(`${page.name}: ${name}`, () => body(page));
}

test('there is a file for each language that can be chosen, and no other', async () => {
    const words = await Words.load([], null);
    assert.deepEqual(words.languages.map(({ code }) => code), LANGUAGES);
    assert.equal(new Set(words.languages.map(({ name }) => name)).size, LANGUAGES.length);
    assert.deepEqual(new WelcomeWords([], null).languages, words.languages);
    for (const { at } of [CALL, WELCOME]) {
        const found = readdirSync(join(web, at)).filter((name) => name.endsWith('.js') && name !== 'words.js');
        assert.deepEqual(found.sort(), LANGUAGES.map((language) => `${language}.js`).sort(), at);
    }
});

testBoth('every language has the same messages in the same order, and none is empty', ({ messages }) => {
    const keys = Object.keys(messages.en).filter((key) => !isPlural(key));
    for (const language of LANGUAGES) {
        assert.deepEqual(Object.keys(messages[language]).filter((key) => !isPlural(key)), keys, language);
        for (const [key, message] of Object.entries(messages[language])) {
            assert.match(message, /^\S(.*\S)?$/, `${language} ${key}`);
        }
    }
});

testBoth('a message is one line, and no key stands twice', ({ at, messages }) => {
    for (const language of LANGUAGES) {
        const source = read(`${at}/${language}.js`);
        const lines = source.split('\n').filter((line) => line.startsWith('    '));
        for (const line of lines) assert.match(line, /^ {4}'[a-z-]+(\.[a-z-]+)+': '[^'\\]*',$/, language);
        assert.equal(lines.length, Object.keys(messages[language]).length, language);
    }
});

testBoth('a message has the same places in every language', ({ messages }) => {
    for (const language of LANGUAGES) {
        for (const [key, message] of Object.entries(messages[language])) {
            const english = messages.en[isPlural(key) ? key.replace(/\w+$/, 'other') : key];
            assert.deepEqual(places(message), places(english), `${language} ${key}`);
        }
    }
});

test('a language has a message for each of its plurals, and none more', () => {
    for (const language of LANGUAGES) {
        const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
        for (const plural of PLURALS) {
            const keys = Object.keys(messages[language]).filter((key) => key.startsWith(`${plural}.`));
            assert.deepEqual(keys.sort(), categories.map((category) => `${plural}.${category}`).sort(), language);
        }
    }
});

/**
 * @param {typeof CALL} page
 * @returns {Set<string>} every key that it may ask for
 */
function keysInUse({ at, html, composed: groupsOf, plurals, messages, sources }) {
    const groups = new Set(Object.keys(messages.en).map((key) => key.split('.')[0]));
    const isKey = (text) => groups.has(text.split('.')[0]);
    const used = new Set([...html.matchAll(/\bdata-(?:text|label|placeholder|title)="(.*?)"/g)].map(([, key]) => key));
    const languages = LANGUAGES.map((language) => `${at}/${language}.js`);
    for (const name of sources.filter((file) => file.endsWith('.js') && !languages.includes(file))) {
        const source = read(name);
        for (const [, key] of source.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)) if (isKey(key)) used.add(key);
        for (const [, key] of source.matchAll(/\.plural\('(.*?)'/g)) {
            assert.ok(plurals.includes(key), `${name}: ${key} is none of its plurals`);
            for (const message of Object.keys(messages.en)) if (message.startsWith(`${key}.`)) used.add(message);
        }
        for (const [, template] of source.matchAll(/`([a-z]+\.\$\{[^`]*)`/g)) {
            const composed = template.replace(/\$\{.*?\}/g, '*');
            if (!isKey(composed)) continue;
            assert.ok(composed in groupsOf, `${name}: ${composed} is not among the composed`);
            for (const rest of groupsOf[composed]) used.add(composed.replace(/\*.*/, rest));
        }
    }
    return used;
}

testBoth('every message that the page asks for is there, and there is none that it does not ask for', (page) => {
    assert.deepEqual([...keysInUse(page)].sort(), Object.keys(page.messages.en).sort());
});

testBoth('what stands in the HTML before any script has run is the English message', ({ html, messages }) => {
    const texts = [...html.matchAll(/\bdata-text="(.*?)"[^>]*>([^<]*)</g)];
    assert.equal(texts.length, html.match(/\bdata-text=/g)?.length);
    for (const [, key, text] of texts) assert.equal(text.trim(), messages.en[key], key);
    for (const [data, attribute] of [['label', 'aria-label'], ['placeholder', 'placeholder'], ['title', 'title']]) {
        for (const [tag, key] of html.matchAll(new RegExp(`<[^>]*\\bdata-${data}="(.*?)"[^>]*>`, 'g'))) {
            assert.equal(tag.match(new RegExp(`\\s${attribute}="(.*?)"`))?.[1], messages.en[key], key);
        }
    }
});

test('the name of a button fits a small phone in every language', () => {
    for (const language of LANGUAGES) {
        for (const [key, message] of Object.entries(messages[language])) {
            if (!key.startsWith('button.') || WIDE_BUTTONS.includes(key)) continue;
            assert.ok(message.length <= BUTTON_CHARACTERS, `${language} ${key}: ${message}`);
        }
        for (const tile of TILES) {
            const longest = Math.max(...messages[language][`button.${tile}`].split(' ').map((word) => word.length));
            assert.ok(longest <= TILE_CHARACTERS, `${language} button.${tile}`);
        }
    }
});

test('no message names what only the makers know', () => {
    const machinery = /\b(relay|peer|ICE|STUN|SDP|token|candidate|signal|socket|WebRTC)/i;
    for (const [key, message] of Object.entries(WELCOME.messages.en)) assert.doesNotMatch(message, machinery, key);
    for (const [key, message] of Object.entries(messages.en)) {
        assert.doesNotMatch(message, machinery, key);
        if (key !== 'cause.no-relay') assert.doesNotMatch(message, /\bTURN\b/, key);
        if (key !== 'suggest.words') assert.doesNotMatch(message, /\bthe other\b(?! person)|somebody|\bthey\b/i, key);
    }
});

testBoth('each language has the quotation marks, spaces and letters of its own', ({ messages }) => {
    const quotes = { en: '“”', de: '„“', es: '«»', fr: '«»', ru: '«»' };
    for (const language of LANGUAGES) {
        for (const [key, message] of Object.entries(messages[language])) {
            const where = `${language} ${key}`;
            for (const [mark] of message.matchAll(/["“”„«»]/g)) assert.ok(quotes[language].includes(mark), where);
            assert.doesNotMatch(message, /'|\.\.\.| {2}| [.,…]/, where);
            if (language === 'fr') assert.doesNotMatch(message, /[^\u00a0][:;?!»]|«[^\u00a0]/, where);
            else assert.doesNotMatch(message, /\s[:;?!»]|«\s/, where);
            if (language !== 'ru') assert.doesNotMatch(message, /\p{Script=Cyrillic}/u, where);
        }
    }
});

test('suggestions are three, different, and easy to type in every language', async () => {
    for (const language of LANGUAGES) {
        const nouns = messages[language]['suggest.words'].split(' ');
        assert.equal(new Set(nouns).size, nouns.length, language);
        assert.ok(nouns.length >= 60, language);
        for (const noun of nouns) assert.match(noun, language === 'ru' ? /^[а-ик-я]{3,9}$/ : /^[a-z]{3,10}$/);
        const words = await Words.load([language], null);
        for (let round = 0; round < 50; round += 1) {
            const drawn = words.suggest().map((suggestion) => suggestion.split(' '));
            assert.deepEqual(drawn.map(({ length }) => length), [2, 2, 2]);
            assert.equal(new Set(drawn.flat()).size, 6);
            assert.ok(drawn.flat().every((noun) => nouns.includes(noun)));
        }
    }
});

test('suggestions hardly repeat', async () => {
    const words = await Words.load([], null);
    const drawn = new Set(Array.from({ length: 100 }, () => words.suggest()).flat());
    assert.ok(drawn.size > 270, `${drawn.size} of 300`);
});

/** @returns {import('../../web/words/words.js').Store & { kept: Record<string, string> }} */
function store(kept = {}) {
    return { kept, getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
}

const broken = {
    getItem() { throw new Error('no store'); },
    setItem() { throw new Error('no store'); },
};

test('the language is the one that was chosen, else the first that the browser wants and the page has', async () => {
    const spoken = async (preferred, kept) => (await Words.load(preferred, kept ?? null)).language;
    assert.equal(await spoken([]), 'en');
    assert.equal(await spoken(['de-AT', 'fr']), 'de');
    assert.equal(await spoken(['pt-BR', 'ES-419', 'ru']), 'es');
    assert.equal(await spoken(['zh', 'ja']), 'en');
    assert.equal(await spoken(['de'], store({ 'holdline.language': 'ru' })), 'ru');
    assert.equal(await spoken(['de'], store({ 'holdline.language': '../../v1/dial' })), 'de');
    assert.equal(await spoken(['fr'], broken), 'fr');
});

test('a language that is chosen is spoken, and kept for next time', async () => {
    const shelf = store();
    const words = await Words.load(['de'], shelf);
    assert.equal(await words.speak('fr'), true);
    assert.equal(words.text('button.dial'), messages.fr['button.dial']);
    assert.equal(words.language, 'fr');
    assert.equal(words.direction, 'ltr');
    assert.equal((await Words.load(['de'], shelf)).language, 'fr');
    const forgetful = await Words.load(['de'], broken);
    assert.equal(await forgetful.speak('es'), true);
    assert.equal(forgetful.language, 'es');
});

test('of two choices in a row the later one holds', async () => {
    const shelf = store();
    const words = await Words.load([], shelf);
    assert.deepEqual(await Promise.all([words.speak('de'), words.speak('ru')]), [false, true]);
    assert.equal(words.language, 'ru');
    assert.equal(shelf.kept['holdline.language'], 'ru');
});

test('a text has its values put in, once, and a key with no message is shown itself', async () => {
    const words = await Words.load([], null);
    assert.match(words.text('state.waiting', { word: 'a {word} $& b' }), /“a \{word\} \$& b”/);
    assert.equal(words.text('no.such-key'), 'no.such-key');
});

test('numbers and lists are told as the language does', async () => {
    const told = async (language, count) => (await Words.load([language], null)).plural('again', count);
    assert.match(await told('ru', 1), /1 секунду/);
    assert.match(await told('ru', 3), /3 секунды/);
    assert.match(await told('ru', 5), /5 секунд…/);
    assert.match(await told('ru', 21), /21 секунду/);
    assert.match(await told('de', 1), /1 Sekunde\s/);
    assert.match(await told('fr', 0), /0 seconde…/);
    assert.match(await told('es', 60), /60 segundos/);
    assert.match(await told('en', 1234), /1,234 seconds/);
    const german = await Words.load(['de'], null);
    assert.equal(german.number(0.125, { style: 'percent', maximumFractionDigits: 1 }), '12,5\u00a0%');
    assert.equal(german.list(['a', 'b', 'c']), 'a, b und c');
});

/** Copies of the modules from which languages are missing, as where the network fails. */
const copies = [];
after(() => Promise.all(copies.map((copy) => rm(copy, { recursive: true }))));

/** @param {string[]} languages that can be loaded */
async function wordsWith(languages) {
    const copy = await mkdtemp(join(tmpdir(), 'holdline-words-'));
    copies.push(copy);
    await writeFile(join(copy, 'package.json'), '{ "type": "module" }');
    for (const name of ['words', ...languages]) await cp(join(folder, `${name}.js`), join(copy, `${name}.js`));
    return { copy, Here: (await import(pathToFileURL(join(copy, 'words.js')))).Words };
}

test('a language that cannot be loaded is replaced by English, or by the one spoken before', async () => {
    const { Here } = await wordsWith(['en', 'fr']);
    const shelf = store({ 'holdline.language': 'de' });
    const words = await Here.load([], shelf);
    assert.equal(words.language, 'en');
    assert.equal(await words.speak('fr'), true);
    assert.equal(await words.speak('ru'), false);
    assert.equal(words.text('button.dial'), messages.fr['button.dial']);
    assert.equal(shelf.kept['holdline.language'], 'fr');
});

test('with no language at all it tries again until there is one', { timeout: LOAD_LIMIT_MS }, async () => {
    const { copy, Here } = await wordsWith([]);
    // A module that did not come whole is not asked for again by the same address.
    await writeFile(join(copy, 'de.js'), 'export default {');
    const started = performance.now();
    const loading = Here.load(['de'], null);
    await assert.rejects(import(pathToFileURL(join(copy, 'en.js'))));
    await cp(join(folder, 'de.js'), join(copy, 'de.js'));
    assert.equal((await loading).language, 'de');
    assert.ok(performance.now() - started > 1500, 'the first try has failed');
});

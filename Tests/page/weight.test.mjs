// What a visit costs: how many bytes, uncompressed.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { files, filesOf, isWelcome, languages, read, served, staticGraph, typesAlone } from './page-files.mjs';

/** All that one visit in one language can load, uncompressed. */
const VISIT_BYTES = 120_000;

const folder = served();
const bytes = (name) => statSync(join(folder, name)).size;
const modules = [...staticGraph('main.js')];
const sum = (names) => names.reduce((total, name) => total + bytes(name), 0);

test('one visit weighs no more than it may, in the largest language', (t) => {
    const language = languages.toSorted((a, b) => bytes(b) - bytes(a))[0];
    const besides = filesOf(folder)
        .filter((name) => !isWelcome(name) && (name === 'sw.js' || /\.(html|css|svg|png|webmanifest)$/.test(name)));
    const total = sum([...modules, ...besides, language]);
    t.diagnostic(`${total} bytes: ${modules.length} modules ${sum(modules)}, ${language} ${bytes(language)}, `
        + besides.map((name) => `${name} ${bytes(name)}`).join(', '));
    assert.ok(total <= VISIT_BYTES, `${total} bytes`);
});

test('every script has its place: loaded at the start, a language, the service worker, or types alone', () => {
    const welcome = [...staticGraph('trust/trust.js')];
    const known = new Set([...modules, ...languages, ...typesAlone, ...welcome, 'sw.js']);
    assert.deepEqual(files.filter((name) => name.endsWith('.js') && !known.has(name)), []);
    assert.deepEqual([...modules, ...welcome].filter((name) => typesAlone.includes(name)), []);
    // From the network the plain port serves nothing else.
    assert.deepEqual(welcome.filter((name) => !isWelcome(name)), []);
    assert.deepEqual(modules.filter(isWelcome), []);
});

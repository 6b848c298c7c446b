// What holds for every file of the page.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '../../web');

const files = readdirSync(web, { recursive: true }).map(String).filter((name) => statSync(join(web, name)).isFile());
const read = (name) => readFileSync(join(web, name), 'utf8');

test('nothing is loaded from another host', () => {
    for (const name of files) {
        const foreign = read(name).replaceAll('http://www.w3.org/2000/svg', '').match(/(https?|wss?):\/\/\S+/);
        assert.equal(foreign, null, name);
    }
});

test('the content policy has nothing to forbid: no inline script or style, no HTML from text', () => {
    const html = read('index.html');
    assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
    for (const name of files.filter((file) => file.endsWith('.js'))) {
        assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
    }
});

test('every module is loaded or is types alone, and every import is there', () => {
    const imported = new Set(['main.js']);
    const scripts = files.filter((file) => file.endsWith('.js'));
    for (const name of scripts) {
        for (const [, target] of read(name).matchAll(/^import .* from '(.*)';$/gm)) {
            imported.add(relative(web, join(web, dirname(name), target)));
        }
    }
    for (const name of imported) assert.ok(scripts.includes(name), name);
    const unused = scripts.filter((name) => !imported.has(name));
    assert.deepEqual(unused.sort(), ['call/call-types.js', 'relay/wire.js']);
});

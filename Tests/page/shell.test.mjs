// The service worker stands for the files that are there, and the manifest for icons that are.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { files, filesOf, isWelcome, read, served } from './page-files.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), '../../packaging/shell-version');
const run = (...options) => execFileSync(script, options, { stdio: 'pipe' });
const listed = (text) => text.match(/^const FILES = `\n([^`]*)\n`/m)[1].split('\n');

const folder = served();

test('the service worker stands for every file that is served but itself and the welcome page', () => {
    run('--check', folder);
    const kept = filesOf(folder).filter((name) => name !== 'sw.js' && !isWelcome(name));
    assert.deepEqual(listed(read('sw.js', folder)), kept);
});

test('a change of any file makes another version, once', (t) => {
    const copy = mkdtempSync(join(tmpdir(), 'shell-'));
    t.after(() => rmSync(copy, { recursive: true }));
    cpSync(folder, copy, { recursive: true });
    const worker = () => readFileSync(join(copy, 'sw.js'), 'utf8');
    const versions = new Set();
    const steps = [
        () => {},
        () => writeFileSync(join(copy, 'style.css'), '/* changed */'),
        () => writeFileSync(join(copy, 'words/xx.js'), 'export const messages = {};\n'),
        () => rmSync(join(copy, 'words/xx.js')),
        () => writeFileSync(join(copy, 'trust/words/xx.js'), 'export const messages = {};\n'),
        () => writeFileSync(join(copy, 'types-of-more.js'), '/** @typedef {string} More */\n\nexport {};\n'),
    ];
    for (const step of steps) {
        step();
        run(copy);
        run('--check', copy);
        const written = worker();
        run(copy);
        assert.equal(worker(), written);
        versions.add(written);
    }
    // To add a file and take it away again gives the version before; files of types alone are not in it, nor is the
    // welcome page.
    assert.equal(versions.size, 3);
    writeFileSync(join(copy, 'index.html'), 'changed');
    assert.throws(() => run('--check', copy), { status: 1 });
});

test('the manifest names icons that are there, and the page names both', () => {
    const manifest = JSON.parse(read('manifest.webmanifest'));
    for (const { src } of manifest.icons) assert.ok(files.includes(src), src);
    const links = [...read('index.html').matchAll(/<link rel="(icon|apple-touch-icon|manifest)" href="([^"]*)"/g)];
    assert.deepEqual(links.map(([, rel, href]) => [rel, href]), [
        ['icon', 'favicon.svg'], ['apple-touch-icon', 'icons/apple-touch-icon.png'], ['manifest', 'manifest.webmanifest'],
    ]);
});

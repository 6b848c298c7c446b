// What holds for every file of the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { files, read } from './page-files.mjs';

test('nothing is loaded from another host', () => {
    for (const name of files) {
        const foreign = read(name).replaceAll('http://www.w3.org/2000/svg', '').match(/(https?|wss?):\/\/\S+/);
        assert.equal(foreign, null, name);
    }
});

test('the content policy has nothing to forbid: no style in a text, one script that it allows, no HTML from text', () => {
    for (const name of files.filter((file) => file.endsWith('.html'))) {
        assert.doesNotMatch(read(name), /<style|\sstyle=|\son[a-z]+=/i, name);
        const scripts = read(name).match(/<script(?![^>]*\ssrc=)/gi) ?? [];
        assert.equal(scripts.length, name === 'index.html' ? 1 : 0, name);
    }
    for (const name of files.filter((file) => file.endsWith('.js'))) {
        assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
    }
});

test('a comment is a line of its own, so that packaging/page can leave it out', () => {
    for (const name of files.filter((file) => /\.(js|css)$/.test(file) && file !== 'sw.js')) {
        for (const [index, line] of read(name).split('\n').entries()) {
            const at = `${name}:${index + 1}`;
            assert.equal((line.match(/`/g)?.length ?? 0) % 2, 0, `${at}: a text over several lines would lose its form`);
            assert.doesNotMatch(line, /[^'"`:\s].*\/\*(?!\* @)/, `${at}: a comment behind code`);
            assert.doesNotMatch(line, /^\s*[^/\s*].*\s\/\//, `${at}: a comment behind code`);
        }
    }
});

test('a module is short enough to be read at once: at most 200 lines besides its comments', () => {
    for (const name of files.filter((file) => file.endsWith('.js'))) {
        const lines = read(name).split('\n').filter((line) => !/^\s*($|\/?\*|\/\/)/.test(line));
        assert.ok(lines.length <= 200, `${name}: ${lines.length}`);
    }
});

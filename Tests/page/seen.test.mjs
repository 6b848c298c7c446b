// What a call gathers of the other side, with no browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LONGEST_CHAT, Seen } from '../../web/call/seen.js';

test('of a long chat the oldest lines go, so that nobody can fill the page', () => {
    const seen = new Seen();
    const lines = Array.from({ length: LONGEST_CHAT + 3 }, (_, index) => ({ from: 'them', text: `${index}` }));
    for (const line of lines) seen.add(line);
    assert.deepEqual(seen.view.chat, lines.map((line, index) => ({ ...line, number: index + 1 })).slice(3));
});

test('a way that is lost takes its quality along, and leaves what the two have said', () => {
    const seen = new Seen();
    seen.add({ from: 'me', text: 'hello' });
    seen.measure(new Map(), 0, 'A · B');
    seen.view.trouble = { kind: 'unreachable', seconds: 0 };
    assert.notEqual(seen.view.quality, null);
    seen.loseWay();
    const chat = [{ from: 'me', text: 'hello', number: 1 }];
    assert.deepEqual(seen.view, { trouble: null, theirs: null, quality: null, keys: 'A · B', chat });
});

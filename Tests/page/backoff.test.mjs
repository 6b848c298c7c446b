import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff, LONGEST_MS, RETURN_SPREAD_MS, SHORTEST_MS, backoffMs } from '../../web/relay/backoff.js';

test('a wait is from half a second to eight, and grows with the failures', () => {
    for (let failures = 0; failures < 100; failures += 1) {
        assert.equal(backoffMs(failures, () => 0), SHORTEST_MS);
        const longest = backoffMs(failures, () => 1);
        assert.equal(longest, Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (failures + 1)));
    }
    assert.equal(SHORTEST_MS, 500);
    assert.equal(LONGEST_MS, 8000);
});

test('waits are spread', () => {
    const waits = new Set(Array.from({ length: 100 }, () => backoffMs(3, Math.random)));
    assert.ok(waits.size > 90);
});

test('a wait ends early by wake or abort, and leaves no timer', async () => {
    const cut = new AbortController();
    const backoff = new Backoff(cut.signal, () => 1);
    const woken = backoff.pause(null);
    backoff.wake();
    await woken;
    const named = backoff.pause(60_000);
    backoff.wake();
    cut.abort();
    await named;
    await backoff.pause(null);
    assert.equal(process.getActiveResourcesInfo().includes('Timeout'), false);
});

test('a named wait is kept to, and a little more', async () => {
    const backoff = new Backoff(new AbortController().signal, () => 0.1);
    const before = performance.now();
    const named = backoff.pause(100);
    backoff.wake();
    await named;
    assert.ok(performance.now() - before >= 100 + RETURN_SPREAD_MS * 0.1 - 2);
});

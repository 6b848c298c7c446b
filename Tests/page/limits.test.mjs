// The client of the protocol against a daemon with narrow limits.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Daemon } from './daemon.mjs';
import { FaultProxy } from './fault-proxy.mjs';
import { Listener, candidate, offer } from './listener.mjs';

/**
 * @param {string} limits
 * @param {(way: { base: string, proxy: FaultProxy }) => Promise<void>} body
 */
async function withLimits(limits, body) {
    const daemon = await Daemon.start({ limits });
    const proxy = await FaultProxy.start(daemon.port);
    try {
        await body({ base: proxy.origin, proxy });
    } finally {
        await proxy.stop();
        await daemon.stop();
    }
}

test('too many dials: it says so, and asks again no sooner than the relay allows', async () => {
    await withLimits('dials_per_minute = 1', async ({ base, proxy }) => {
        const first = await new Listener({ code: 'first', base }).dialled();
        const second = new Listener({ code: 'second', base });
        await second.until(({ troubles }) => troubles.length > 0);
        const [trouble] = second.troubles;
        assert.equal(trouble.kind, 'too-many-dials');
        assert.ok(trouble.seconds >= 1 && trouble.seconds <= 60, `${trouble.seconds}`);
        second.call.wake();
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(proxy.count(/dial/), 2, 'a page that comes back does not hurry what the relay has put off');
        await Promise.all([first, second].map(({ call }) => call.leave('hangup')));
    });
});

test('a relay that takes smaller bodies gets smaller batches', async () => {
    await withLimits('dials_per_minute = 0\nbody_bytes = 4096', async ({ base }) => {
        const caller = await new Listener({ base }).dialled();
        const callee = await new Listener({ base }).dialled();
        const sent = Array.from({ length: 30 }, (_, index) => String(index).padEnd(1000, '.'));
        caller.call.post('offer', offer);
        for (const name of sent) caller.call.post('candidate', candidate(name));
        await callee.until(({ candidates }) => candidates.length === 30);
        assert.deepEqual(callee.candidates, sent);
        await Promise.all([caller, callee].map(({ call }) => call.leave('hangup')));
    });
});

test('a full mailbox is waited for', async () => {
    await withLimits('dials_per_minute = 0\nmailbox_events = 4', async ({ base }) => {
        const caller = await new Listener({ base }).dialled();
        caller.call.post('offer', offer);
        for (const name of ['a', 'b', 'c']) caller.call.post('candidate', candidate(name));
        caller.call.post('candidate', candidate('d'));
        caller.call.post('candidate', candidate('e'));
        await caller.until(({ troubles }) => troubles.length > 0);
        assert.equal(caller.troubles[0].kind, 'busy');
        const callee = await new Listener({ base }).dialled();
        await callee.until(({ candidates }) => candidates.length === 5);
        assert.deepEqual(callee.candidates, ['a', 'b', 'c', 'd', 'e']);
        await Promise.all([caller, callee].map(({ call }) => call.leave('hangup')));
    });
});

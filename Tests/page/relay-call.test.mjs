// The client of the protocol against the real daemon, with a network between them that fails on purpose.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Daemon } from './daemon.mjs';
import { FaultProxy } from './fault-proxy.mjs';
import { Listener, answer, candidate, offer } from './listener.mjs';

/** @type {Daemon} */
let daemon;
/** @type {FaultProxy[]} */
const proxies = [];
/** @type {Listener[]} */
let listeners = [];
let words = 0;

before(async () => { daemon = await Daemon.start({ relay: 'poll_seconds = 2' }); });

afterEach(async () => {
    await Promise.all(listeners.map(({ call }) => call.leave('hangup')));
    listeners = [];
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    assert.deepEqual(timers, [], 'a call that is over leaves no timer behind');
});

after(() => daemon.stop());

function listen(options) {
    const listener = new Listener({ base: daemon.origin, ...options });
    listeners.push(listener);
    return listener;
}

async function faulty() {
    const proxy = await FaultProxy.start(daemon.port);
    proxies.push(proxy);
    return proxy;
}

/** Two that have dialled the same word, each by a way of its own. */
async function pair({ callerBase = daemon.origin, calleeBase = daemon.origin } = {}) {
    const code = `word ${words += 1}`;
    const caller = await listen({ code, base: callerBase }).dialled();
    const callee = await listen({ code, base: calleeBase }).dialled();
    assert.equal(caller.reply.role, 'caller');
    assert.equal(callee.reply.role, 'callee');
    return { code, caller, callee };
}

const names = (count, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function postAll({ call }, prefix, count) {
    for (const name of names(count, prefix)) call.post('candidate', candidate(name));
}

test('what is posted before the other dials arrives with its first poll, in order', async () => {
    const proxy = await faulty();
    const caller = await listen({ code: 'early bird', base: proxy.origin }).dialled();
    caller.call.post('offer', offer);
    postAll(caller, 'c', 50);
    const callee = await listen({ code: ' Early  BIRD' }).dialled();
    await callee.until(({ events }) => events.length === 51);
    assert.deepEqual(callee.events.map(({ seq }) => seq), names(51).map((_, index) => index + 1));
    assert.deepEqual(callee.events[0], { seq: 1, type: 'offer', data: offer });
    assert.deepEqual(callee.candidates, names(50, 'c'));
    assert.deepEqual((await caller.until(({ events }) => events.length === 1)).events[0], { seq: 1, type: 'joined' });
    assert.equal(proxy.count(/messages/), 2, 'the offer at once, and all that gathered meanwhile in one more');
});

test('candidates go out together: the first waits for those that come after it', async () => {
    const proxy = await faulty();
    const { caller, callee } = await pair({ callerBase: proxy.origin });
    caller.call.post('offer', offer);
    await callee.until(({ events }) => events.length === 1);
    // When the answer is there, the post of the offer is over, and nothing else holds the candidates back.
    callee.call.post('answer', answer);
    await caller.until(({ events }) => events.at(-1)?.type === 'answer');
    postAll(caller, 'c', 3);
    await callee.until(({ candidates }) => candidates.length === 3);
    assert.equal(proxy.count(/messages/), 2);
});

test('both directions at once', async () => {
    const { caller, callee } = await pair();
    caller.call.post('offer', offer);
    postAll(caller, 'a', 100);
    await callee.until(({ events }) => events.length > 0);
    callee.call.post('answer', answer);
    postAll(callee, 'b', 100);
    await Promise.all([
        caller.until(({ candidates }) => candidates.length === 100),
        callee.until(({ candidates }) => candidates.length === 100),
    ]);
    assert.deepEqual(caller.candidates, names(100, 'b'));
    assert.deepEqual(callee.candidates, names(100, 'a'));
    assert.deepEqual([...caller.troubles, ...callee.troubles], []);
});

test('a dial whose reply is lost is repeated with its key, and meets nobody twice', async () => {
    const proxy = await faulty();
    proxy.loseReplies(/dial/, 2);
    const caller = await listen({ code: 'lost dial', base: proxy.origin }).dialled();
    assert.equal(proxy.count(/dial/), 3);
    assert.equal(caller.reply.role, 'caller', 'it has not joined itself');
    assert.deepEqual(caller.troubles, [
        { kind: 'unreachable', seconds: 0 }, { kind: 'unreachable', seconds: 0 }, null,
    ]);
    const again = await listen({ code: 'lost dial', key: caller.key }).dialled();
    assert.equal(again.reply.token, caller.reply.token);
    const callee = await listen({ code: 'lost dial' }).dialled();
    assert.equal(callee.reply.role, 'callee');
});

test('posts whose replies are lost arrive once and in order', async () => {
    const proxy = await faulty();
    const { caller, callee } = await pair({ callerBase: proxy.origin });
    proxy.loseReplies(/messages/, 3);
    caller.call.post('offer', offer);
    postAll(caller, 'c', 20);
    await callee.until(({ candidates }) => candidates.length === 20);
    await caller.until(({ troubles }) => troubles.length >= 4 && troubles.at(-1) === null);
    caller.call.post('candidate', candidate('last'));
    await callee.until(({ candidates }) => candidates.length === 21);
    assert.deepEqual(callee.candidates, [...names(20, 'c'), 'last']);
});

test('events whose polls are lost arrive once and in order', async () => {
    const proxy = await faulty();
    const { caller, callee } = await pair({ calleeBase: proxy.origin });
    for (let round = 0; round < 4; round += 1) {
        proxy.loseReplies(/events/, 1);
        if (round === 0) caller.call.post('offer', offer);
        postAll(caller, `${round}.`, 5);
        await callee.until(({ candidates }) => candidates.length === 5 * (round + 1));
    }
    assert.deepEqual(callee.candidates, names(4).flatMap((round) => names(5, `${round}.`)));
});

test('a slow network and cut connections lose nothing', async () => {
    const proxy = await faulty();
    proxy.delayMs = 30;
    const { caller, callee } = await pair({ callerBase: proxy.origin, calleeBase: proxy.origin });
    caller.call.post('offer', offer);
    for (let round = 0; round < 4; round += 1) {
        postAll(caller, `${round}.`, 10);
        await callee.until(({ events }) => events.length > 10 * round);
        proxy.cut();
    }
    await callee.until(({ candidates }) => candidates.length === 40);
    assert.deepEqual(callee.candidates, names(4).flatMap((round) => names(10, `${round}.`)));
});

test('a poll that nothing came for is asked again', async () => {
    const proxy = await faulty();
    await listen({ code: 'patience', base: proxy.origin }).dialled();
    const polled = () => proxy.count(/events/);
    while (polled() < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(polled(), 2);
});

test('who is superseded says so once and does not ask again', async () => {
    const proxy = await faulty();
    const first = await listen({ code: 'two tabs', base: proxy.origin }).dialled();
    const { token } = first.reply;
    // Whichever of the two the relay sees first: the other client asks until it has taken over.
    while (first.end === null) {
        await fetch(`${daemon.origin}/v1/events`, { headers: { Authorization: `Bearer ${token}`, Prefer: 'wait=0' } });
    }
    assert.deepEqual(first.end, { reason: 'superseded' });
    const polls = proxy.count(/events/);
    first.call.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(proxy.count(/events/), polls);
    const leave = await fetch(`${daemon.origin}/v1/leave`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: '{"reason": "hangup"}',
    });
    assert.equal(leave.status, 204, 'the call of the other one lives');
});

test('a relay that was restarted is told as unreachable, and then the call as lost', async () => {
    const caller = await listen({ code: 'amnesia' }).dialled();
    await daemon.restart();
    await caller.until(({ end }) => end !== null);
    assert.deepEqual(caller.end, { reason: 'lost' });
    assert.equal(caller.troubles.at(-1) ?? null, null);
});

test('the old token of a page that dials again takes its ghost away', async () => {
    const ghost = await listen({ code: 'reload' }).dialled();
    const again = await listen({ code: 'reload', old: ghost.reply.token }).dialled();
    assert.equal(again.reply.role, 'caller');
    await ghost.until(({ end }) => end !== null);
    assert.deepEqual(ghost.end, { reason: 'lost' });
});

test('wake tries at once what waits', async () => {
    const proxy = await faulty();
    const { caller, callee } = await pair({ calleeBase: proxy.origin });
    proxy.away(true);
    await callee.until(({ troubles }) => troubles.length > 0);
    proxy.away(false);
    const before = performance.now();
    callee.call.wake();
    caller.call.post('offer', offer);
    await callee.until(({ events }) => events.length === 1);
    assert.ok(performance.now() - before < 450, 'sooner than the shortest wait');
    assert.deepEqual(callee.troubles.at(-1), null);
});

test('the other leaves', async () => {
    const { caller, callee } = await pair();
    await caller.call.leave('failed');
    await callee.until(({ events }) => events.length === 1);
    assert.deepEqual(callee.events, [{ seq: 1, type: 'left', reason: 'failed' }]);
    await callee.call.leave('hangup');
    assert.equal(callee.end, null, 'it is the last event, and no error');
});

test('who reports connected has posted all before', async () => {
    const proxy = await faulty();
    proxy.delayMs = 20;
    const { caller, callee } = await pair({ callerBase: proxy.origin });
    caller.call.post('offer', offer);
    postAll(caller, 'c', 20);
    await caller.call.leave('connected');
    await callee.until(({ candidates }) => candidates.length === 20);
    assert.equal(callee.events.some(({ type }) => type === 'left'), false);
});

test('who gives up while dialling leaves no ghost', async () => {
    const proxy = await faulty();
    proxy.delayMs = 50;
    const gone = listen({ code: 'changed my mind', base: proxy.origin });
    await gone.call.leave('hangup');
    assert.equal(gone.reply, null);
    assert.equal(proxy.count(/leave/), 1);
    const next = await listen({ code: 'changed my mind' }).dialled();
    assert.equal(next.reply.role, 'caller');
});

test('who gives up while dialling leaves no ghost, though the answer is lost', async () => {
    const proxy = await faulty();
    proxy.delayMs = 50;
    proxy.loseReplies(/dial/, 1);
    const gone = listen({ code: 'changed my mind again', base: proxy.origin });
    await gone.call.leave('hangup');
    assert.equal(proxy.count(/dial/), 2);
    assert.equal(proxy.count(/leave/), 1);
    const next = await listen({ code: 'changed my mind again' }).dialled();
    assert.equal(next.reply.role, 'caller');
});

test('who gives up while the relay is away tries no more', async () => {
    const proxy = await faulty();
    proxy.away(true);
    const gone = listen({ code: 'nobody there', base: proxy.origin });
    await gone.until(({ troubles }) => troubles.length === 2);
    await gone.call.leave('hangup');
    proxy.away(false);
    assert.equal(proxy.requests.length, 0);
});

test('a word that the relay does not take is refused', async () => {
    const refused = listen({ code: ' ' });
    await refused.until(({ end }) => end !== null);
    assert.equal(refused.end.reason, 'refused');
    assert.equal(refused.end.problem.status, 400);
    assert.notEqual(refused.end.problem.detail, '');
});

test('what the relay forbids ends the call, with its word for it', async () => {
    const { callee } = await pair();
    callee.call.post('offer', offer);
    await callee.until(({ end }) => end !== null);
    assert.equal(callee.end.reason, 'refused');
    assert.equal(callee.end.problem.code, 'wrong-state');
});

test('posts keep below the usual bound of a body', async () => {
    const proxy = await faulty();
    const { caller, callee } = await pair({ callerBase: proxy.origin });
    caller.call.post('offer', offer);
    for (const name of names(100)) caller.call.post('candidate', candidate(name.padEnd(2000, '·')));
    await callee.until(({ candidates }) => candidates.length === 100);
    const bytes = proxy.requests.filter(({ line }) => /messages/.test(line)).map((request) => request.bytes);
    assert.ok(Math.max(...bytes) <= 60_000 && Math.max(...bytes) > 55_000, `${bytes}`);
    assert.deepEqual(caller.troubles, []);
});

test('polls follow from answers, not from timers: a page in the background has slow ones', async () => {
    const proxy = await faulty();
    await listen({ code: 'in the background', base: proxy.origin }).dialled();
    const { setTimeout } = globalThis;
    const waits = [];
    globalThis.setTimeout = (callback, ms, ...rest) => {
        if (/web\/relay/.test(new Error().stack)) waits.push(ms);
        return setTimeout(callback, ms, ...rest);
    };
    try {
        const polls = proxy.count(/events/);
        while (proxy.count(/events/) < polls + 2) await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
        globalThis.setTimeout = setTimeout;
    }
    assert.ok(waits.length > 0 && Math.min(...waits) > 10_000, `only what gives a poll up: ${waits}`);
});

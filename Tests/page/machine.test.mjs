// The call's machine, with no browser: histories that people live through, and a great many that nobody thought of.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Machine } from '../../web/call/machine.js';
import { CONNECT_MS, INTERRUPTED_MS, REDIAL_MS } from '../../web/call/times.js';

const problem = { status: 400, code: 'invalid-message', detail: 'No.' };

/** A machine with a clock of its own and a log of its effects. */
class Subject {
    now = 1_000_000;
    /** Those of the last input. */
    effects = [];
    #secrets = 0;

    constructor() {
        this.machine = new Machine(() => `secret ${this.#secrets += 1}`);
    }

    /** @param {string | object} input its type, or all of it */
    take(input, fields = {}) {
        this.effects = this.machine.handle({ type: input, ...fields }, this.now);
        return this;
    }

    after(ms) {
        this.now += ms;
        return this;
    }

    dial(fields = {}) {
        return this.take('dial', { code: 'tulip', isSettled: true, ...fields });
    }

    dialled(role) {
        return this.take('dialled', { role, iceServers: [] });
    }

    /** In a call; the caller shares a secret, the callee is told one. */
    connected(role = 'caller') {
        this.dial().dialled(role);
        if (role === 'caller') this.take('joined');
        this.take('connected', { role });
        const { secret } = this.effects.find(({ type }) => type === 'share') ?? { secret: 'their secret' };
        return this.take('secret', { secret });
    }

    is(state, ...effects) {
        assert.equal(this.machine.state, state);
        assert.deepEqual(this.effects.map(({ type }) => type), effects);
        return this;
    }

    /** What the last input had dialled. */
    get attempt() {
        return this.effects.find(({ type }) => type === 'attempt');
    }

    get finish() {
        return this.effects.find(({ type }) => type === 'finish');
    }
}

const subject = () => new Subject();

test('a caller: dialled, waiting, joined, connected', () => {
    const caller = subject().dial().is('dialling', 'attempt');
    assert.deepEqual(caller.attempt, { type: 'attempt', word: 'tulip', leave: null, key: undefined });
    caller.after(100).dialled('caller').is('waiting', 'start');
    assert.equal(caller.machine.since, caller.now);
    caller.after(60_000).take('joined').is('connecting');
    assert.equal(caller.machine.since, null);
    caller.after(200).take('connected', { role: 'caller' }).is('connected', 'play', 'leave', 'share');
    assert.equal(caller.machine.since, caller.now);
    assert.equal(caller.effects[1].reason, 'connected');
    const { secret } = caller.effects[2];
    assert.equal(caller.machine.secret, '', 'the other may not have it');
    caller.take('secret', { secret }).is('connected');
    assert.equal(caller.machine.secret, secret);
});

test('a callee shares no secret: it is told one', () => {
    const callee = subject().dial().dialled('callee').is('connecting', 'start');
    callee.take('connected', { role: 'callee' }).is('connected', 'play', 'leave');
    callee.take('secret', { secret: 'x' }).is('connected', 'share');
    assert.equal(callee.effects[0].secret, 'x');
    assert.equal(callee.machine.secret, 'x');
});

test('the browser is asked before anything is dialled', () => {
    const asked = subject().dial({ isSettled: false }).is('asking', 'open-devices');
    asked.take('settled').is('dialling', 'attempt');
    subject().dial({ isSettled: false }).take('end').is('idle').take('settled').is('idle');
    const taken = subject().dial({ isSettled: false }).take('taken-over').is('ended').take('settled').is('ended');
    assert.deepEqual(taken.machine.end, { how: 'superseded' });
});

test('cancelled is not hung up', () => {
    for (const role of ['caller', 'callee']) {
        const cancelled = subject().dial().dialled(role).take('end').is('idle', 'finish');
        assert.equal(cancelled.finish.leave, 'hangup');
        assert.equal(cancelled.machine.end, null);
    }
    const hungUp = subject().connected().after(5000).take('end').is('ended', 'finish');
    assert.deepEqual(hungUp.finish, { type: 'finish', leave: 'hangup', say: 'hangup' });
    assert.deepEqual(hungUp.machine.end, { how: 'hung-up' });
    assert.equal(hungUp.machine.lastedMs, 5000);
});

test('the other hangs up, in any state in which there is another', () => {
    for (const there of [subject().dial().dialled('callee'), subject().connected(), subject().connected('callee')]) {
        there.take('hangup').is('ended', 'finish');
        assert.deepEqual(there.machine.end, { how: 'they-hung-up' });
    }
    const left = subject().dial().dialled('callee').take('left', { reason: 'hangup' }).is('ended', 'finish');
    assert.equal(left.finish.leave, null, 'the relay knows');
});

test('a relay that forgets is dialled again, and nobody sees it', () => {
    const waiting = subject().dial().dialled('caller').after(1000);
    const { since } = waiting.machine;
    waiting.take('lost').is('waiting', 'attempt').after(50).dialled('caller').is('waiting', 'start');
    assert.equal(waiting.machine.since, since, 'it has waited all the time');
    subject().dial().dialled('callee').take('lost').is('connecting', 'attempt').dialled('caller').is('waiting', 'start');
});

test('an interruption comes back by itself', () => {
    const there = subject().connected().after(1000).take('interrupted').is('interrupted', 'restart');
    there.after(9000).take('connected', { role: 'caller' }).is('connected');
    assert.equal(there.machine.deadline, null);
    assert.equal(there.after(1000).take('end').machine.lastedMs, 11_000);
});

test('a connection that fails is redialled by the secret, on both sides', () => {
    for (const role of ['caller', 'callee']) {
        for (const end of [['failed', { cause: 'unknown' }], ['gone']]) {
            const there = subject().connected(role).after(1000).take('interrupted').after(9000);
            const { secret, since } = there.machine;
            there.take(...end).is('redialling', 'attempt');
            assert.equal(there.attempt.word, secret);
            assert.equal(there.machine.redial, 'lost');
            assert.equal(there.machine.since, since, 'the clock goes on');
            there.dialled('caller').is('redialling', 'start').take('joined').is('redialling');
            there.take('connected', { role: 'caller' }).is('connected', 'play', 'leave', 'share');
            assert.equal(there.effects[2].secret, secret, 'the two must not dial different words');
            assert.equal(there.machine.redial, null);
        }
    }
});

test('a connection that breaks before both have the secret is redialled by the word', () => {
    const caller = subject().dial().dialled('caller').take('joined').take('connected', { role: 'caller' });
    assert.equal(caller.take('gone').is('redialling', 'attempt').attempt.word, 'tulip');
    const callee = subject().dial().dialled('callee').take('connected', { role: 'callee' });
    assert.equal(callee.take('gone').is('redialling', 'attempt').attempt.word, 'tulip');
});

test('an interruption that lasts is given up even if the browser does not say so', () => {
    const there = subject().connected().take('interrupted').after(INTERRUPTED_MS - 1).take('tick').is('interrupted');
    there.after(1).take('tick').is('redialling', 'attempt');
});

test('a redial that meets nobody ends', () => {
    const lost = subject().connected().after(7000).take('failed', { cause: 'unknown' }).dialled('caller');
    lost.after(REDIAL_MS.lost - 1).take('tick').is('redialling').after(1).take('tick').is('ended', 'finish');
    assert.deepEqual(lost.machine.end, { how: 'vanished' });
    assert.equal(lost.machine.lastedMs, 7000, 'the redialling does not count');
    const away = subject().connected().take('leaving').is('redialling', 'attempt');
    assert.equal(away.machine.redial, 'away');
    away.dialled('caller').after(REDIAL_MS.away).take('tick').is('ended', 'finish');
    assert.deepEqual(away.machine.end, { how: 'they-left' });
});

test('while redialling: hung up, cancelled, lost on the way', () => {
    const redialling = () => subject().connected().take('leaving').dialled('callee');
    assert.deepEqual(redialling().take('left', { reason: 'hangup' }).is('ended', 'finish').machine.end,
        { how: 'they-hung-up' });
    assert.deepEqual(redialling().take('end').is('ended', 'finish').machine.end, { how: 'hung-up' });
    for (const input of [['left', { reason: 'failed' }], ['left', { reason: 'timeout' }], ['lost'], ['gone'],
        ['failed', { cause: 'unknown' }]]) {
        const again = redialling();
        const { deadline } = again.machine;
        again.take(...input).is('redialling', 'attempt');
        assert.equal(again.attempt.word, 'secret 1');
        assert.equal(again.machine.deadline, deadline, 'no attempt gets more time');
    }
});

test('no way was found: once more with a hint, then the end', () => {
    const failing = subject().dial().dialled('callee').after(16_000).take('failed', { cause: 'isolated' });
    failing.is('connecting', 'attempt');
    assert.deepEqual(failing.attempt, { type: 'attempt', word: 'tulip', leave: 'failed', key: undefined });
    assert.equal(failing.machine.cause, 'isolated');
    failing.dialled('caller').is('waiting', 'start').take('joined').after(16_000);
    failing.take('failed', { cause: 'no-relay' }).is('ended', 'finish');
    assert.deepEqual(failing.machine.end, { how: 'failed', cause: 'no-relay' });
    assert.equal(failing.finish.leave, 'failed');
    assert.equal(failing.dial().machine.cause, null);
});

test('the other found no way, or its page was only reloaded', () => {
    const together = subject().dial().dialled('callee').after(16_000).take('left', { reason: 'failed' });
    together.is('connecting', 'diagnose').take('failed', { cause: 'unknown' }).is('connecting', 'attempt');
    subject().dial().dialled('callee').after(300).take('left', { reason: 'failed' }).is('connecting', 'attempt');
    subject().dial().dialled('callee').after(30_000).take('left', { reason: 'timeout' }).is('connecting', 'attempt');
});

test('a browser that never says that it failed is not waited for', () => {
    const silent = subject().dial().dialled('callee').after(CONNECT_MS).take('tick').is('connecting', 'diagnose');
    silent.take('failed', { cause: 'unknown' }).is('connecting', 'attempt');
    assert.equal(silent.machine.deadline, null, 'the relay may be away: then nothing is due');
});

test('a page that goes says so, and leaves the relay so that the other one tries again', () => {
    const reason = (there) => there.take('close').effects.map(({ leave }) => leave);
    assert.deepEqual(reason(subject().dial().dialled('caller')), ['hangup']);
    assert.deepEqual(reason(subject().dial().dialled('callee')), ['failed']);
    assert.deepEqual(reason(subject().connected().take('leaving')), ['failed']);
});

test('a page that comes back goes on where it was', () => {
    for (const isSettled of [true, false]) {
        const waiting = subject().dial({ key: 'k', isSettled, memory: { secret: '', connectedAt: null } });
        if (!isSettled) waiting.is('asking', 'open-devices').take('settled');
        waiting.is('dialling', 'attempt');
        assert.deepEqual(waiting.attempt, { type: 'attempt', word: 'tulip', leave: null, key: 'k' });
        assert.equal(waiting.take('lost').attempt.key, undefined, 'the next attempt is another one');
    }
    const back = subject();
    const connectedAt = back.now - 60_000;
    back.dial({ key: 'k', memory: { secret: 's', connectedAt } }).is('redialling', 'attempt');
    assert.deepEqual(back.attempt, { type: 'attempt', word: 's', leave: null, key: 'k' });
    back.dialled('callee').after(500).take('connected', { role: 'callee' });
    assert.equal(back.machine.since, connectedAt);
    back.take('end');
    assert.equal(back.machine.lastedMs, 60_500);
});

test('another tab has the call', () => {
    const taken = subject().connected().take('taken-over').is('ended', 'finish');
    assert.deepEqual(taken.machine.end, { how: 'superseded' });
    assert.deepEqual(taken.finish, { type: 'finish', leave: 'hangup', say: 'leaving' });
    const superseded = subject().dial().dialled('caller').take('superseded').is('ended', 'finish');
    assert.equal(superseded.finish.leave, null, 'the call of the other tab lives');
});

test('refused', () => {
    const refused = subject().dial().take('refused', { problem }).is('ended', 'finish');
    assert.deepEqual(refused.machine.end, { how: 'refused', problem });
});

test('whatever happens in whatever order, the machine keeps its promises', () => {
    const inputs = [
        ['dial', { code: 'tulip', isSettled: true }], ['dial', { code: 'rose', isSettled: false }],
        ['dial', { code: 'iris', isSettled: true, memory: { secret: 's', connectedAt: 1 } }],
        ['settled'], ['end'], ['close'], ['taken-over'], ['tick'], ['joined'], ['lost'], ['superseded'],
        ['dialled', { role: 'caller', iceServers: [] }], ['dialled', { role: 'callee', iceServers: [] }],
        ['left', { reason: 'hangup' }], ['left', { reason: 'failed' }], ['left', { reason: 'timeout' }],
        ['connected', { role: 'caller' }], ['connected', { role: 'callee' }], ['interrupted'],
        ['failed', { cause: 'unknown' }], ['refused', { problem }], ['secret', { secret: 'z' }], ['hangup'],
        ['leaving'], ['gone'],
    ];
    const reached = new Set();
    let seed = 1;
    const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let history = 0; history < 2000; history += 1) {
        const { machine, ...rest } = subject();
        let { now } = rest;
        for (let step = 0; step < 30; step += 1) {
            const [type, fields] = inputs[random(inputs.length)];
            now += random(4) * random(40_000);
            const before = machine.state;
            const effects = machine.handle({ type, ...fields }, now).map((effect) => effect.type);
            const at = `history ${history}, step ${step}: ${type} in ${before}`;
            const wasOver = ['idle', 'asking', 'ended'].includes(before);
            reached.add(machine.state);
            assert.ok(!wasOver || !effects.some((effect) => ['play', 'leave', 'share', 'restart'].includes(effect)), at);
            assert.equal(effects.includes('finish'), !machine.isActive && !wasOver, at);
            assert.equal(machine.state === 'ended', machine.end !== null, at);
            assert.equal(machine.redial !== null, machine.state === 'redialling', at);
            assert.equal(machine.deadline !== null && !machine.isActive, false, at);
            if (machine.state === 'redialling' || machine.state === 'interrupted') assert.ok(machine.deadline > 0, at);
            if (machine.isConnected) assert.ok(machine.connectedAt !== null && machine.since !== null, at);
            assert.ok(machine.lastedMs >= 0, at);
        }
    }
    assert.equal(reached.size, 9, [...reached].join());
});

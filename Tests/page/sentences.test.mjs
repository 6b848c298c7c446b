// What the page says, in every state that it can be in.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { devicesSentence, stateSentence, theirSentence } from '../../web/screen/sentences.js';

const view = { state: 'idle', code: 'tulip', trouble: null, end: null };
const problem = { status: 409, code: 'wrong-state', detail: 'An answer was due.' };

const phases = ['idle', 'asking', 'dialling', 'waiting', 'connecting', 'connected', 'interrupted']
    .map((state) => stateSentence({ ...view, state }));
const troubles = ['unreachable', 'too-many-dials', 'busy']
    .map((kind) => stateSentence({ ...view, trouble: { kind, seconds: 7 } }));
const ends = ['hung-up', 'they-hung-up', 'vanished', 'failed', 'superseded', 'refused']
    .map((how) => stateSentence({ ...view, state: 'ended', end: { how, problem } }));
const missing = ['none', 'refused', 'busy', 'insecure']
    .map((state) => devicesSentence({ camera: state, microphone: state }));
const theirs = ['off', 'none'].map((state) => theirSentence({ camera: state, microphone: state, speaker: 'off' }));

test('there is a sentence for everything, and no two are the same', () => {
    const all = [...phases, ...troubles, ...ends, ...missing, ...theirs];
    for (const sentence of all) assert.match(sentence, /^[A-Z“].*[.…]$/);
    assert.equal(new Set(all).size, all.length);
});

test('the other person has one name, and the machinery has none that only its makers know', () => {
    for (const sentence of [...phases, ...troubles, ...ends, ...missing, ...theirs]) {
        assert.doesNotMatch(sentence, /\bthe other\b(?! (person|program)\b)|\brelay\b|\bpeer\b|\bthey\b|somebody/i);
    }
});

test('a trouble goes before the state and counts its seconds', () => {
    const told = (seconds) => stateSentence({ ...view, state: 'waiting', trouble: { kind: 'busy', seconds } });
    assert.equal(told(1), 'The server is busy. Trying again in 1 second…');
    assert.equal(told(30), 'The server is busy. Trying again in 30 seconds…');
});

test('a refusal gives the server’s reason, if it has one', () => {
    const refused = (detail) => stateSentence({
        ...view, state: 'ended', end: { how: 'refused', problem: { ...problem, detail } },
    });
    assert.match(refused(problem.detail), /dial again\. An answer was due\.$/);
    assert.match(refused(''), /dial again\.$/);
});

test('what to do about both devices is said once', () => {
    const advised = devicesSentence({ camera: 'busy', microphone: 'busy' });
    assert.equal(advised.match(/To change that/g)?.length, 1);
    assert.equal(devicesSentence({ camera: 'on', microphone: 'off' }), '');
});

test('what the other person has is told in one sentence', () => {
    assert.equal(theirSentence(null), '');
    assert.equal(theirSentence({ camera: 'on', microphone: 'on', speaker: 'on' }), '');
    assert.equal(theirSentence({ camera: 'none', microphone: 'off', speaker: 'off' }),
        'The other person has no camera, the microphone off, and the speaker off. You are not heard.');
});

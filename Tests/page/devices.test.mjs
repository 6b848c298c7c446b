import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keep, recall } from '../../web/devices/kept.js';
import { pick } from '../../web/devices/list.js';
import { levelOf } from '../../web/devices/meter.js';

const LEFT = { kind: 'camera', id: 'l', label: 'Left' };
const RIGHT = { kind: 'camera', id: 'r', label: 'Right' };
const UNNAMED = { kind: 'camera', id: '', label: '' };

test('the chosen device is found by its id, or else by its label', () => {
    assert.equal(pick([LEFT, RIGHT], { id: 'r', label: 'Left' }), RIGHT);
    assert.equal(pick([LEFT, RIGHT], { id: 'of an earlier visit', label: 'Right' }), RIGHT);
    assert.equal(pick([LEFT, RIGHT], { id: 'gone', label: 'Gone' }), undefined);
    assert.equal(pick([LEFT, RIGHT], undefined), undefined);
    assert.equal(pick([UNNAMED], { id: '', label: '' }), undefined);
    assert.equal(pick([], { id: 'r', label: 'Right' }), undefined);
});

test('silence is nothing, a voice is something, a full tone is all', () => {
    const tone = (amplitude) => new Float32Array(1024).map((_, index) => amplitude * Math.sin(index / 4));
    assert.equal(levelOf(tone(0)), 0);
    assert.equal(levelOf(tone(0.0005)), 0);
    assert.equal(levelOf(tone(1)), 1);
    const levels = [0.005, 0.05, 0.2].map((amplitude) => levelOf(tone(amplitude)));
    assert.ok(0 < levels[0] && levels[0] < levels[1] && levels[1] < levels[2] && levels[2] < 1, String(levels));
});

test('what is kept is kept beside the rest, and a store that fails is none', () => {
    const kept = new Map();
    const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
    assert.deepEqual(recall(store, 'k'), {});
    keep(store, 'k', { camera: 1 });
    keep(store, 'k', { microphone: 2 });
    assert.deepEqual(recall(store, 'k'), { camera: 1, microphone: 2 });
    for (const nonsense of ['', '[', 'null', '7', '"text"']) {
        kept.set('k', nonsense);
        assert.equal(recall(store, 'k').camera, undefined);
    }
    const fail = () => { throw new Error('no'); };
    const locked = { getItem: fail, setItem: fail };
    keep(locked, 'k', { camera: 1 });
    assert.deepEqual(recall(locked, 'k'), {});
    keep(null, 'k', { camera: 1 });
    assert.deepEqual(recall(null, 'k'), {});
});

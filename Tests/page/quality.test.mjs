// What is made of the browser's statistics: reports as Chromium and Firefox give them, with what matters of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { QualityMeter } from '../../web/call/quality.js';

/** A report after so many seconds of a call in which nothing is lost, but for what is changed. */
function report(seconds, change = {}) {
    const entries = [
        { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
        { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.02,
            availableOutgoingBitrate: 2_000_000 },
        { id: 'Q', type: 'candidate-pair', localCandidateId: 'L2', remoteCandidateId: 'R', currentRoundTripTime: 9 },
        { id: 'L', type: 'local-candidate', candidateType: 'host' },
        { id: 'L2', type: 'local-candidate', candidateType: 'relay' },
        { id: 'R', type: 'remote-candidate', candidateType: 'prflx' },
        { id: 'CV', type: 'codec', mimeType: 'video/VP8' },
        { id: 'CA', type: 'codec', mimeType: 'audio/opus' },
        { id: 'IA', type: 'inbound-rtp', kind: 'audio', codecId: 'CA', packetsReceived: 50 * seconds, packetsLost: 0,
            bytesReceived: 5000 * seconds },
        { id: 'IV', type: 'inbound-rtp', kind: 'video', codecId: 'CV', packetsReceived: 150 * seconds, packetsLost: 0,
            bytesReceived: 120_000 * seconds, frameWidth: 1280, frameHeight: 720, framesPerSecond: 29.97 },
        { id: 'OA', type: 'outbound-rtp', kind: 'audio', codecId: 'CA', packetsSent: 50 * seconds,
            bytesSent: 5000 * seconds },
        { id: 'OV', type: 'outbound-rtp', kind: 'video', codecId: 'CV', packetsSent: 100 * seconds,
            bytesSent: 70_000 * seconds, frameWidth: 640, frameHeight: 480, framesPerSecond: 30 },
        { id: 'RA', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 0 },
        { id: 'RV', type: 'remote-inbound-rtp', kind: 'video', packetsLost: 0, roundTripTime: 0.03 },
    ];
    return new Map(entries.filter(({ id }) => change[id] !== null)
        .map((entry) => [entry.id, { ...entry, ...change[entry.id] }]));
}

/** What is measured after two seconds of such a call and two of the other. */
function measured(change) {
    const meter = new QualityMeter();
    meter.measure(report(2), 2000);
    return meter.measure(report(4, change), 4000);
}

test('a good connection', () => {
    assert.deepEqual(measured({}), {
        level: 'good',
        loss: 0,
        roundTripMs: 20,
        sendKbps: 600,
        receiveKbps: 1000,
        sent: { codec: 'VP8', width: 640, height: 480, framesPerSecond: 30 },
        received: { codec: 'VP8', width: 1280, height: 720, framesPerSecond: 30 },
        path: 'direct',
    });
});

test('the first measurement has nothing to compare with', () => {
    const first = new QualityMeter().measure(report(60, { IV: { packetsLost: 5000 } }), 60_000);
    assert.deepEqual([first.level, first.loss, first.sendKbps, first.receiveKbps], ['good', 0, 0, 0]);
    assert.equal(first.received.width, 1280);
});

test('before anything is counted', () => {
    assert.deepEqual(new QualityMeter().measure(new Map(), 0), {
        level: 'good', loss: 0, roundTripMs: null, sendKbps: 0, receiveKbps: 0, sent: null, received: null, path: null,
    });
});

test('loss: fair beyond 2 %, poor beyond 8 %, whichever way it is', () => {
    // 400 packets are received in the two seconds, and 300 are sent.
    for (const [received, sent, level] of [[8, 6, 'good'], [9, 0, 'fair'], [0, 7, 'fair'], [34, 24, 'fair'],
        [35, 0, 'poor'], [0, 25, 'poor']]) {
        const quality = measured({ IV: { packetsLost: received }, RV: { packetsLost: sent } });
        assert.equal(quality.level, level, `${received} ${sent}`);
        assert.ok(Math.abs(quality.loss - Math.max(received / (400 + received), sent / 300)) < 1e-9);
    }
});

test('the round trip: fair beyond 300 ms, poor beyond 600 ms', () => {
    for (const [seconds, level] of [[0.3, 'good'], [0.31, 'fair'], [0.6, 'fair'], [0.61, 'poor']]) {
        const quality = measured({ P: { currentRoundTripTime: seconds } });
        assert.deepEqual([quality.level, quality.roundTripMs], [level, Math.round(seconds * 1000)]);
    }
});

test('the room that there is: fair below 200 kbit/s, poor below 80, and not judged where it is not known', () => {
    for (const [bits, level] of [[200_000, 'good'], [199_000, 'fair'], [80_000, 'fair'], [79_000, 'poor'],
        [undefined, 'good']]) {
        assert.equal(measured({ P: { availableOutgoingBitrate: bits } }).level, level);
    }
});

test('the worst of them counts', () => {
    assert.equal(measured({ P: { currentRoundTripTime: 0.4 }, IV: { packetsLost: 100 } }).level, 'poor');
});

test('the round trip is what the other side’s reports say, where the pair has none', () => {
    assert.equal(measured({ P: { currentRoundTripTime: undefined } }).roundTripMs, 30);
    assert.equal(measured({ P: { currentRoundTripTime: undefined }, RV: null }).roundTripMs, null);
});

test('relayed, at whichever end', () => {
    assert.equal(measured({ L: { candidateType: 'relay' } }).path, 'relayed');
    assert.equal(measured({ R: { candidateType: 'relay' } }).path, 'relayed');
    assert.equal(measured({ T: null }).path, null, 'no pair is in use');
    assert.equal(measured({ P: null }).path, null);
});

test('no picture', () => {
    for (const change of [null, { frameWidth: undefined }, { frameWidth: 0 }, { framesPerSecond: 0 },
        { framesPerSecond: undefined }]) {
        assert.equal(measured({ OV: change }).sent, null);
        assert.equal(measured({ IV: change }).received, null);
    }
    assert.equal(measured({ CV: null }).sent.codec, '', 'its codec is not known yet');
});

test('a window of some seconds: a loss is felt as long as it is fresh', () => {
    const meter = new QualityMeter();
    const levels = [];
    for (let second = 0; second <= 20; second += 2) {
        levels.push(meter.measure(report(second, { IV: { packetsLost: second > 6 ? 300 : 0 } }), second * 1000).level);
    }
    assert.deepEqual(levels, ['good', 'good', 'good', 'good', 'poor', 'poor', 'poor', 'poor', 'good', 'good', 'good']);
});

test('silence is the worst connection, until it is clear that it is meant', () => {
    const meter = new QualityMeter();
    const levels = [];
    for (let second = 0; second <= 20; second += 2) {
        const heard = Math.min(second, 6);
        const change = { IA: { packetsReceived: 50 * heard }, IV: { packetsReceived: 150 * heard } };
        levels.push(meter.measure(report(second, change), second * 1000).level);
    }
    assert.deepEqual(levels, ['good', 'good', 'good', 'good', 'poor', 'poor', 'poor', 'good', 'good', 'good', 'good']);
});

test('who is muted all along is not a bad connection', () => {
    const meter = new QualityMeter();
    for (let second = 0; second <= 10; second += 2) {
        assert.equal(meter.measure(report(second, { IA: null, IV: null }), second * 1000).level, 'good');
    }
});

test('counters that begin anew and losses that are taken back give nothing below 0', () => {
    const meter = new QualityMeter();
    meter.measure(report(100, { IV: { packetsLost: 50 } }), 100_000);
    const quality = meter.measure(report(1), 102_000);
    assert.deepEqual([quality.loss, quality.sendKbps, quality.receiveKbps, quality.level], [0, 0, 0, 'good']);
});

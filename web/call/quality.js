// How good the connection is, from what the browser counts.

/** @typedef {import('../types.js').Quality} Quality */

/** Long enough for a single lost packet not to show; silence for longer is meant, or ICE would have said so. */
const WINDOW_MS = 8000;

/** Beyond these it is felt: codecs hide one lost packet in fifty, and who waits longer for an answer interrupts. */
const FAIR = { loss: 0.02, roundTripMs: 300, kbps: 200 };

/** Beyond these words are lost, people must take turns, and a face stands still. */
const POOR = { loss: 0.08, roundTripMs: 600, kbps: 80 };

export class QualityMeter {
    /** @type {ReturnType<typeof counted>[]} of the last seconds */
    #past = [];

    /**
     * @param {RTCStatsReport} report
     * @param {number} now in milliseconds, from any beginning
     * @returns {Quality}
     */
    measure(report, now) {
        const total = counted(report, now);
        this.#past = [...this.#past.filter(({ at }) => now - at <= WINDOW_MS), total];
        const first = this.#past[0];
        const before = this.#past.at(-2) ?? first;
        const isSilent = first.received < before.received && before.received === total.received;
        const pair = report.get(ofType(report, 'transport')[0]?.selectedCandidatePairId);
        const loss = isSilent ? 1 : lossBetween(first, total);
        const roundTripMs = roundTrip(report, pair);
        const kbps = (/** @type {number} */ bytes) => Math.round(share(8 * bytes, now - first.at));
        return {
            level: levelOf(loss, roundTripMs ?? 0, (pair?.availableOutgoingBitrate ?? Infinity) / 1000),
            loss,
            roundTripMs,
            sendKbps: kbps(total.sentBytes - first.sentBytes),
            receiveKbps: kbps(total.receivedBytes - first.receivedBytes),
            sent: picture(report, 'outbound-rtp'),
            received: picture(report, 'inbound-rtp'),
            path: path(report, pair),
        };
    }
}

/** @param {RTCStatsReport} report @param {number} at */
function counted(report, at) {
    const sum = (/** @type {string} */ type, /** @type {string} */ name) =>
        ofType(report, type).reduce((total, entry) => total + (entry[name] ?? 0), 0);
    return {
        at,
        received: sum('inbound-rtp', 'packetsReceived'),
        receivedBytes: sum('inbound-rtp', 'bytesReceived'),
        receivedLost: sum('inbound-rtp', 'packetsLost'),
        sent: sum('outbound-rtp', 'packetsSent'),
        sentBytes: sum('outbound-rtp', 'bytesSent'),
        sentLost: sum('remote-inbound-rtp', 'packetsLost'),
    };
}

/** @param {Record<string, number>} first @param {Record<string, number>} last @returns the greater one of both ways */
function lossBetween(first, last) {
    const lost = last.receivedLost - first.receivedLost;
    const due = lost + last.received - first.received;
    return Math.min(1, Math.max(share(lost, due), share(last.sentLost - first.sentLost, last.sent - first.sent)));
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
    return whole > 0 ? Math.max(0, part / whole) : 0;
}

/** @param {number} loss @param {number} roundTripMs @param {number} kbps that there is room for */
function levelOf(loss, roundTripMs, kbps) {
    const isBeyond = (/** @type {typeof FAIR} */ bound) =>
        loss > bound.loss || roundTripMs > bound.roundTripMs || kbps < bound.kbps;
    return isBeyond(POOR) ? 'poor' : isBeyond(FAIR) ? 'fair' : 'good';
}

/** @param {RTCStatsReport} report @param {any} pair of candidates, the one in use */
function roundTrip(report, pair) {
    const remote = ofType(report, 'remote-inbound-rtp').find(({ roundTripTime }) => roundTripTime >= 0);
    const seconds = pair?.currentRoundTripTime ?? remote?.roundTripTime;
    return seconds === undefined ? null : Math.round(1000 * seconds);
}

/** @param {RTCStatsReport} report @param {any} pair @returns {Quality['path']} */
function path(report, pair) {
    if (!pair) return null;
    const ends = [pair.localCandidateId, pair.remoteCandidateId].map((id) => report.get(id));
    return ends.some((end) => end?.candidateType === 'relay') ? 'relayed' : 'direct';
}

/** @param {RTCStatsReport} report @param {string} type @returns {Quality['sent']} */
function picture(report, type) {
    const entry = ofType(report, type).find(({ frameWidth, framesPerSecond }) => frameWidth > 0 && framesPerSecond > 0);
    return entry ? {
        codec: `${report.get(entry.codecId)?.mimeType ?? ''}`.replace('video/', ''),
        width: entry.frameWidth,
        height: entry.frameHeight,
        framesPerSecond: Math.round(entry.framesPerSecond),
    } : null;
}

/** @param {RTCStatsReport} report @param {string} type */
function ofType(report, type) {
    return [...report.values()].filter((entry) => entry.type === type);
}

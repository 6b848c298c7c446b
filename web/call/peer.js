// One RTCPeerConnection, from its first description to its end. It knows no relay: what is to be told to the other
// side goes to `send`, what comes from there is given to `take`. Once connected, both go over the data channel.

import { useServers } from './ice-servers.js';
import { SideChannel } from './side-channel.js';

/** @typedef {import('../relay/wire.js').Role} Role */
/** @typedef {import('../relay/wire.js').MessageType} MessageType */
/** @typedef {import('./peer-types.js').Facts} Facts */

/** From one ICE restart to the next: time enough to gather and to check. */
const RESTART_PAUSE_MS = 5000;

/** Of `icecandidateerror`: a server cannot be reached. Any other code is a server's own. */
const UNREACHED = 701;

export class Peer {
    #connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    #handlers;
    #mine;
    /** @type {Role | null} null: not started */
    #role = null;
    /** What has been taken is applied in this order, one after the other. */
    #applied = Promise.resolve();
    /** What was told last: `connected`, or not. */
    #isUp = false;
    /** The relay has been left, or will be. */
    #isByChannel = false;
    #restartedAt = -Infinity;
    /** @type {Pick<Facts, 'refusing' | 'local' | 'remote'>} */
    #known = { refusing: [], local: [], remote: [] };
    /** The other side's picture and sound; its tracks come with the first description. */
    theirs = new MediaStream();

    /**
     * @param {MediaStream} mine this side's tracks, at most one of a kind
     * @param {import('./peer-types.js').PeerHandlers} handlers
     * @param {import('./peer-types.js').SideHandlers} sideHandlers
     */
    constructor(mine, handlers, sideHandlers) {
        this.#mine = mine;
        this.#handlers = handlers;
        this.side = new SideChannel(this.#connection, sideHandlers, (signal) => this.#signalled(signal));
        this.#connection.onicecandidate = ({ candidate }) => {
            if (candidate?.candidate) this.#known.local.push(candidate.candidate);
            this.#send('candidate', candidate?.toJSON() ?? null);
        };
        this.#connection.onicecandidateerror = (event) => {
            const { url, errorCode } = /** @type {RTCPeerConnectionIceErrorEvent} */ (event);
            if (errorCode !== UNREACHED) this.#known.refusing.push(url);
        };
        this.#connection.ontrack = ({ track }) => this.theirs.addTrack(track);
        this.#connection.onconnectionstatechange = () => this.#changed();
    }

    /**
     * The caller offers and gathers at once; the callee waits for that offer.
     * @param {Role} role
     * @param {RTCIceServer[]} iceServers those that the browser does not understand are passed over
     */
    start(role, iceServers) {
        this.#role = role;
        useServers(this.#connection, iceServers);
        if (role === 'callee') return;
        // Always both, both ways, whatever devices there are: one that comes later needs no new offer.
        this.#connection.addTransceiver('audio');
        this.#connection.addTransceiver('video');
        this.refreshTracks();
        this.#do(() => this.#describe());
    }

    /**
     * @param {MessageType} type
     * @param {any} data
     * @returns {Promise<void>} when it has been applied
     */
    take(type, data) {
        return this.#do(() => (type === 'candidate' ? this.#takeCandidate(data) : this.#agree(data)));
    }

    /** Gives the other side the tracks that `mine` holds now. */
    refreshTracks() {
        if (this.isClosed) return;
        for (const { sender, receiver } of this.#connection.getTransceivers()) {
            const track = this.#mine.getTracks().find(({ kind }) => kind === receiver.track.kind);
            sender.replaceTrack(track ?? null);
            // One stream for both keeps the lips with the voice.
            sender.setStreams(this.#mine);
        }
    }

    /** Looks for other ways to the other side, if the two can agree on them: the one there is may be good yet. */
    async restart() {
        if (!await this.side.answers() || performance.now() - this.#restartedAt < RESTART_PAUSE_MS) return;
        this.#restartedAt = performance.now();
        if (this.#role === 'callee') this.side.send({ type: 'restart' });
        else this.#do(() => this.#offerAnew(), false);
    }

    stats() {
        return this.#connection.getStats();
    }

    /**
     * How both certificates' fingerprints begin, in one order for both sides: a relay that puts others in their place
     * cannot make them agree.
     */
    get keys() {
        const { localDescription, remoteDescription } = this.#connection;
        return [localDescription, remoteDescription]
            .map((description) => /^a=fingerprint:\S+ ([\dA-F:]{23})/im.exec(description?.sdp ?? '')?.[1] ?? '–')
            .sort().join(' · ');
    }

    /** @returns {Facts} */
    facts() {
        const { iceServers = [] } = this.#connection.getConfiguration();
        return {
            ...this.#known,
            host: location.hostname,
            servers: iceServers.flatMap(({ urls }) => urls),
            hasMet: ['connected', 'completed'].includes(this.#connection.iceConnectionState),
        };
    }

    close() {
        this.#connection.onicecandidate = null;
        this.#connection.onconnectionstatechange = null;
        this.side.close();
        this.#connection.close();
    }

    get isClosed() {
        return this.#connection.signalingState === 'closed';
    }

    /** @param {import('./peer-types.js').Signal} signal from the other side: anything */
    #signalled({ type, data }) {
        this.#isByChannel = true;
        const isCaller = this.#role === 'caller';
        if (type === 'candidate') this.take(type, data);
        else if (type === 'restart') isCaller && this.restart();
        else if (type === (isCaller ? 'answer' : 'offer')) this.#do(() => this.#agree({ type, sdp: data.sdp }), false);
    }

    async #offerAnew() {
        // A second offer upon one that has had no answer breaks the connection in Firefox: the first is said again.
        if (this.#connection.signalingState !== 'stable') return this.#sendDescription();
        this.#connection.restartIce();
        await this.#describe();
    }

    /** @param {RTCSessionDescriptionInit} description */
    async #agree(description) {
        await this.#connection.setRemoteDescription(description);
        if (description.type === 'answer') return;
        for (const transceiver of this.#connection.getTransceivers()) transceiver.direction = 'sendrecv';
        this.refreshTracks();
        await this.#describe();
    }

    async #describe() {
        await this.#connection.setLocalDescription();
        this.#sendDescription();
    }

    #sendDescription() {
        const description = this.#connection.localDescription;
        if (description !== null) this.#send(description.type === 'offer' ? 'offer' : 'answer', description.toJSON());
    }

    /** @param {RTCIceCandidateInit | null} candidate null: there are no more */
    async #takeCandidate(candidate) {
        try {
            if (candidate?.candidate && !this.#isByChannel) this.#known.remote.push(`${candidate.candidate}`);
            await this.#connection.addIceCandidate(candidate ?? undefined);
        } catch {
            // One way less to reach the other side; the others may do.
        }
    }

    /** @param {MessageType} type @param {unknown} data */
    #send(type, data) {
        if (this.#isByChannel) this.side.send({ type, data });
        else this.#handlers.send(type, data);
    }

    /**
     * Applies one step after those before it. If it cannot be applied, there is no other way to agree, and that is the
     * end; but a restart leaves the connection as it was.
     * @param {() => Promise<void>} step
     */
    #do(step, isVital = true) {
        this.#applied = this.#applied.then(() => (this.isClosed ? undefined : step())).catch(() => {
            if (isVital && !this.isClosed) this.#handlers.failed();
        });
        return this.#applied;
    }

    #changed() {
        const state = this.#connection.connectionState;
        const wasUp = this.#isUp;
        this.#isUp = state === 'connected' || (wasUp && state === 'connecting');
        if (state === 'failed') this.#handlers.failed();
        else if (state === 'disconnected' && wasUp) this.#handlers.interrupted();
        else if (this.#isUp && !wasUp) {
            this.#isByChannel = true;
            this.#handlers.connected();
        }
    }
}

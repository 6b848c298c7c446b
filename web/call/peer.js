// One RTCPeerConnection, from its first description to its end. It knows no relay: what is to be told to the other
// side goes to `send`, what comes from there is given to `take`.

import { SideChannel } from './side-channel.js';

/** @typedef {import('../relay/wire.js').Role} Role */
/** @typedef {import('../relay/wire.js').MessageType} MessageType */
/** @typedef {import('./side-channel.js').SideHandlers} SideHandlers */

/**
 * @typedef {object} PeerHandlers
 * @property {(type: MessageType, data: unknown) => void} send
 * @property {() => void} connected for the first time, or again after `interrupted`
 * @property {() => void} interrupted it may come back by itself
 * @property {() => void} failed it will not
 */

/** Both are always negotiated both ways, whatever devices there are: one that comes later needs no new offer. */
const KINDS = ['audio', 'video'];

export class Peer {
    #connection;
    #handlers;
    #mine;
    /** What has been taken is applied in this order, one after the other. */
    #applied = Promise.resolve();
    /** The other side's picture and sound; its tracks come with the first description. */
    theirs = new MediaStream();

    /**
     * @param {MediaStream} mine this side's tracks, at most one of a kind
     * @param {PeerHandlers} handlers
     * @param {SideHandlers} sideHandlers
     */
    constructor(mine, handlers, sideHandlers) {
        this.#mine = mine;
        this.#handlers = handlers;
        this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
        this.side = new SideChannel(this.#connection, sideHandlers);
        this.#connection.onicecandidate = ({ candidate }) => handlers.send('candidate', candidate?.toJSON() ?? null);
        this.#connection.ontrack = ({ track }) => this.theirs.addTrack(track);
        this.#connection.onconnectionstatechange = () => this.#changed();
    }

    /**
     * The caller offers and gathers at once; the callee waits for that offer.
     * @param {Role} role
     * @param {RTCIceServer[]} iceServers those that the browser does not understand are passed over
     */
    start(role, iceServers) {
        useServers(this.#connection, iceServers);
        if (role === 'callee') return;
        for (const kind of KINDS) {
            this.#connection.addTransceiver(kind, { direction: 'sendrecv' });
        }
        this.refreshTracks();
        this.#do(() => this.#describe());
    }

    /**
     * @param {MessageType} type
     * @param {any} data
     * @returns {Promise<void>} when it has been applied
     */
    take(type, data) {
        if (type === 'candidate') return this.#do(() => this.#takeCandidate(data));
        if (type === 'offer') return this.#do(() => this.#answer(data));
        return this.#do(() => this.#connection.setRemoteDescription(data));
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

    close() {
        this.#connection.onicecandidate = null;
        this.#connection.onconnectionstatechange = null;
        this.side.close();
        this.#connection.close();
    }

    get isClosed() {
        return this.#connection.signalingState === 'closed';
    }

    /** @param {RTCSessionDescriptionInit} offer */
    async #answer(offer) {
        await this.#connection.setRemoteDescription(offer);
        for (const transceiver of this.#connection.getTransceivers()) {
            transceiver.direction = 'sendrecv';
        }
        this.refreshTracks();
        await this.#describe();
    }

    async #describe() {
        await this.#connection.setLocalDescription();
        const description = this.#connection.localDescription;
        if (description === null) return;
        this.#handlers.send(description.type === 'offer' ? 'offer' : 'answer', description.toJSON());
    }

    /** @param {RTCIceCandidateInit | null} candidate null: there are no more */
    async #takeCandidate(candidate) {
        try {
            await this.#connection.addIceCandidate(candidate ?? undefined);
        } catch {
            // One way less to reach the other side; the others may do.
        }
    }

    /**
     * Applies one step after those before it. One that cannot be applied is the end: there is no other way to agree.
     * @param {() => Promise<void>} step
     */
    #do(step) {
        this.#applied = this.#applied.then(() => (this.isClosed ? undefined : step())).catch(() => {
            if (!this.isClosed) this.#handlers.failed();
        });
        return this.#applied;
    }

    #changed() {
        const state = this.#connection.connectionState;
        if (state === 'connected') this.#handlers.connected();
        else if (state === 'disconnected') this.#handlers.interrupted();
        else if (state === 'failed') this.#handlers.failed();
    }
}

/**
 * A browser refuses the whole list for one address that it does not like: then each is tried alone.
 * @param {RTCPeerConnection} connection
 * @param {RTCIceServer[]} iceServers
 */
function useServers(connection, iceServers) {
    /** @type {RTCIceServer[]} */
    const usable = [];
    for (const server of iceServers) {
        try {
            connection.setConfiguration({ ...connection.getConfiguration(), iceServers: [...usable, server] });
            usable.push(server);
        } catch {
            console.warn('An ICE server of the relay is passed over: the browser does not take its address.');
        }
    }
}

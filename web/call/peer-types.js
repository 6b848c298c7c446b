// What a peer and its data channel tell, and what they say to each other. Types only: nothing here runs.

/** @typedef {import('../relay/wire.js').MessageType} MessageType */
/** @typedef {import('../types.js').SideState} SideState */

/**
 * After `connected` comes `interrupted` or `failed`, after `interrupted` one of the other two.
 * @typedef {object} PeerHandlers
 * @property {(type: MessageType, data: unknown) => void} send through the relay
 * @property {() => void} connected for the first time, or again after `interrupted`
 * @property {() => void} interrupted it may come back by itself
 * @property {() => void} failed it will not
 */

/**
 * After `hangup`, `leaving` or `gone` none of them is called any more.
 * @typedef {object} SideHandlers
 * @property {() => void} opened before or after `connected`
 * @property {(state: SideState) => void} theirs the other side's state, at first and whenever it changes
 * @property {(text: string) => void} chat
 * @property {(secret: string) => void} secret
 * @property {() => void} hangup the other side has hung up
 * @property {() => void} leaving the other side's page goes, perhaps to be loaded anew
 * @property {() => void} gone the channel has closed with no word
 */

/**
 * What is negotiated over the channel. `restart`: the callee asks for an ICE restart.
 * @typedef {object} Signal
 * @property {MessageType | 'restart'} type
 * @property {any} [data] as it would go through the relay
 */

/**
 * What is known of the ways to the other side, up to when it was connected.
 * @typedef {object} Facts
 * @property {string} host where the page comes from
 * @property {string[]} servers the addresses of the STUN and TURN servers that are named
 * @property {string[]} refusing those of them that say no
 * @property {string[]} local candidates as `RTCIceCandidateInit.candidate` gives them
 * @property {string[]} remote
 * @property {boolean} hasMet ICE found a way; it was something else that failed
 */

export {};

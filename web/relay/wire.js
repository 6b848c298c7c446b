// The shapes that go over the wire, as docs/protocol.md gives them. Types only: nothing here runs.

/** @typedef {'caller' | 'callee'} Role */

/** @typedef {'offer' | 'answer' | 'candidate'} MessageType */

/**
 * What the relay answers to a dial.
 * @typedef {object} DialReply
 * @property {string} token
 * @property {Role} role
 * @property {RTCIceServer[]} iceServers
 * @property {number} pollSeconds how long the relay holds a poll
 */

/**
 * What a peer reads from its mailbox. `seq` starts at 1 and has no gaps.
 * @typedef {{ seq: number } & (
 *     { type: 'joined' }
 *   | { type: 'offer' | 'answer', data: RTCSessionDescriptionInit }
 *   | { type: 'candidate', data: RTCIceCandidateInit | null }
 *   | { type: 'left', reason: 'hangup' | 'failed' | 'timeout' }
 * )} RelayEvent
 */

/**
 * Why the relay said no, from its `application/problem+json` (RFC 9457).
 * @typedef {object} Problem
 * @property {number} status
 * @property {string} code the protocol's word for it; empty if the answer was not the relay's
 * @property {string} detail a sentence for people; may be empty
 */

/**
 * What keeps a request from being answered for now. It is tried again without anybody's doing.
 * @typedef {object} Trouble
 * @property {'unreachable' | 'too-many-dials' | 'busy'} kind
 * @property {number} seconds until the next try, if the relay has named a time; else 0
 */

export {};

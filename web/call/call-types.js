// What a call is told, what it does about it, and what it tells those who have made it. Types only: nothing here runs.

/** @typedef {import('../relay/wire.js').Problem} Problem */
/** @typedef {import('../relay/wire.js').Role} Role */
/** @typedef {import('../relay/relay-call.js').LeaveReason} LeaveReason */
/** @typedef {import('../types.js').Cause} Cause */
/** @typedef {import('../types.js').View} View */

/**
 * What a page needs to take its call up again after a reload, without meeting itself.
 * @typedef {object} CallMemory
 * @property {string} code as it was typed
 * @property {string | null} key of a dial that has not been answered; null: it has
 * @property {string | null} token of the last call that was answered
 * @property {string} secret the word that brings a call back that was connected; empty: it was not
 * @property {number | null} connectedAt when it was, in milliseconds since 1970
 */

/**
 * What happens to a call.
 * - here: somebody dials, the devices are settled, cancel or hang up, the page closes, another tab takes over, the
 *   deadline has come
 * - at the relay: dialled, joined, left, lost (it knows the token no more), superseded, refused
 * - to the connection: connected (for the first time, or again), interrupted, failed
 * - over the data channel: the other's secret, that it hangs up, that its page goes, that the channel closed
 * @typedef {{ type: 'dial', code: string, isSettled: boolean, key?: string,
 *       memory?: { secret: string, connectedAt: number | null } }
 *   | { type: 'settled' | 'end' | 'close' | 'taken-over' | 'tick' }
 *   | { type: 'dialled', role: Role, iceServers: RTCIceServer[] }
 *   | { type: 'joined' | 'lost' | 'superseded' }
 *   | { type: 'left', reason: 'hangup' | 'failed' | 'timeout' }
 *   | { type: 'refused', problem: Problem }
 *   | { type: 'connected', role: Role }
 *   | { type: 'interrupted' }
 *   | { type: 'failed', cause: Cause }
 *   | { type: 'secret', secret: string }
 *   | { type: 'hangup' | 'leaving' | 'gone' }} Input
 */

/**
 * What is to be done.
 * - attempt: give the attempt before up, and dial
 * - start: the connection has its role
 * - diagnose: find out why there is no way, and come back with `failed`
 * - quit: the page goes; the call may be taken up again
 * - finish: the call is over
 * @typedef {{ type: 'open-devices' | 'play' | 'restart' | 'diagnose' }
 *   | { type: 'attempt', word: string, leave: LeaveReason | null, key?: string }
 *   | { type: 'start', role: Role, iceServers: RTCIceServer[] }
 *   | { type: 'leave', reason: LeaveReason }
 *   | { type: 'share', secret: string }
 *   | { type: 'quit', leave: LeaveReason }
 *   | { type: 'finish', leave: LeaveReason | null, say: 'hangup' | 'leaving' | null }} Effect
 */

/**
 * What a call shows of itself.
 * @typedef {Pick<View, 'state' | 'code' | 'since' | 'trouble' | 'cause' | 'redial' | 'end' | 'lastedMs' | 'theirs'
 *   | 'quality' | 'keys' | 'chat'>} CallView
 */

/**
 * @typedef {object} CallHandlers
 * @property {(view: CallView) => void} changed
 * @property {(stream: MediaStream | null) => void} stream the other's picture and sound, once there are any; null: the
 *   call is over
 * @property {(memory: CallMemory | null) => void} remember null: there is nothing to take up
 * @property {() => Promise<void>} openDevices
 */

export {};

// What a call tells those who have made it. Types only: nothing here runs.

/** @typedef {import('../relay/wire.js').Problem} Problem */
/** @typedef {import('../relay/wire.js').Trouble} Trouble */
/** @typedef {import('./side-channel.js').SideState} SideState */

/**
 * - dialling: the relay has not answered yet
 * - waiting: for the other to dial
 * - connecting: the other is there
 * - connected, interrupted: the media flow; they do not, and may again
 * @typedef {'dialling' | 'waiting' | 'connecting' | 'connected' | 'interrupted'} Phase
 */

/**
 * How a call ended. `vanished`: without a word. `failed`: it never came about.
 * @typedef {{ how: 'hung-up' | 'they-hung-up' | 'vanished' | 'failed' | 'superseded' }
 *   | { how: 'refused', problem: Problem }} CallEnd
 */

/**
 * What a page needs to dial the same call again after a reload, without meeting itself.
 * @typedef {object} CallMemory
 * @property {string} code
 * @property {string | null} key of a dial that has not been answered; null: it has
 * @property {string | null} token of the last call that was answered
 */

/**
 * @typedef {object} CallHandlers
 * @property {(phase: Phase) => void} phase
 * @property {(trouble: Trouble | null) => void} trouble
 * @property {(end: CallEnd) => void} ended after it nothing is called
 * @property {(state: SideState) => void} theirs
 * @property {(stream: MediaStream) => void} stream the other's picture and sound, once there are any
 * @property {(memory: CallMemory) => void} remember
 */

export {};

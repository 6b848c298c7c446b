// The shapes that the parts of the page hand to each other. Types only: nothing here runs.

/** @typedef {import('./relay/wire.js').Problem} Problem */
/** @typedef {import('./relay/wire.js').Trouble} Trouble */

/**
 * - idle: nothing is dialled
 * - asking: the browser asks for camera and microphone
 * - dialling: the relay has not answered yet
 * - waiting: for the other to dial
 * - connecting: the other is there
 * - connected, interrupted: the media flow; they do not, and may again by themselves
 * - redialling: they will not; both pages dial again by themselves
 * @typedef {'idle' | 'asking' | 'dialling' | 'waiting' | 'connecting' | 'connected' | 'interrupted' | 'redialling'
 *   | 'ended'} State
 */

/**
 * Why no way to the other was found, as far as candidates and statistics tell.
 * - isolated: both are in one network, which keeps its devices apart (a guest network, client isolation)
 * - no-relay: the two are in different networks, and no TURN server is there to carry the media between them
 * - firewall: a STUN or TURN server is named, but this browser does not get through to it
 * - hidden: a side hides its addresses, because it has no permission for camera or microphone
 * - no-webrtc: this browser makes no calls at all (it is locked down, or very old)
 * - unknown: none of these for sure
 * @typedef {'isolated' | 'no-relay' | 'firewall' | 'hidden' | 'no-webrtc' | 'unknown'} Cause
 */

/**
 * How a call ended. `they-left`: the other's page was closed. `vanished`: the connection was lost and nobody came
 * back. `failed`: no way was found.
 * @typedef {{ how: 'hung-up' | 'they-hung-up' | 'they-left' | 'vanished' | 'superseded' }
 *   | { how: 'failed', cause: Cause } | { how: 'refused', problem: Problem }} CallEnd
 */

/**
 * - unasked, asking: not there yet
 * - on, off: there, and muted or not
 * - none: the machine has none. refused: somebody said no. busy: another program has it.
 * - insecure: the browser gives none to a page that came over plain http
 * @typedef {'unasked' | 'asking' | 'on' | 'off' | 'none' | 'refused' | 'busy' | 'insecure'} DeviceState
 */

/** @typedef {'camera' | 'microphone'} Device */

/** @typedef {Device | 'speaker'} Kind */

/** @typedef {{ id: string, label: string }} Choice `label` may be empty: the browser does not tell it yet */

/**
 * @typedef {object} DevicesView
 * @property {DeviceState} camera
 * @property {DeviceState} microphone
 * @property {'on' | 'off'} speaker
 * @property {Record<Kind, Choice[]>} choices no speakers where the browser cannot change them
 * @property {Record<Kind, string>} chosen the id in use; empty: not known
 * @property {boolean} canFlip there is a front and a back camera, or another camera
 * @property {boolean} isMirrored one's own picture is shown as in a mirror: a front camera, no screen
 * @property {boolean} canShare the browser can share the screen
 * @property {boolean} isSharing the screen is what the other sees
 */

/**
 * What a side gives of itself. `none`: it has no such device, or may not use it.
 * @typedef {object} SideState
 * @property {'on' | 'off' | 'none'} microphone
 * @property {'on' | 'off' | 'none'} camera
 * @property {'on' | 'off'} speaker
 * @property {boolean} screen the picture is a screen
 */

/** @typedef {{ codec: string, width: number, height: number, framesPerSecond: number }} Picture */

/**
 * The connection of the last seconds.
 * @typedef {object} Quality
 * @property {'good' | 'fair' | 'poor'} level
 * @property {number} loss of packets either way, from 0 to 1
 * @property {number | null} roundTripMs null: not measured yet
 * @property {number} sendKbps
 * @property {number} receiveKbps
 * @property {Picture | null} sent null: none is sent
 * @property {Picture | null} received
 * @property {'direct' | 'relayed' | null} path null: not known yet
 */

/** @typedef {{ from: 'me' | 'them', text: string, number: number }} ChatLine `number` counts up from 1 in a call */

/**
 * All that can be seen but for the pictures themselves and the level of the microphone.
 * @typedef {object} View
 * @property {State} state
 * @property {string} code the word that is or was dialled last, as it was typed
 * @property {number | null} since `performance.now()` of when the waiting began (waiting), or the call (connected,
 *   interrupted, redialling); else null
 * @property {Trouble | null} trouble the relay is not to be had for now
 * @property {Cause | null} cause the first try to connect failed, and this may be why; the second one is under way
 * @property {'lost' | 'away' | null} redial why both dial again: the connection is lost, or the other's page was
 *   closed or reloaded; null: not redialling
 * @property {CallEnd | null} end how the last call ended
 * @property {number} lastedMs how long the last call was connected in all; 0: it never was
 * @property {boolean} elsewhere the call that this tab remembers is open in another tab
 * @property {DevicesView} devices
 * @property {SideState | null} theirs null: not known
 * @property {Quality | null} quality null: not measured yet
 * @property {string} keys how both sides' fingerprints begin, the same text for both; beside `quality`
 * @property {ChatLine[]} chat of this call
 */

/**
 * All that can be done.
 * @typedef {object} Actions
 * @property {(code: string) => void} dial
 * @property {() => void} end cancel, or hang up
 * @property {() => void} takeOver the call of the other tab
 * @property {() => void} openDevices ask for camera and microphone
 * @property {(kind: Kind) => void} toggle mute it, or not
 * @property {(kind: Kind, id: string) => void} choose another device
 * @property {() => void} flip front and back camera
 * @property {() => void} share the screen, or stop that
 * @property {(text: string) => boolean} chat say it; false: there is no way for it now
 * @property {(language: string) => void} speak another language
 */

export {};

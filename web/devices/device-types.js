// The shapes that the modules of this folder share. Types only: nothing here runs.

/** @typedef {import('../types.js').Choice} Choice */
/** @typedef {import('../types.js').Kind} Kind */

/**
 * A device that the browser tells of; id and label are empty as long as it does not tell them.
 * @typedef {Choice & { kind: Kind }} Found
 */

/**
 * Why a device is not there; null: it is, or will be as soon as it is switched on.
 * @typedef {Exclude<import('../types.js').DeviceState, 'on' | 'off'> | null} Lack
 */

/** @typedef {Pick<Storage, 'getItem' | 'setItem'> | null | undefined} Store none: the browser keeps nothing */

/**
 * @typedef {object} Options
 * @property {() => void} onChange the view, or the tracks of the stream, have changed
 * @property {Store} store keeps what was chosen for the next time
 * @property {Store} [tab] keeps what is switched off while the tab is reloaded
 */

export {};

// How long each step of a call may take, in milliseconds.

/** Both are there, and there is no connection: that counts as a failure. A browser says so in 15 to 30 s. */
export const CONNECT_MS = 60_000;

/**
 * How long an interruption lasts before the connection is given up. Chromium does so itself after 10 s, Firefox much
 * later: the two are to dial again together.
 */
export const INTERRUPTED_MS = 11_000;

/** How long a page tries to get a broken call back. `away`: the other page was closed, which may be a reload. */
export const REDIAL_MS = { lost: 120_000, away: 30_000 };

/** Whoever leaves with `failed` sooner than this did not find out that there is no way: its page was reloaded. */
export const SOON_MS = 5000;

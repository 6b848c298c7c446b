// The page's call: carries out what the machine says, and gathers what a screen shows of it.

import { Backoff } from '../relay/backoff.js';
import { newKey } from '../relay/dial.js';
import { Attempt } from './attempt.js';
import { Machine } from './machine.js';
import { Seen } from './seen.js';

/** @typedef {import('../relay/relay-call.js').LeaveReason} LeaveReason */
/** @typedef {import('../types.js').SideState} SideState */
/** @typedef {import('./call-types.js').CallHandlers} CallHandlers */
/** @typedef {import('./call-types.js').CallMemory} CallMemory */
/** @typedef {import('./call-types.js').CallView} CallView */
/** @typedef {import('./call-types.js').Effect} Effect */
/** @typedef {import('./call-types.js').Input} Input */

/** A dial that is lost sooner than this is not repeated at once: that would go in circles. */
const SHORT_DIAL_MS = 5000;

const QUALITY_EVERY_MS = 2000;

/** What the two being connected asks for: each takes milliseconds of the page's one thread, and they are told first. */
const AFTER_SHOWN = ['play', 'leave', 'share'];

export class Call {
    #machine = new Machine(newKey);
    #mine;
    #handlers;
    /** @type {Attempt | null} */
    #attempt = null;
    /** @type {string | null} of the last dial that was answered; the next one replaces it */
    #token = null;
    /** @type {SideState | null} what this side gives of itself */
    #side = null;
    #ended = new AbortController();
    #pauses = new Backoff(this.#ended.signal, Math.random);
    #dialledAt = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #alarm;
    #seen = new Seen();
    /** What was remembered last, as JSON. */
    #memory = 'null';

    /**
     * @param {MediaStream} mine this side's tracks
     * @param {CallHandlers} handlers
     */
    constructor(mine, handlers) {
        this.#mine = mine;
        this.#handlers = handlers;
        setInterval(() => this.#measure(), QUALITY_EVERY_MS);
    }

    /**
     * @param {string} code as it was typed
     * @param {boolean} isSettled no device is still to come
     * @param {CallMemory | null} memory of a call that this one goes on with
     */
    dial(code, isSettled, memory) {
        if (this.#machine.isActive) return;
        this.#token = memory?.token ?? this.#token;
        this.#dialledAt = -Infinity;
        // Also while the browser asks: whoever reloads then has not typed the word in vain.
        this.#keep(memory ?? { code, key: null, token: this.#token, secret: '', connectedAt: null });
        this.#take({ type: 'dial', code, isSettled, key: memory?.key ?? undefined, memory: memory ?? undefined });
    }

    /** @param {'settled' | 'end' | 'close' | 'taken-over'} type see `Input` */
    tell(type) {
        this.#take({ type });
    }

    /** @param {SideState} side what this side gives of itself now */
    give(side) {
        this.#side = side;
        this.#attempt?.peer.side.tell(side);
        this.#attempt?.peer.refreshTracks();
    }

    /**
     * @param {string} text
     * @returns {boolean} false: there is no way for it now
     */
    chat(text) {
        if (this.#attempt === null || !this.#machine.isConnected) return false;
        this.#attempt.peer.side.chat(text);
        this.#see((seen) => seen.add({ from: 'me', text }));
        return true;
    }

    /**
     * The next dial takes the place of a call that this tab had and does not go on with.
     * @param {string | null} token
     */
    replace(token) {
        this.#token = token;
    }

    /** The network or the page is back. */
    wake() {
        this.#pauses.wake();
        this.#attempt?.wake();
        this.#take({ type: 'tick' });
    }

    /** @param {Input} input */
    #take(input) {
        /** @type {Effect[]} */
        const later = [];
        for (const effect of this.#machine.handle(input, wallClock())) {
            if (AFTER_SHOWN.includes(effect.type)) later.push(effect);
            else this.#carryOut(effect);
        }
        const attempt = this.#attempt;
        if (later.length > 0) setTimeout(() => {
            if (attempt === this.#attempt) for (const effect of later) this.#carryOut(effect);
        });
        clearTimeout(this.#alarm);
        const { deadline } = this.#machine;
        if (deadline !== null) this.#alarm = setTimeout(() => this.#take({ type: 'tick' }), deadline - wallClock());
        this.#show();
        this.#remember();
    }

    /** @param {Effect} effect */
    #carryOut(effect) {
        switch (effect.type) {
        case 'open-devices': this.#openDevices(); return;
        case 'attempt': this.#begin(effect); return;
        case 'start': return this.#attempt?.start(effect.iceServers);
        case 'diagnose': return this.#attempt?.diagnose();
        case 'restart': return this.#attempt?.peer.restart();
        case 'play':
            if (this.#seen.view.trouble !== null) this.#see(({ view }) => { view.trouble = null; });
            return this.#handlers.stream(this.#attempt?.peer.theirs ?? null);
        case 'leave': return this.#attempt?.leave(effect.reason);
        case 'share': return this.#attempt?.peer.side.share(effect.secret);
        case 'quit': return this.#quit(effect.leave);
        case 'finish': return this.#finish(effect);
        }
    }

    /** A call needs none: whatever comes of it, the dial goes on. */
    async #openDevices() {
        await this.#handlers.openDevices().catch(() => {});
        this.#take({ type: 'settled' });
    }

    /** @param {Extract<Effect, { type: 'attempt' }>} effect */
    async #begin({ word, leave, key = newKey() }) {
        this.#giveUp(leave, null);
        const { signal } = this.#ended;
        if (performance.now() - this.#dialledAt < SHORT_DIAL_MS) await this.#pauses.pause(null);
        else this.#pauses.succeeded();
        if (signal.aborted || this.#attempt !== null) return;
        // Locked down, or switched off: nobody is to be met with it.
        if (!('RTCPeerConnection' in globalThis)) return this.#take({ type: 'failed', cause: 'no-webrtc' });
        this.#dialledAt = performance.now();
        this.#attempt = new Attempt({
            word,
            key,
            old: this.#token,
            mine: this.#mine,
            handlers: {
                input: (input) => this.#take(input),
                trouble: (trouble) => this.#see(({ view }) => { view.trouble = trouble; }),
                theirs: (theirs) => this.#see(({ view }) => { view.theirs = theirs; }),
                chat: (text) => this.#see((seen) => seen.add({ from: 'them', text })),
            },
        });
        if (this.#side !== null) this.#attempt.peer.side.tell(this.#side);
        this.#remember();
    }

    /**
     * @param {LeaveReason | null} leave what the relay is told; null: it knows, or it will by the next dial
     * @param {'hangup' | 'leaving' | null} say what the other page is told
     */
    #giveUp(leave, say) {
        const attempt = this.#attempt;
        this.#attempt = null;
        this.#seen.loseWay();
        if (attempt === null) return;
        // A dial with the old token would tell the other page that somebody has hung up.
        this.#token = leave === null ? attempt.token ?? this.#token : null;
        if (leave !== null) attempt.leave(leave);
        attempt.close(say);
    }

    /** @param {LeaveReason} leave */
    #quit(leave) {
        this.#attempt?.leave(leave);
        this.#attempt?.peer.side.leaving();
    }

    /** @param {Extract<Effect, { type: 'finish' }>} effect */
    #finish({ leave, say }) {
        this.#ended.abort();
        this.#ended = new AbortController();
        this.#pauses = new Backoff(this.#ended.signal, Math.random);
        this.#giveUp(leave, say);
        this.#seen = new Seen();
        this.#handlers.stream(null);
    }

    async #measure() {
        const attempt = this.#attempt;
        if (attempt === null || !this.#machine.isConnected) return;
        const report = await attempt.peer.stats();
        if (attempt === this.#attempt) this.#see((seen) => seen.measure(report, performance.now(), attempt.peer.keys));
    }

    #remember() {
        const { state, isActive, code, secret, connectedAt } = this.#machine;
        if (state === 'asking') return;
        const token = this.#attempt?.token ?? null;
        const key = token === null ? this.#attempt?.key ?? null : null;
        this.#keep(isActive ? { code, key, token: token ?? this.#token, secret, connectedAt } : null);
    }

    /** @param {CallMemory | null} memory */
    #keep(memory) {
        const text = JSON.stringify(memory);
        if (text === this.#memory) return;
        this.#memory = text;
        this.#handlers.remember(memory);
    }

    /** @param {(seen: Seen) => void} change */
    #see(change) {
        change(this.#seen);
        this.#show();
    }

    #show() {
        this.#handlers.changed(this.view);
    }

    /** @returns {CallView} */
    get view() {
        const { state, code, since, cause, redial, end, lastedMs } = this.#machine;
        return {
            ...this.#seen.view, state, code, cause, redial, end, lastedMs,
            since: since === null ? null : since - performance.timeOrigin,
        };
    }
}

/** Milliseconds since 1970 that no change of the clock makes jump: a page that is loaded anew counts on. */
function wallClock() {
    return performance.timeOrigin + performance.now();
}

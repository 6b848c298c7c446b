// The screen: shows a view, and says which button was pressed. It decides nothing.

import { Chat } from './chat.js';
import { Clock } from './clock.js';
import { Controls } from './controls.js';
import { Corner } from './corner.js';
import { showQuality } from './details.js';
import { leaveCall, makeDialogs } from './dialogs.js';
import { all, element, keepFocus, part, say } from './elements.js';
import { Invite } from './invite.js';
import { Pictures } from './pictures.js';
import { devicesSentence, stateSentence, theirSentence } from './sentences.js';
import { Shortcuts } from './shortcuts.js';
import { Sounds } from './sounds.js';

/** @typedef {import('../types.js').View} View */
/** @typedef {import('../types.js').State} State */

/** @type {State[]} nobody is there yet */
const WAITING = ['asking', 'dialling', 'waiting', 'connecting'];

/** @type {State[]} the other's picture is what is looked at */
const CALL = ['connected', 'interrupted', 'redialling'];

/** How long a note in passing is shown. */
const NOTE_MS = 6000;

export class Screen {
    #words;
    #pictures;
    #controls;
    #chat;
    #invite;
    #clock = new Clock();
    #shortcuts = new Shortcuts();
    #sounds = new Sounds();
    #noteTimer = 0;
    /** @type {View | null} */
    #view = null;
    #wasThere = false;

    /**
     * @param {object} options
     * @param {import('../types.js').Actions} options.actions
     * @param {import('../words/words.js').Words} options.words
     * @param {MediaStream} options.mine one's own picture
     */
    constructor({ actions, words, mine }) {
        const note = (/** @type {string} */ text) => this.#note(text);
        this.#words = words;
        this.#pictures = new Pictures(mine);
        this.#controls = new Controls(actions, words);
        this.#chat = new Chat(words, actions.chat, note);
        this.#invite = new Invite(words, note);
        new Corner();
        makeDialogs();
        addEventListener('click', () => this.#sounds.prepare(), { once: true });
        element('submit', HTMLButtonElement).disabled = false;
        this.speak();
    }

    /** The language is another one now. */
    speak() {
        const words = this.#words;
        Object.assign(document.documentElement, { lang: words.language, dir: words.direction });
        for (const place of all('[data-text]')) say(place, words.text(place.dataset.text ?? ''));
        for (const place of all('[data-label]')) {
            place.setAttribute('aria-label', words.text(place.dataset.label ?? ''));
        }
        this.#controls.speak();
        this.#shortcuts.speak();
        if (this.#view !== null) this.show(this.#view);
    }

    /** @param {View} view */
    show(view) {
        const hadFocus = document.activeElement;
        const isCall = CALL.includes(view.state);
        const scene = isCall ? 'call' : WAITING.includes(view.state) ? 'waiting' : 'before';
        const trouble = view.trouble?.kind ?? '';
        this.#view = view;
        if (document.body.className !== scene) this.#note('');
        document.body.className = scene;
        Object.assign(document.body.dataset, { state: view.state, trouble });
        this.#place(view, scene);
        this.#pictures.show(view, isCall);
        this.#controls.show(view.devices);
        this.#clock.show(view.since);
        this.#invite.show(view);
        this.#chat.show(view.chat, isCall);
        showQuality(this.#words, view);
        this.#say(view, isCall);
        this.#sound(view);
        if (!isCall) leaveCall();
        keepFocus(hadFocus, scene === 'before' ? 'submit' : 'end');
    }

    /** @param {string} code fills the form */
    fill(code) {
        this.#controls.fill(code);
    }

    /**
     * The other's picture and sound.
     * @param {MediaStream | null} stream
     * @param {() => void} onSilenced the browser plays it only without sound, because nobody has touched the page yet
     */
    play(stream, onSilenced) {
        return this.#pictures.play(stream, onSilenced);
    }

    /** @param {string} id of a speaker; empty: the usual one */
    sink(id) {
        this.#pictures.sink(id);
    }

    /** @param {number} level of the microphone, from 0 to 1 */
    level(level) {
        for (const meter of all('.level')) meter.style.setProperty('--level', String(level));
        part('level').setAttribute('aria-valuenow', String(Math.round(level * 100)));
    }

    /**
     * What belongs to one scene is hidden in the others.
     * @param {View} view
     * @param {string} scene
     */
    #place({ state, devices, elsewhere }, scene) {
        for (const place of all('[data-in]')) place.hidden = !place.dataset.in?.includes(scene);
        part('flip').hidden = !devices.canFlip;
        if (!devices.canShare) part('share').hidden = true;
        part('invitation').hidden = state !== 'waiting' && state !== 'dialling';
        part('suggestions').hidden = state !== 'idle' || elsewhere;
        part('take-over').hidden = !elsewhere;
    }

    /**
     * @param {View} view
     * @param {boolean} isCall
     */
    #say(view, isCall) {
        const words = this.#words;
        const missing = devicesSentence(words, view);
        say('state', stateSentence(words, view));
        say('missing', missing);
        say('missing-devices', missing);
        say('their-state', theirSentence(words, view));
        say('submit', words.text(view.state === 'ended' ? 'button.dial-again' : 'button.dial'));
        say('end-text', words.text(isCall ? 'button.hang-up' : 'button.cancel'));
    }

    /** @param {View} view */
    #sound({ state, end, devices }) {
        const wasThere = this.#wasThere;
        this.#wasThere = state === 'connected' || state === 'interrupted';
        if (wasThere === this.#wasThere || devices.speaker === 'off') return;
        if (this.#wasThere) this.#sounds.comes();
        else if (end?.how !== 'hung-up') this.#sounds.goes();
    }

    /** @param {string} text said in passing */
    #note(text) {
        say('note', text);
        clearTimeout(this.#noteTimer);
        this.#noteTimer = setTimeout(() => say('note', ''), NOTE_MS);
    }
}

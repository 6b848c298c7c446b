// The screen: shows a view, and says which button was pressed. It decides nothing.

import { devicesSentence, stateSentence, theirSentence } from './sentences.js';

/** @typedef {import('../relay/wire.js').Trouble} Trouble */
/** @typedef {import('../call/call-types.js').Phase} Phase */
/** @typedef {import('../call/call-types.js').CallEnd} CallEnd */
/** @typedef {import('../call/side-channel.js').SideState} SideState */
/** @typedef {import('./devices.js').Device} Device */
/** @typedef {import('./devices.js').DeviceState} DeviceState */

/**
 * All that can be seen but for the pictures themselves.
 * @typedef {object} View
 * @property {'idle' | 'asking' | Phase | 'ended'} state
 * @property {string} code the word that is or was dialled last
 * @property {Trouble | null} trouble
 * @property {CallEnd | null} end how the last call ended
 * @property {Record<Device, DeviceState>} devices
 * @property {'on' | 'off'} speaker
 * @property {SideState | null} theirs null: not known
 */

/**
 * @typedef {object} Actions
 * @property {(code: string) => void} dial
 * @property {() => void} end cancel, or hang up
 * @property {() => void} openDevices
 * @property {(device: Device | 'speaker') => void} toggle
 */

/** The states in which there is another to be seen. */
const IN_CALL = ['connected', 'interrupted'];

/** The states in which a word can be dialled. */
const CAN_DIAL = ['idle', 'ended'];

export class Screen {
    #form = element('dial', HTMLFormElement);
    #code = element('code', HTMLInputElement);
    #submit = element('submit', HTMLButtonElement);
    #end = element('end', HTMLButtonElement);
    #openDevices = element('open-devices', HTMLButtonElement);
    #toggles = {
        camera: element('camera', HTMLButtonElement),
        microphone: element('microphone', HTMLButtonElement),
        speaker: element('speaker', HTMLButtonElement),
    };
    #mine;
    #myVideo = element('my-video', HTMLVideoElement);
    #theirs = element('theirs', HTMLElement);
    #theirVideo = element('their-video', HTMLVideoElement);

    /**
     * @param {Actions} actions
     * @param {MediaStream} mine one's own picture
     */
    constructor(actions, mine) {
        this.#mine = mine;
        this.#form.addEventListener('submit', (event) => {
            event.preventDefault();
            actions.dial(this.#code.value);
        });
        this.#end.addEventListener('click', () => actions.end());
        this.#openDevices.addEventListener('click', () => actions.openDevices());
        for (const name of /** @type {(Device | 'speaker')[]} */ (Object.keys(this.#toggles))) {
            this.#toggles[name].addEventListener('click', () => actions.toggle(name));
        }
    }

    /** @param {View} view */
    show(view) {
        const hadFocus = document.activeElement;
        document.body.dataset.state = view.state;
        document.body.dataset.trouble = view.trouble?.kind ?? '';
        const canDial = CAN_DIAL.includes(view.state);
        this.#form.hidden = !canDial;
        this.#submit.textContent = view.state === 'ended' ? 'Dial again' : 'Dial';
        this.#end.hidden = canDial;
        this.#end.textContent = IN_CALL.includes(view.state) ? 'Hang up' : 'Cancel';
        this.#showDevices(view, canDial);
        this.#showTheirs(view);
        say('state', stateSentence(view));
        say('missing', devicesSentence(view.devices));
        moveFocus(hadFocus, canDial ? this.#submit : this.#end);
    }

    /** @param {string} code fills the form */
    fill(code) {
        this.#code.value = code;
    }

    /**
     * The other's picture and sound.
     * @param {MediaStream | null} stream
     * @param {() => void} onSilenced the browser plays it only without sound, because nobody has touched the page yet
     */
    async play(stream, onSilenced) {
        const video = this.#theirVideo;
        video.srcObject = stream;
        if (stream === null) return;
        try {
            await video.play();
        } catch (error) {
            if (/** @type {Error} */ (error).name !== 'NotAllowedError') return;
            onSilenced();
            await video.play().catch(() => {});
        }
    }

    /**
     * @param {View} view
     * @param {boolean} canDial
     */
    #showDevices({ devices, speaker }, canDial) {
        const isMissing = (/** @type {DeviceState} */ state) => ['unasked', 'refused', 'busy'].includes(state);
        this.#openDevices.hidden = !canDial || !(isMissing(devices.camera) || isMissing(devices.microphone));
        const states = { ...devices, speaker };
        for (const name of /** @type {(Device | 'speaker')[]} */ (Object.keys(this.#toggles))) {
            const button = this.#toggles[name];
            button.disabled = states[name] !== 'on' && states[name] !== 'off';
            button.setAttribute('aria-pressed', String(states[name] === 'on'));
        }
        element('mine', HTMLElement).dataset.camera = devices.camera;
        // A video element with a stream that has no picture would keep the page from ever being loaded.
        const shown = this.#toggles.camera.disabled ? null : this.#mine;
        if (this.#myVideo.srcObject !== shown) this.#myVideo.srcObject = shown;
        this.#theirVideo.muted = speaker === 'off';
    }

    /** @param {View} view */
    #showTheirs({ state, theirs }) {
        const data = this.#theirs.dataset;
        this.#theirs.hidden = !IN_CALL.includes(state);
        data.camera = theirs?.camera ?? '';
        data.microphone = theirs?.microphone ?? '';
        data.speaker = theirs?.speaker ?? '';
        say('their-state', theirSentence(theirs));
    }
}

/**
 * Says a sentence once: a screen reader would read the same one again.
 * @param {string} id
 * @param {string} sentence
 */
function say(id, sentence) {
    const place = element(id, HTMLElement);
    if (place.textContent !== sentence) place.textContent = sentence;
}

/**
 * Who works by keyboard goes on where the next step is, when what had the focus has gone.
 * @param {Element | null} hadFocus
 * @param {HTMLElement} next
 */
function moveFocus(hadFocus, next) {
    if (hadFocus instanceof HTMLElement && hadFocus !== document.body && hadFocus.closest('[hidden]')) next.focus();
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function element(id, type) {
    const found = document.getElementById(id);
    if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id ${id}.`);
    return found;
}

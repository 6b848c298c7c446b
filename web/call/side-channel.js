// The data channel between the two pages: each tells the other what it mutes, and that it hangs up.

/**
 * What a side gives of itself. `none`: it has no such device, or may not use it.
 * @typedef {object} SideState
 * @property {'on' | 'off' | 'none'} microphone
 * @property {'on' | 'off' | 'none'} camera
 * @property {'on' | 'off'} speaker
 */

/**
 * @typedef {object} SideHandlers
 * @property {(state: SideState) => void} theirs the other side's state, at first and whenever it changes
 * @property {() => void} hangup the other side has hung up
 * @property {() => void} gone the channel has closed with no word
 */

/** Both pages open the channel by this number, so that it costs no message of its own. */
const CHANNEL_ID = 0;

/** How long the word that one hangs up may take to arrive before the connection is closed under it. */
const HANGUP_MS = 500;

export class SideChannel {
    #channel;
    #handlers;
    /** @type {SideState | null} */
    #mine = null;
    #isOver = false;
    /** @type {() => void} */
    #confirmHangup = () => {};

    /**
     * @param {RTCPeerConnection} connection
     * @param {SideHandlers} handlers
     */
    constructor(connection, handlers) {
        this.#handlers = handlers;
        this.#channel = connection.createDataChannel('holdline', { negotiated: true, id: CHANNEL_ID });
        this.#channel.onopen = () => this.#sendMine();
        this.#channel.onmessage = (event) => this.#take(event.data);
        this.#channel.onclose = () => this.#closed();
    }

    /** @param {SideState} state */
    tell(state) {
        this.#mine = state;
        this.#sendMine();
    }

    /**
     * Says that this side hangs up: at once if the channel is open, or as soon as it is.
     * @returns {Promise<void>} when the other side has closed the channel upon it, or has had the time to
     */
    async hangUp() {
        if (this.#isOver) return;
        this.#isOver = true;
        const say = () => this.#channel.send(JSON.stringify({ type: 'hangup' }));
        if (this.#channel.readyState === 'open') say();
        else this.#channel.onopen = say;
        await new Promise((/** @type {(value: void) => void} */ resolve) => {
            const timer = setTimeout(resolve, HANGUP_MS);
            this.#confirmHangup = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }

    /** No handler is called any more. */
    close() {
        this.#isOver = true;
        this.#confirmHangup();
        this.#channel.close();
    }

    #sendMine() {
        if (this.#mine === null || this.#channel.readyState !== 'open') return;
        this.#channel.send(JSON.stringify({ type: 'state', ...this.#mine }));
    }

    #closed() {
        this.#confirmHangup();
        if (this.#isOver) return;
        this.#isOver = true;
        this.#handlers.gone();
    }

    /** @param {unknown} text from the other side: anything */
    #take(text) {
        if (this.#isOver) return;
        const message = parsed(text);
        if (message?.type === 'hangup') {
            this.#isOver = true;
            this.#handlers.hangup();
        } else if (message?.type === 'state') {
            this.#handlers.theirs({
                microphone: oneOf(['on', 'off', 'none'], message.microphone),
                camera: oneOf(['on', 'off', 'none'], message.camera),
                speaker: oneOf(['on', 'off'], message.speaker),
            });
        }
    }
}

/** @param {unknown} text */
function parsed(text) {
    try {
        return JSON.parse(String(text));
    } catch {
        return null;
    }
}

/**
 * @template {string} Word
 * @param {Word[]} words the first is taken for what is none of them
 * @param {unknown} value
 * @returns {Word}
 */
function oneOf(words, value) {
    return words.find((word) => word === value) ?? words[0];
}

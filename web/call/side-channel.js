// The data channel between the two pages: what each gives of itself, chat, farewells, and how to connect anew.

/** @typedef {import('../types.js').SideState} SideState */

/** Both pages open the channel by this number, so that it costs no message of its own. */
const CHANNEL_ID = 0;

/** How long the word that one hangs up may take to arrive before the connection is closed under it. */
const HANGUP_MS = 500;

/** An answer that takes longer does not tell of a channel that lives, but of one that has come back. */
const PONG_MS = 3000;

/** Both in UTF-16 units, as `maxlength` counts. A description has some 6000. */
const LONGEST_CHAT = 2000;
const LONGEST_MESSAGE = 65_536;

/** 96 bits at least, and fit to be dialled. */
const SECRET = /^[\w-]{16,64}$/;

/** Messages; an ICE restart takes some ten. */
const MOST_A_SECOND = 100;

/** What a side can say of itself. The first is taken for what is none of them. */
const STATES = {
    microphone: ['on', 'off', 'none'],
    camera: ['on', 'off', 'none'],
    speaker: ['on', 'off'],
    screen: [false, true],
};

export class SideChannel {
    #channel;
    #handlers;
    #signalled;
    /** @type {SideState | null} */
    #mine = null;
    /** @type {object[]} until the channel opens */
    #unsent = [];
    #isOver = false;
    #taken = 0;
    #pings = 0;
    #confirmPong = () => {};
    #confirmHangup = () => {};

    /**
     * @param {RTCPeerConnection} connection
     * @param {import('./peer-types.js').SideHandlers} handlers
     * @param {(signal: import('./peer-types.js').Signal) => void} signalled the other side negotiates
     */
    constructor(connection, handlers, signalled) {
        this.#handlers = handlers;
        this.#signalled = signalled;
        this.#channel = connection.createDataChannel('holdline', { negotiated: true, id: CHANNEL_ID });
        this.#channel.onopen = () => this.#opened();
        this.#channel.onmessage = ({ data }) => this.#take(data);
        this.#channel.onclose = () => this.#closed();
    }

    /** @param {object} message is sent at once, or when the channel opens */
    send(message) {
        if (this.#isOpen) this.#channel.send(JSON.stringify(message));
        else this.#unsent.push(message);
    }

    /** @param {SideState} state */
    tell(state) {
        this.#mine = state;
        if (this.#isOpen) this.send({ type: 'state', ...state });
    }

    /** @param {string} text what is too long of it is cut off */
    chat(text) {
        this.send({ type: 'chat', text: cut(text) });
    }

    /** @param {string} secret */
    share(secret) {
        this.send({ type: 'secret', secret });
    }

    /** This page goes. That is said at once, or not at all. */
    leaving() {
        if (this.#isOpen) this.send({ type: 'leaving' });
    }

    /** @returns {Promise<boolean>} whether the other page answers at once */
    async answers() {
        if (!this.#isOpen) return false;
        this.#pings += 1;
        this.send({ type: 'ping', id: this.#pings });
        const confirmed = new Promise((resolve) => { this.#confirmPong = () => resolve(true); });
        return Promise.race([confirmed, after(PONG_MS)]);
    }

    /**
     * Says that this side hangs up: at once if the channel is open, or as soon as it is.
     * @returns {Promise<void>} when the other side has closed the channel upon it, or has had the time to
     */
    async hangUp() {
        if (this.#isOver) return;
        this.#isOver = true;
        this.send({ type: 'hangup' });
        const confirmed = new Promise((resolve) => { this.#confirmHangup = () => resolve(true); });
        await Promise.race([confirmed, after(HANGUP_MS)]);
    }

    /** No handler is called any more. */
    close() {
        this.#isOver = true;
        this.#confirmHangup();
        this.#channel.close();
    }

    get #isOpen() {
        return this.#channel.readyState === 'open';
    }

    #opened() {
        if (this.#mine) this.tell(this.#mine);
        for (const message of this.#unsent) this.send(message);
        if (!this.#isOver) this.#handlers.opened();
    }

    #closed() {
        this.#confirmHangup();
        if (this.#isOver) return;
        this.#isOver = true;
        this.#handlers.gone();
    }

    /** @param {unknown} text from the other side: anything */
    #take(text) {
        if (this.#isOver || typeof text !== 'string' || text.length > LONGEST_MESSAGE || this.#isFlooded()) return;
        const message = parsed(text);
        switch (message?.type) {
        case 'state': return this.#handlers.theirs(stateOf(message));
        case 'chat': return isText(message.text, /\S/) ? this.#handlers.chat(cut(message.text)) : undefined;
        case 'secret': return isText(message.secret, SECRET) ? this.#handlers.secret(message.secret) : undefined;
        case 'ping': return this.send({ type: 'pong', id: message.id });
        case 'pong': return message.id === this.#pings ? this.#confirmPong() : undefined;
        case 'offer': case 'answer': case 'candidate': case 'restart': return this.#signalled(message);
        case 'hangup': case 'leaving':
            this.#isOver = true;
            this.#handlers[/** @type {'hangup' | 'leaving'} */ (message.type)]();
        }
    }

    #isFlooded() {
        if (this.#taken === 0) setTimeout(() => { this.#taken = 0; }, 1000);
        this.#taken += 1;
        return this.#taken > MOST_A_SECOND;
    }
}

/** @param {number} ms @returns {Promise<false>} then */
function after(ms) {
    return new Promise((resolve) => { setTimeout(resolve, ms, false); });
}

/** @param {string} text */
function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/** @param {any} message @returns {any} */
function stateOf(message) {
    const told = Object.entries(STATES).map(([name, [usual, ...others]]) => {
        return [name, others.includes(message[name]) ? message[name] : usual];
    });
    return Object.fromEntries(told);
}

/** @param {unknown} value @param {RegExp} shape */
function isText(value, shape) {
    return typeof value === 'string' && shape.test(value);
}

/** @param {string} text cut, but not within a character of two units */
function cut(text) {
    return text.length > LONGEST_CHAT ? text.slice(0, LONGEST_CHAT).replace(/[\ud800-\udbff]$/, '') : text;
}

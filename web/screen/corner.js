// One's own picture in a call: it lies in a corner of the other's, and goes to another one when it is dragged, tapped,
// or told to by the arrow keys.

import { part } from './elements.js';

/** How far a finger may slip and still tap, in pixels. */
const SLIP = 8;

/** Where taps take it, one after the other. Left and right in every language: fingers and arrow keys are, too. */
const ROUND = ['bottom right', 'bottom left', 'top left', 'top right'];

/** @type {Record<string, [string, string]>} what an arrow key changes in the name of the corner */
const ARROWS = {
    ArrowUp: ['bottom', 'top'],
    ArrowDown: ['top', 'bottom'],
    ArrowLeft: ['right', 'left'],
    ArrowRight: ['left', 'right'],
};

export class Corner {
    #picture = part('mine');
    #handle = part('move');
    #isDragged = false;

    constructor() {
        this.#handle.addEventListener('pointerdown', (event) => this.#grab(event));
        this.#handle.addEventListener('click', () => {
            if (!this.#isDragged) this.#corner = ROUND[(ROUND.indexOf(this.#corner) + 1) % ROUND.length];
            this.#isDragged = false;
        });
        this.#handle.addEventListener('keydown', (event) => {
            if (!(event.key in ARROWS)) return;
            event.preventDefault();
            this.#corner = this.#corner.replace(...ARROWS[event.key]);
        });
    }

    get #corner() {
        return this.#picture.dataset.corner ?? '';
    }

    set #corner(name) {
        this.#picture.dataset.corner = name;
    }

    /** @param {PointerEvent} start */
    #grab(start) {
        const drag = (/** @type {PointerEvent} */ { clientX, clientY }) => {
            const [x, y] = [clientX - start.clientX, clientY - start.clientY];
            this.#isDragged ||= Math.hypot(x, y) > SLIP;
            if (this.#isDragged) this.#picture.style.transform = `translate(${x}px, ${y}px)`;
        };
        const drop = () => {
            this.#handle.removeEventListener('pointermove', drag);
            if (this.#isDragged) this.#corner = this.#nearest();
            this.#picture.style.transform = '';
        };
        this.#isDragged = false;
        this.#handle.setPointerCapture(start.pointerId);
        this.#handle.addEventListener('pointermove', drag);
        this.#handle.addEventListener('lostpointercapture', drop, { once: true });
    }

    #nearest() {
        const [mine, stage] = [this.#picture, part('pictures')].map((box) => box.getBoundingClientRect());
        const isLow = mine.top + mine.bottom > stage.top + stage.bottom;
        const isRight = mine.left + mine.right > stage.left + stage.right;
        return `${isLow ? 'bottom' : 'top'} ${isRight ? 'right' : 'left'}`;
    }
}

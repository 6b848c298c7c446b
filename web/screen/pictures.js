// The two pictures: the other's, with its sound, and one's own.

import { element, onClick, part } from './elements.js';

export class Pictures {
    #stream;
    #mine = element('my-video', HTMLVideoElement);
    #theirs = element('their-video', HTMLVideoElement);

    /** @param {MediaStream} stream one's own */
    constructor(stream) {
        this.#stream = stream;
        part('full-screen').hidden = !document.fullscreenEnabled;
        part('picture-in-picture').hidden = !document.pictureInPictureEnabled;
        // Where the browser says no, all stays as it is.
        onClick('full-screen', () => {
            const isFull = document.fullscreenElement !== null;
            (isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
        });
        onClick('picture-in-picture', () => {
            const isOut = document.pictureInPictureElement !== null;
            (isOut ? document.exitPictureInPicture() : this.#theirs.requestPictureInPicture()).catch(() => {});
        });
    }

    /**
     * @param {import('../types.js').View} view
     * @param {boolean} isCall
     */
    show({ devices, theirs }, isCall) {
        const amSeen = devices.camera === 'on' || devices.isSharing;
        // A video element with a stream that has no picture would keep the page from ever being loaded.
        const shown = amSeen ? this.#stream : null;
        if (this.#mine.srcObject !== shown) this.#mine.srcObject = shown;
        this.#mine.classList.toggle('mirrored', devices.isMirrored);
        Object.assign(part('mine').dataset, { camera: devices.camera, picture: amSeen });
        const { camera = '', microphone = '', speaker = '', screen = true } = theirs ?? {};
        const picture = screen || camera === 'on';
        Object.assign(part('theirs').dataset, { camera, microphone, speaker, picture });
        part('theirs').hidden = !isCall;
        this.#theirs.muted = devices.speaker === 'off';
    }

    /**
     * @param {MediaStream | null} stream
     * @param {() => void} onSilenced the browser plays it only without sound, because nobody has touched the page yet
     */
    async play(stream, onSilenced) {
        this.#theirs.srcObject = stream;
        if (stream === null) return;
        try {
            await this.#theirs.play();
        } catch (error) {
            if (/** @type {Error} */ (error).name !== 'NotAllowedError') return;
            onSilenced();
            await this.#theirs.play().catch(() => {});
        }
    }

    /** @param {string} id of a speaker; empty: the usual one */
    sink(id) {
        /** @type {{ setSinkId?: (id: string) => Promise<void> }} */ (this.#theirs).setSinkId?.(id).catch(() => {});
    }
}

// Two soft sounds, made on the spot: somebody has come, somebody has gone.

/** In hertz: a fourth up, a fourth down. */
const COMES = [587, 784];
const GOES = [784, 587];

const NOTE_SECONDS = 0.16;
const LOUDNESS = 0.12;

export class Sounds {
    /** @type {AudioContext | null} */
    #context = null;

    /** To be called when somebody touches the page: without that, some browsers never play a sound. */
    prepare() {
        if (typeof AudioContext === 'function') this.#context ??= new AudioContext();
        this.#context?.resume().catch(() => {});
    }

    comes() {
        this.#play(COMES);
    }

    goes() {
        this.#play(GOES);
    }

    /** @param {number[]} notes */
    #play(notes) {
        const context = this.#context;
        if (context?.state !== 'running') return;
        notes.forEach((frequency, index) => {
            const at = context.currentTime + index * NOTE_SECONDS;
            const [volume, tone] = [new GainNode(context, { gain: 0 }), new OscillatorNode(context, { frequency })];
            volume.gain.setTargetAtTime(LOUDNESS, at, 0.01);
            volume.gain.setTargetAtTime(0, at + NOTE_SECONDS, 0.05);
            tone.connect(volume).connect(context.destination);
            tone.start(at);
            tone.stop(at + 3 * NOTE_SECONDS);
        });
    }
}

// How loud the microphone hears: for a bar that moves when somebody speaks.

/** Each look that shows something new has the page painted: often enough for the eye, seldom enough for a phone. */
const LOOK_MS = 150;

/** About 20 ms of sound. */
const SAMPLES = 1024;

/** Shown as nothing, as full, and in so many steps: silence tells nothing new. */
const QUIET_DB = -60;
const LOUD_DB = -10;
const STEPS = 50;

/** @type {(samples: Float32Array) => number} samples from -1 to 1; a level from 0 to 1 */
export function levelOf(samples) {
    const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
    const level = (10 * Math.log10(power) - QUIET_DB) / (LOUD_DB - QUIET_DB);
    return Math.round(STEPS * Math.min(1, Math.max(0, level))) / STEPS;
}

export class Meter {
    #onLevel;
    #level = 0;
    #timer = 0;
    /** @type {MediaStreamTrack | null} */
    #track = null;
    /** @type {ReturnType<typeof listen> | null} */
    #ear = null;

    /** @param {(level: number) => void} onLevel from 0 to 1, when it has changed */
    constructor(onLevel) {
        this.#onLevel = onLevel;
        // Some browsers listen to nothing before somebody touches the page.
        for (const event of ['visibilitychange', 'pointerup', 'keyup']) {
            document.addEventListener(event, () => this.follow(this.#track));
        }
    }

    /**
     * Listens while there is something to hear and somebody to see it. Call it also when the track is muted or not.
     * @param {MediaStreamTrack | null} track
     */
    follow(track) {
        clearInterval(this.#timer);
        if (track !== this.#track) {
            this.#ear?.context.close();
            this.#ear = null;
            this.#track = track;
        }
        if (!track?.enabled || track.readyState === 'ended' || document.hidden) {
            this.#ear?.context.suspend();
            return this.#tell(0);
        }
        const { context, analyser } = this.#ear ??= listen(track);
        context.resume();
        const samples = new Float32Array(SAMPLES);
        this.#timer = setInterval(() => {
            analyser.getFloatTimeDomainData(samples);
            this.#tell(levelOf(samples));
        }, LOOK_MS);
    }

    /** @param {number} level */
    #tell(level) {
        if (level !== this.#level) this.#onLevel(level);
        this.#level = level;
    }
}

/** @param {MediaStreamTrack} track */
function listen(track) {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    // A browser may clear away a source that nobody holds.
    return { context, analyser, source };
}

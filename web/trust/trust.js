// Starts the welcome page: whoever is accepted goes on to the call, everybody else learns how to be.

import { deviceOf } from './devices.js';
import { Screen } from './screen.js';
import { Watch, goesOn, isLoopback } from './watch.js';
import { Words } from './words.js';

/** So long a device that has just been accepted reads that it has been. Later ones go on at once. */
const READ_MS = 1500;
const WENT_KEY = 'holdline.went';

/** Where nothing may be kept, to ask is an error. */
function storage() {
    try {
        return window.localStorage;
    } catch {
        return null;
    }
}

/** @param {Storage | null} kept */
function hasGone(kept) {
    try {
        const before = kept?.getItem(WENT_KEY);
        kept?.setItem(WENT_KEY, 'yes');
        return before === 'yes';
    } catch {
        return false;
    }
}

const store = storage();
const words = new Words(navigator.languages, store);
const screen = new Screen(words, deviceOf(navigator, matchMedia('(pointer: coarse)').matches));
let going = 0;

const watch = new Watch({ origin: location.origin, page: document, window, onChange: changed });

function changed() {
    const { standing, facts } = watch;
    const isGoing = standing === 'yes' && goesOn(location);
    screen.show({ standing, facts, goesOn: goesOn(location), isLoopback: isLoopback(location), hash: location.hash });
    clearTimeout(going);
    if (!isGoing || facts === null) return;
    // Not kept among the pages to go back to: it would only lead on again.
    const go = () => location.replace(facts.address + location.hash);
    going = setTimeout(go, hasGone(store) ? 0 : READ_MS);
}

changed();
watch.look();
addEventListener('hashchange', changed);

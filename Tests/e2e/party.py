"""One person at one page: what they do, what they see, and what the browser complains of, whichever browser it is."""

from __future__ import annotations

import abc
import os
import pathlib
import re
from typing import Self

from daemon import ROOT

SCREENSHOTS = pathlib.Path(os.environ.get("HOLDLINE_SCREENSHOTS", ROOT / "out/screenshots"))

# The longest that any step may take here; none is waited for longer than it takes.
STEP_MS = 30_000

# Before the page's own scripts: keeps the connections for getStats, the states that the page has shown, and what the
# content policy forbade; and moves the page's clock on, as if it had slept.
WATCH = """
window.watched = { connections: [], violations: [], states: [] };
addEventListener('DOMContentLoaded', () => {
    new MutationObserver(() => window.watched.states.push(document.body.dataset.state))
        .observe(document.body, { attributeFilter: ['data-state'] });
});
const clock = performance.now.bind(performance);
let ahead = 0;
performance.now = () => clock() + ahead;
window.watched.leap = (ms) => {
    ahead += ms;
    dispatchEvent(new Event('online'));
};
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
        super(...options);
        window.watched.connections.push(this);
    }
};
addEventListener('securitypolicyviolation', (event) => {
    window.watched.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

# Frames shown in the other's picture, and frames and packets of sound received, so far.
FLOW = """async () => {
    const { connections } = window.watched;
    const video = document.querySelector('#their-video');
    // Firefox counts what it has painted of a call there alone.
    const frames = video.mozPaintedFrames ?? video.getVideoPlaybackQuality().totalVideoFrames;
    const flow = { connection: connections.length, frames };
    for (const report of (await connections.at(-1)?.getStats())?.values() ?? []) {
        if (report.type === 'inbound-rtp') flow[report.kind] = report.framesDecoded ?? report.packetsReceived;
    }
    return flow;
}"""

# Whether the other's picture and sound go on: all of these kinds have grown since `watched.flow` was kept. A fresh
# connection counts from nothing, so its first counts are kept in place of those.
FLOWS = f"""async (kinds = ['frames', 'video', 'audio']) => {{
    const now = await ({FLOW})();
    const before = window.watched.flow;
    if (before?.connection !== now.connection || kinds.some((kind) => now[kind] < before[kind])) {{
        window.watched.flow = now;
        return false;
    }}
    return kinds.every((kind) => now[kind] > (before[kind] ?? 0));
}}"""

# Resolves when they do. (Who waits for a function takes the promise of an async one for a yes.)
AWAIT_FLOW = f"""async (patienceMs, kinds) => {{
    const deadline = Date.now() + patienceMs;
    window.watched.flow = undefined;
    while (!await ({FLOWS})(kinds)) {{
        if (Date.now() > deadline) throw new Error(`No ${{kinds}}: ${{JSON.stringify(window.watched.flow)}}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }}
}}"""

# Notes in `watched.flowsAt` when they go on from here, in seconds since 1970.
NOTE_FLOW = f"""async () => {{
    Object.assign(window.watched, {{ flow: undefined, flowsAt: undefined }});
    const look = async () => {{
        if (await ({FLOWS})()) window.watched.flowsAt = Date.now() / 1000;
        else setTimeout(look, 20);
    }};
    await look();
}}"""

# What has the focus, by its id or else its name, and how thick the line around it is that shows so. The page moves it
# with the next frame.
FOCUS = """async () => {
    await new Promise(requestAnimationFrame);
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const isShown = one.getClientRects().length > 0 && style.outlineStyle !== 'none';
    const name = one.getAttribute('aria-label') ?? one.textContent.trim();
    return [one === document.body ? '' : one.id || name, isShown ? parseFloat(style.outlineWidth) : 0];
}"""

# The least thickness of that line.
FOCUS_LINE = 2


class Party(abc.ABC):
    # Whose page it is.
    browser: str

    def __init__(self, origin: str, tolerated: str):
        """Every kind of party also takes `path`, the page's at `origin`; `before`, a script that runs before the
        page's own; and `tolerated`, console errors that the test itself brings about, as a regular expression."""
        self.origin = origin
        self._tolerated = re.compile(tolerated)

    # What each browser does in a way of its own.

    @abc.abstractmethod
    def press(self, name: str) -> None:
        """The button of this name."""

    @abc.abstractmethod
    def click(self, selector: str) -> None: ...

    @abc.abstractmethod
    def fill(self, selector: str, text: str) -> None: ...

    @abc.abstractmethod
    def choose(self, selector: str, value: str) -> None:
        """An option of a list."""

    @abc.abstractmethod
    def type_keys(self, *keys: str) -> None:
        """One after the other, each a character or a name, such as Enter or Shift+Tab."""

    @abc.abstractmethod
    def open(self, url: str) -> None:
        """In place of the page."""

    @abc.abstractmethod
    def evaluate(self, function: str, *arguments):
        """What a function in the page returns, or its promise."""

    @abc.abstractmethod
    def wait_for(self, function: str, *arguments, patience_ms: float = STEP_MS) -> None:
        """Until a function in the page returns something true. A page that is just being reloaded is waited for."""

    @abc.abstractmethod
    def shoot(self, name: str) -> None: ...

    @abc.abstractmethod
    def _reload(self) -> None: ...

    @abc.abstractmethod
    def leave(self) -> None:
        """Closes the page, and with it the profile that it is in."""

    @property
    @abc.abstractmethod
    def complaints(self) -> list[str]:
        """Errors and warnings of the browser that are not tolerated."""

    # What they do.

    def dial(self, word: str) -> None:
        self.fill("#code", word)
        self.click("#submit")

    def reload(self) -> None:
        self.check_violations()
        self._reload()

    # What they see.

    def sees(self, state: str, sentence: str | None = None, patience_ms: float = STEP_MS) -> Self:
        self.wait_for("(state) => document.body.dataset.state === state", state, patience_ms=patience_ms)
        if sentence is not None:
            self.reads("#state", sentence)
        return self

    def has_seen(self, state: str) -> bool:
        """Since the page was loaded, if only for a moment."""
        return state in self.evaluate("() => window.watched.states")

    def reads(self, selector: str, sentence: str, patience_ms: float = STEP_MS) -> None:
        self.wait_for(
            "(selector, sentence) => document.querySelector(selector).textContent.includes(sentence)",
            selector, sentence, patience_ms=patience_ms,
        )

    def reads_nothing(self, selector: str) -> None:
        self.wait_for("(selector) => document.querySelector(selector).textContent === ''", selector)

    def text(self, selector: str) -> str:
        """What stands there now, or in the field."""
        return self.evaluate("(selector) => (({ value, textContent }) => value ?? textContent)"
                             "(document.querySelector(selector))", selector)

    def finds(self, selector: str) -> None:
        """Something like this is on the page, shown or not."""
        self.wait_for("(selector) => document.querySelector(selector) !== null", selector)

    def focus(self) -> str:
        """What has the focus, by its id or name; it can be seen that it has."""
        name, line = self.evaluate(FOCUS)
        assert line >= FOCUS_LINE, f"the focus is not to be seen on “{name}”"
        return name

    def flow(self) -> dict[str, int]:
        return self.evaluate(FLOW)

    def sees_frames(self) -> None:
        """The other's picture and sound go on from here."""
        self.receives("frames", "video", "audio")

    def sees_picture(self) -> None:
        """The other's picture goes on from here; their microphone may be muted."""
        self.receives("frames")

    def hears(self) -> None:
        """The other's sound goes on from here; they may have no camera."""
        self.receives("audio")

    def receives(self, *kinds: str) -> None:
        self.evaluate(AWAIT_FLOW, STEP_MS, kinds)

    def note_flow(self) -> None:
        """From here on the page watches for picture and sound, while the test does other things."""
        self.evaluate(NOTE_FLOW)

    def flows_at(self, patience_ms: float) -> float:
        """When they went on, by the clock of `time.time()`."""
        self.wait_for("() => window.watched.flowsAt", patience_ms=patience_ms)
        return self.evaluate("() => window.watched.flowsAt")

    def _too_late(self, what: str) -> str:
        return f"not in time: {what}\n{self}"

    def __str__(self) -> str:
        return self.evaluate("() => `${document.body.dataset.state}: ${document.body.innerText}`")

    # What the browser complains of.

    def check_violations(self) -> None:
        violations = self.evaluate("() => window.watched.violations")
        assert violations == [], violations

    def check(self) -> None:
        assert self.complaints == [], self.complaints
        self.check_violations()

    def _is_tolerated(self, complaint: str) -> bool:
        return self._tolerated.search(complaint) is not None

"""One person at one page: what they do, what they see, and what the browser complains of."""

import os
import pathlib
import re

from playwright.sync_api import BrowserContext, ConsoleMessage, expect

from daemon import ROOT

SCREENSHOTS = pathlib.Path(os.environ.get("HOLDLINE_SCREENSHOTS", ROOT / "out/screenshots"))

# The longest that any step may take here; none is waited for longer than it takes.
STEP_MS = 15_000

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

# Whether the other's picture and sound go on: all of it has grown since `watched.flow` was kept. A fresh connection
# counts from nothing, so its first counts are kept in place of those.
FLOWS = f"""async () => {{
    const now = await ({FLOW})();
    const before = window.watched.flow;
    const kinds = ['frames', 'video', 'audio'];
    if (before?.connection !== now.connection || kinds.some((kind) => now[kind] < before[kind])) {{
        window.watched.flow = now;
        return false;
    }}
    return kinds.every((kind) => now[kind] > (before[kind] ?? 0));
}}"""

# Resolves when they do. (`wait_for_function` takes the promise of an async function for a yes.)
AWAIT_FLOW = f"""async (patienceMs) => {{
    const deadline = Date.now() + patienceMs;
    window.watched.flow = undefined;
    while (!await ({FLOWS})()) {{
        if (Date.now() > deadline) throw new Error(`No picture or no sound: ${{JSON.stringify(window.watched.flow)}}`);
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


class Party:
    def __init__(self, context: BrowserContext, origin: str, tolerated: str = "$^", path: str = ""):
        """`tolerated`: console errors that the test itself brings about, as a regular expression."""
        self.origin = origin
        self.complaints: list[str] = []
        self._tolerated = re.compile(tolerated)
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.set_default_timeout(STEP_MS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(origin + path)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._tolerated.search(message.text):
            self.complaints.append(f"{message.text} {message.location['url']}")

    # What they do.

    def dial(self, word: str) -> None:
        self.page.fill("#code", word)
        self.page.click("#submit")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def reload(self) -> None:
        self.check_violations()
        self.page.reload()

    def leave(self) -> None:
        """Closes the page, and with it the profile that it is in."""
        self.page.context.close()

    # What they see.

    def sees(self, state: str, sentence: str | None = None, patience_ms: float = STEP_MS) -> "Party":
        expect(self.page.locator("body")).to_have_attribute("data-state", state, timeout=patience_ms)
        if sentence is not None:
            self.reads("#state", sentence)
        return self

    def has_seen(self, state: str) -> bool:
        """Since the page was loaded, if only for a moment."""
        return state in self.page.evaluate("window.watched.states")

    def reads(self, selector: str, sentence: str, patience_ms: float = STEP_MS) -> None:
        expect(self.page.locator(selector)).to_contain_text(sentence, timeout=patience_ms)

    def reads_nothing(self, selector: str) -> None:
        expect(self.page.locator(selector)).to_be_empty(timeout=STEP_MS)

    def flow(self) -> dict[str, int]:
        return self.page.evaluate(FLOW)

    def sees_frames(self) -> None:
        """The other's picture and sound go on from here."""
        self.page.evaluate(AWAIT_FLOW, STEP_MS)

    def sees_picture(self) -> None:
        """The other's picture goes on from here; their microphone may be muted."""
        before = self.flow()["frames"]
        while self.flow()["frames"] <= before:
            self.page.wait_for_timeout(20)

    def note_flow(self) -> None:
        """From here on the page watches for picture and sound, while the test does other things."""
        self.page.evaluate(NOTE_FLOW)

    def flows_at(self, patience_ms: float) -> float:
        """When they went on, by the clock of `time.time()`."""
        return self.page.wait_for_function("() => window.watched.flowsAt", timeout=patience_ms).json_value()

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    # What the browser complains of.

    def check_violations(self) -> None:
        violations = self.page.evaluate("window.watched.violations")
        assert violations == [], violations

    def check(self) -> None:
        assert self.complaints == [], self.complaints
        self.check_violations()

"""One person at one page: what they do, what they see, and what the browser complains of."""

import os
import pathlib
import re

from playwright.sync_api import BrowserContext, ConsoleMessage, expect

from daemon import ROOT

SCREENSHOTS = pathlib.Path(os.environ.get("HOLDLINE_SCREENSHOTS", ROOT / "out/screenshots"))

# The longest that any step may take here; none is waited for longer than it takes.
STEP_MS = 15_000

# Before the page's own scripts: keeps the connections for getStats, and what the content policy forbade.
WATCH = """
window.watched = { connections: [], violations: [] };
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

# Frames shown in the other's picture and samples of their sound, so far.
FLOW = """async () => {
    const connection = window.watched.connections.at(-1);
    const flow = { frames: document.querySelector('#their-video').getVideoPlaybackQuality().totalVideoFrames };
    for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp') flow[report.kind] = report.framesDecoded ?? report.packetsReceived;
    }
    return flow;
}"""


class Party:
    def __init__(self, context: BrowserContext, origin: str, tolerated: str = "$^"):
        """`tolerated`: console errors that the test itself brings about, as a regular expression."""
        self.origin = origin
        self.complaints: list[str] = []
        self._tolerated = re.compile(tolerated)
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.set_default_timeout(STEP_MS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(origin)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._tolerated.search(message.text):
            self.complaints.append(f"{message.text} {message.location['url']}")

    # What they do.

    def dial(self, word: str) -> None:
        self.page.fill("form input[name=code]", word)
        self.page.click("form button[type=submit]")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def reload(self) -> None:
        self.check_violations()
        self.page.reload()

    # What they see.

    def sees(self, state: str, sentence: str | None = None) -> "Party":
        expect(self.page.locator("body")).to_have_attribute("data-state", state, timeout=STEP_MS)
        if sentence is not None:
            self.reads("#state", sentence)
        return self

    def reads(self, selector: str, sentence: str) -> None:
        expect(self.page.locator(selector)).to_contain_text(sentence, timeout=STEP_MS)

    def flow(self) -> dict[str, int]:
        return self.page.evaluate(FLOW)

    def sees_frames(self) -> None:
        """The other's picture and sound go on from here."""
        before = self.flow()
        self.page.wait_for_function(
            f"async (before) => {{ const now = await ({FLOW})();"
            " return ['frames', 'video', 'audio'].every((kind) => now[kind] > (before[kind] ?? 0)); }",
            arg=before,
        )

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

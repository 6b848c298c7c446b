"""One person at one page of Firefox."""

from __future__ import annotations

import base64
import json
import re
import time

from lab.bidi import BiDi, BiDiError
from party import FLOW, FLOWS, NOTE_FLOW, SCREENSHOTS, STEP_MS

# Asks a function in the page again and again, for so many milliseconds.
LOOKS = """async (ms, args) => {
    const end = performance.now() + ms;
    const look = %s;
    while (performance.now() < end) {
        if (await look(...args)) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
}"""


class FirefoxParty:
    """One person at one page, as `Party` is at a page of Chromium."""

    def __init__(self, bidi: BiDi, context: str, origin: str, tolerated: str):
        self.origin = origin
        self._bidi = bidi
        self._context = context
        self._tolerated = re.compile(tolerated)
        self._do("browsingContext.navigate", url=origin, wait="complete")

    # What they do.

    def dial(self, word: str) -> None:
        self.evaluate("(word) => { document.querySelector('#code').value = word; }", word)
        self._click({"type": "css", "value": "#submit"})

    def press(self, name: str) -> None:
        self._click({"type": "accessibility", "value": {"role": "button", "name": name}})

    def reload(self) -> None:
        self.check_violations()
        self._do("browsingContext.reload", wait="complete")

    def leave(self) -> None:
        self._do("browsingContext.close")

    # What they see.

    def sees(self, state: str, sentence: str | None = None, patience_ms: float = STEP_MS) -> FirefoxParty:
        self.wait_for("(state) => document.body.dataset.state === state", state, patience_ms=patience_ms)
        if sentence is not None:
            self.reads("#state", sentence)
        return self

    def reads(self, selector: str, sentence: str) -> None:
        self.wait_for(
            "(selector, sentence) => document.querySelector(selector).textContent.includes(sentence)", selector, sentence
        )

    def reads_nothing(self, selector: str) -> None:
        self.wait_for("(selector) => document.querySelector(selector).textContent === ''", selector)

    def flow(self) -> dict[str, int]:
        return self.evaluate(FLOW)

    def sees_frames(self) -> None:
        """The other's picture and sound go on from here."""
        self.evaluate("() => { window.watched.flow = undefined; }")
        self.wait_for(FLOWS)

    def note_flow(self) -> None:
        """From here on the page watches for picture and sound, while the test does other things."""
        self.evaluate(NOTE_FLOW)

    def flows_at(self, patience_ms: float) -> float:
        """When they went on, by the clock of `time.time()`."""
        self.wait_for("() => window.watched.flowsAt", patience_ms=patience_ms)
        return self.evaluate("() => window.watched.flowsAt")

    def evaluate(self, function: str, *arguments):
        """What a function in the page returns, or its promise."""
        result = self._do(
            "script.callFunction",
            functionDeclaration=f"async (text) => JSON.stringify((await ({function})(...JSON.parse(text))) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            awaitPromise=True,
        )
        assert result["type"] == "success", result["exceptionDetails"]["text"]
        return json.loads(result["result"]["value"])

    def wait_for(self, function: str, *arguments, patience_ms: float = STEP_MS) -> None:
        """Until a function in the page returns something true. A page that is just being reloaded is waited for."""
        deadline = time.monotonic() + patience_ms / 1000
        while True:
            try:
                if self.evaluate(LOOKS % function, 1000 * (deadline - time.monotonic()), arguments):
                    return
            except BiDiError:
                pass
            assert time.monotonic() < deadline, f"not within {patience_ms} ms: {function} {arguments}\n{self}"

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        data = self._do("browsingContext.captureScreenshot")["data"]
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(data))

    def __str__(self) -> str:
        return self.evaluate("() => `${document.body.dataset.state}: ${document.body.innerText}`")

    # What the browser complains of.

    @property
    def complaints(self) -> list[str]:
        entries = [event["params"] for event in self._bidi.events if event["method"] == "log.entryAdded"]
        texts = [
            entry["text"] or ""
            for entry in entries
            if entry["level"] in ("error", "warn") and entry["source"].get("context") == self._context
        ]
        return [text for text in texts if not self._tolerated.search(text)]

    def check_violations(self) -> None:
        violations = self.evaluate("() => window.watched.violations")
        assert violations == [], violations

    def check(self) -> None:
        self.check_violations()
        assert self.complaints == [], self.complaints

    def _click(self, locator: dict) -> None:
        nodes = self._do("browsingContext.locateNodes", locator=locator, maxNodeCount=1)["nodes"]
        assert nodes, f"nothing to be pressed: {locator}"
        node = {"sharedId": nodes[0]["sharedId"]}
        self._do(
            "script.callFunction",
            functionDeclaration="(element) => element.scrollIntoView({ block: 'center' })",
            arguments=[node],
            awaitPromise=False,
        )
        origin = {"type": "element", "element": node}
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._do("input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": press}])

    def _do(self, method: str, **parameters) -> dict:
        target = {"target": {"context": self._context}} if method.startswith("script.") else {"context": self._context}
        return self._bidi.do(method, **target, **parameters)

"""One person at one page of Firefox."""

from __future__ import annotations

import base64
import json
import time

from lab.bidi import BiDi, BiDiError
from party import SCREENSHOTS, STEP_MS, Party

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

# Whether somebody could press an element. Then it is brought to where they can.
PRESSABLE = """(element) => {
    if (!element.checkVisibility() || element.disabled) return false;
    element.scrollIntoView({ block: 'center' });
    return true;
}"""

FILL = """(selector, text) => {
    const field = document.querySelector(selector);
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
}"""

CHOOSE = """(selector, value) => {
    const list = document.querySelector(selector);
    list.value = value;
    for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
}"""

# The protocol's characters for keys that type none.
KEYS = {
    "Shift": "\ue008", "Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Space": " ",
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}


class FirefoxParty(Party):
    browser = "firefox"

    def __init__(
        self, bidi: BiDi, context: str, origin: str, path: str = "", before: str = "", tolerated: str = "$^"
    ):
        super().__init__(origin, tolerated)
        self._bidi = bidi
        self._context = context
        # The empty page that a window opens with, which is no secure one, is not meant.
        script = f"() => {{ if (isSecureContext) {{ {before} }} }}"
        self._bidi.do("script.addPreloadScript", functionDeclaration=script, contexts=[context])
        self.open(origin + path)

    # What they do.

    def press(self, name: str) -> None:
        self._click({"type": "accessibility", "value": {"role": "button", "name": name}})

    def click(self, selector: str) -> None:
        self._click({"type": "css", "value": selector})

    def fill(self, selector: str, text: str) -> None:
        self.evaluate(FILL, selector, text)

    def choose(self, selector: str, value: str) -> None:
        self.evaluate(CHOOSE, selector, value)

    def type_keys(self, *keys: str) -> None:
        actions = []
        for key in keys:
            *held, last = key.split("+") if len(key) > 1 else [key]
            values = [KEYS.get(name, name) for name in (*held, last)]
            actions += [{"type": "keyDown", "value": value} for value in values]
            actions += [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._do("input.performActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def open(self, url: str) -> None:
        self._do("browsingContext.navigate", url=url, wait="complete")

    def _reload(self) -> None:
        self._do("browsingContext.reload", wait="complete")

    def leave(self) -> None:
        self._do("browsingContext.close")

    # What they see.

    def evaluate(self, function: str, *arguments):
        result = self._do(
            "script.callFunction",
            functionDeclaration=f"async (text) => JSON.stringify((await ({function})(...JSON.parse(text))) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            awaitPromise=True,
        )
        assert result["type"] == "success", result["exceptionDetails"]["text"]
        return json.loads(result["result"]["value"])

    def wait_for(self, function: str, *arguments, patience_ms: float = STEP_MS) -> None:
        deadline = time.monotonic() + patience_ms / 1000
        while True:
            try:
                if self.evaluate(LOOKS % function, 1000 * (deadline - time.monotonic()), arguments):
                    return
            except BiDiError:
                pass
            self._must_go_on(deadline, f"{function} {arguments}")

    def shoot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        data = self._do("browsingContext.captureScreenshot")["data"]
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(data))

    # What the browser complains of.

    @property
    def complaints(self) -> list[str]:
        entries = [event["params"] for event in self._bidi.events if event["method"] == "log.entryAdded"]
        texts = [
            entry["text"] or ""
            for entry in entries
            if entry["level"] in ("error", "warn") and entry["source"].get("context") == self._context
        ]
        return [text for text in texts if not self._is_tolerated(text)]

    def _click(self, locator: dict) -> None:
        """The first such element that can be pressed, as soon as there is one."""
        deadline = time.monotonic() + STEP_MS / 1000
        while (node := self._pressable(locator)) is None:
            self._must_go_on(deadline, f"pressed: {locator}")
            time.sleep(0.02)
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": node}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._do("input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": press}])

    def _pressable(self, locator: dict) -> dict | None:
        for found in self._do("browsingContext.locateNodes", locator=locator)["nodes"]:
            node = {"sharedId": found["sharedId"]}
            answer = self._do(
                "script.callFunction", functionDeclaration=PRESSABLE, arguments=[node], awaitPromise=False
            )
            if answer["result"]["value"]:
                return node
        return None

    def _must_go_on(self, deadline: float, what: str) -> None:
        assert time.monotonic() < deadline, self._too_late(what)

    def _do(self, method: str, **parameters) -> dict:
        target = {"target": {"context": self._context}} if method.startswith("script.") else {"context": self._context}
        return self._bidi.do(method, **target, **parameters)

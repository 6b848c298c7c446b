"""docs/protocol.md tells the truth: its dialogue and its shell lines are carried out, its error table is complete."""

import json
import re
import subprocess

from support.client import Client, Pending
from support.conformance import CODES
from support.daemon import REPOSITORY

TEXT = (REPOSITORY / "docs/protocol.md").read_text(encoding="utf-8")
LINE = re.compile(r"(\w)(\d) (->|<-) (?:(GET|POST) (\S+)|(\d{3}))(?: (.*))?")
ANYTHING = "…"


def block(kind: str) -> str:
    """The one block of code of this kind."""
    found, = re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


class Dialogue:
    """Carries out lines such as `A1 -> GET /v1/events`. A letter is a browser, with its token; a digit a connection."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.tokens: dict[str, str] = {}
        self.asked: dict[str, Pending] = {}

    def line(self, text: str) -> None:
        parts = LINE.fullmatch(text)
        assert parts, f"no line of a dialogue: {text}"
        browser, connection, _, method, target, status, body = parts.groups()
        if method:
            self.ask(browser, browser + connection, method, target, body)
        else:
            self.expect(browser, browser + connection, int(status), body)

    def ask(self, browser: str, name: str, method: str, target: str, body: str | None) -> None:
        fields = [("Authorization", f"Bearer {self.tokens[browser]}")] if browser in self.tokens else []
        fields += [("Content-Type", "application/json")] if body else []
        data = body.encode() if body else None
        assert name not in self.asked, f"{name} has not been answered yet"
        self.asked[name] = self.client.start(method, target, fields, data)
        self.client.settle()

    def expect(self, browser: str, name: str, status: int, body: str | None) -> None:
        response = self.asked.pop(name).response()
        assert response.status == status, response
        if body:
            told, meant = response.json(), json.loads(body)
            if status >= 400:
                told = {key: told[key] for key in meant}
            elif "token" in told:
                self.tokens[browser] = told["token"]
                self.client.secrets.add(told["token"])
            assert alike(told, meant), f"{told} is not {meant}"


def alike(told: object, meant: object) -> bool:
    """Whether two JSON values are equal, where "…" alone stands for any string."""
    if meant == ANYTHING:
        return isinstance(told, str)
    if isinstance(meant, dict) and isinstance(told, dict):
        return told.keys() == meant.keys() and all(alike(told[key], meant[key]) for key in meant)
    if isinstance(meant, list) and isinstance(told, list):
        return len(told) == len(meant) and all(map(alike, told, meant))
    return told == meant


def values_in(text: str) -> list[object]:
    """The JSON values that stand one behind the other."""
    values, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values


def test_the_dialogue_is_what_happens(client):
    dialogue = Dialogue(client)
    lines = block("dialogue").splitlines()
    assert len(lines) > 20
    for line in lines:
        dialogue.line(line)
    assert not dialogue.asked, "every request of the dialogue has its answer"


def test_the_shell_lines_print_what_they_say(daemon):
    script = block("sh")
    address = "relay=http://127.0.0.1:8080"
    assert address in script
    here = script.replace(address, f"relay=http://127.0.0.1:{daemon.port}")
    result = subprocess.run(["bash", "-euo", "pipefail", "-c", here], capture_output=True, text=True, timeout=20)
    assert result.returncode == 0, result.stderr
    expected = [json.loads(line[2:]) for line in script.splitlines() if line.startswith("# ")]
    assert values_in(result.stdout) == expected


def test_the_error_table_has_every_row():
    rows = [line for line in TEXT.splitlines() if re.match(r"\| \d{3}", line)]
    told: dict[int, set[str]] = {}
    for row in rows:
        statuses, codes = row.split("|")[1:3]
        for status in statuses.split():
            told.setdefault(int(status), set()).update(re.findall(r"`([a-z-]+)`", codes))
    assert told == CODES

"""What a log must never hold: code words, tokens, keys, SDP and candidates."""

from __future__ import annotations

import json
import secrets

# Shorter texts turn up by chance.
SHORTEST = 8


class Secrets:
    """Collects what a test has used, and looks for it afterwards."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def add(self, *texts: object) -> None:
        for text in texts:
            if isinstance(text, str):
                self._texts.update(line for line in text.splitlines() if len(line.strip()) >= SHORTEST)

    def add_message(self, message: object) -> None:
        """Keeps what is secret in a posted message, however wrong the message is."""
        data = message.get("data") if isinstance(message, dict) else None
        if isinstance(data, dict):
            self.add(data.get("sdp"), data.get("candidate"))

    def assert_absent_from(self, log: str) -> None:
        found = [text for text in self._texts if text in log or json.dumps(text)[1:-1] in log]
        assert not found, f"the log holds {found}:\n{log}"


def new_code() -> str:
    """A code word that nobody else has, and that folding leaves as it is."""
    return f"word {secrets.token_hex(8)}"


def new_key() -> str:
    """An idempotency key: 192 random bits."""
    return secrets.token_urlsafe(24)

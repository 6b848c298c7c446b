"""What a log must never hold: code words, tokens, keys, SDP and candidates."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import tempfile

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
        """As they are, and as JSON spells them."""
        spellings = {spelling for text in self._texts for spelling in (text, json.dumps(text)[1:-1])}
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted:
            wanted.writelines(f"{spelling}\n" for spelling in spellings)
            wanted.flush()
            # Thousands of texts, in megabytes of a journal: what looks for all of them at once takes no time.
            found = subprocess.run(
                ["grep", "--text", "--only-matching", "--fixed-strings", f"--file={wanted.name}"],
                input=log.encode(), capture_output=True, env={"LC_ALL": "C", "PATH": os.environ["PATH"]})
        assert found.returncode == 1, f"the log holds {found.stdout.decode().splitlines()}{found.stderr.decode()}:\n{log}"


def new_code() -> str:
    """A code word that nobody else has, and that folding leaves as it is."""
    return f"word {secrets.token_hex(8)}"


def new_key() -> str:
    """An idempotency key: 192 random bits."""
    return secrets.token_urlsafe(24)

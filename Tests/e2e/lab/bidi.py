"""WebDriver BiDi, as Firefox speaks it: commands and their results over one WebSocket, and events between them."""

from __future__ import annotations

import contextlib
import json
import socket

from websockets.sync.client import connect

# The longest that any command may take; waiting in the page has a limit of its own, below this one.
COMMAND_SECONDS = 60.0


class BiDiError(Exception):
    """The browser said no. `code` is the protocol's word for it."""

    def __init__(self, code: str, message: str):
        super().__init__(f"{code}: {message}")
        self.code = code


class BiDi:
    def __init__(self, link: socket.socket, host: str):
        """A session of its own over a connection to a browser."""
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(
            connect(f"ws://{host}/session", sock=link, max_size=None, compression=None)
        )
        self._last_id = 0
        self.events: list[dict] = []
        self.do("session.new", capabilities={})

    def do(self, method: str, **parameters) -> dict:
        """The result of a command. Events that come meanwhile are kept, in order."""
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(COMMAND_SECONDS))
            if message["type"] == "event":
                self.events.append(message)
            elif message.get("id") == self._last_id:
                break
        if message["type"] == "error":
            raise BiDiError(message["error"], message["message"])
        return message["result"]

    def close(self) -> None:
        """Ends the browser."""
        self.do("browser.close")
        self._open.close()

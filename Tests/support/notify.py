"""The other end of sd_notify: a unix datagram socket that a service manager would hold."""

from __future__ import annotations

import socket
import time
from pathlib import Path


class NotifySocket:
    """Collects the assignments (`READY=1`) that the daemon sends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.received: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def await_line(self, line: str, patience: float, alive=lambda: True) -> bool:
        """Whether `line` came in time; gives up early when the daemon is not `alive`."""
        deadline = time.monotonic() + patience
        while line not in self.received:
            self._socket.settimeout(0.05)
            try:
                self.received += self._socket.recv(65_536).decode().split("\n")
            except TimeoutError:
                if time.monotonic() > deadline or not alive():
                    return line in self.received
        return True

    def close(self) -> None:
        self._socket.close()
        self.path.unlink(missing_ok=True)

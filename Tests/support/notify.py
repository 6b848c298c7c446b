"""The other end of sd_notify: a unix datagram socket that a service manager would hold."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path


class NotifySocket:
    """Collects the assignments (`READY=1`) that the daemon sends, as they come: a manager always reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.received: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._arrived = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                lines = self._socket.recv(65_536).decode().split("\n")
            except OSError:
                return
            if lines == [""]:
                return
            with self._arrived:
                self.received += lines
                self._arrived.notify_all()

    def forget(self) -> None:
        """What comes from here on is what counts."""
        with self._arrived:
            self.received.clear()

    def await_line(self, line: str, patience: float, alive=lambda: True) -> bool:
        """Whether `line` came in time; gives up early when the daemon is not `alive`."""
        deadline = time.monotonic() + patience
        with self._arrived:
            while line not in self.received:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                was_alive = alive()
                if not self._arrived.wait(min(left, 0.05)) and not was_alive:
                    return line in self.received
        return True

    def close(self) -> None:
        """An empty message ends the reading. May be called again."""
        if not self.path.exists():
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", str(self.path))
        self._socket.close()
        self.path.unlink(missing_ok=True)

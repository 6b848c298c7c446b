"""The other end of sd_notify, as a service manager has it: what it is told, and the descriptors that it is to hold."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path


class NotifySocket:
    """Collects the assignments (`READY=1`) that the daemon sends, as they come: a manager always reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.received: list[str] = []
        # By their names (FDNAME=), for the next process.
        self.held: dict[str, int] = {}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._arrived = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._socket, 65_536, 16)
            except OSError:
                return
            if not message:
                return
            lines = message.decode().split("\n")
            with self._arrived:
                self._hold(lines, descriptors)
                self.received += lines
                self._arrived.notify_all()

    def _hold(self, lines: list[str], descriptors: list[int]) -> None:
        names = [line.removeprefix("FDNAME=") for line in lines if line.startswith("FDNAME=")]
        if "FDSTOREREMOVE=1" in lines and names[0] in self.held:
            os.close(self.held.pop(names[0]))
        if "FDSTORE=1" in lines:
            assert len(names) == len(descriptors) == 1 and names[0] not in self.held, lines
            self.held[names[0]] = descriptors[0]

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
        for descriptor in self.held.values():
            os.close(descriptor)
        self._socket.close()
        self.path.unlink(missing_ok=True)

"""The real daemon with the real page, on a port that it keeps over a restart."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))

from support.daemon import Daemon as Process  # noqa: E402
from support.settings import free_port  # noqa: E402


class Daemon:
    def __init__(self, folder: pathlib.Path, dials_per_minute: int = 0):
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._settings = {
            "listen": [self.origin],
            "web_root": str(ROOT / "web"),
            "limits": {"dials_per_minute": dials_per_minute},
        }
        self._process: Process | None = None

    def start(self) -> None:
        self._process = Process(self._folder, self._settings)

    @property
    def processes(self) -> list[int]:
        return [self._process.process.pid]

    def stop(self) -> None:
        """Ends the daemon as a service manager does; it must end well."""
        process, self._process = self._process, None
        if process is not None:
            process.finish()

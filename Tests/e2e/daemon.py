"""The real daemon, started for the tests on a port of its own."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HOLDLINE_BINARY", str(ROOT / ".build/release/holdline"))

# How long the daemon may take to serve after its start, and to end after SIGTERM.
START_SECONDS = 10
STOP_SECONDS = 5

CONFIGURATION = """\
listen = ["http://127.0.0.1:{port}"]
web_root = "{web}"

[limits]
dials_per_minute = {dials_per_minute}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """One daemon; it keeps its port over a restart."""

    def __init__(self, folder: pathlib.Path, dials_per_minute: int = 0):
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = folder / "holdline.log"
        self._file = folder / "holdline.toml"
        self._file.write_text(
            CONFIGURATION.format(port=self.port, web=ROOT / "web", dials_per_minute=dials_per_minute)
        )
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([BINARY, "serve", "--config", self._file], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._serves():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the daemon does not serve:\n{self.log.read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the daemon as a service manager does; it must end well."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert status == 0, f"status {status}:\n{self.log.read_text()}"

    def _serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/healthz", timeout=1) as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

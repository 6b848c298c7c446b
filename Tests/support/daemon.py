"""The daemon as a process of its own: started with a file, awaited, ended, and its log looked through."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from .client import Client
from .notify import NotifySocket
from .prometheus import parse
from .secrets import Secrets
from .settings import free_port, toml

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("HOLDLINE_BINARY", REPOSITORY / ".build/release/holdline"))
# The daemon promises to be gone this many seconds after a signal.
STOP_SECONDS = 3.0
START_SECONDS = 10.0

PAGE = {
    "index.html": '<!doctype html><html lang="en"><title>page</title><script type="module" src="main.js"></script>\n',
    "main.js": "export const here = true;\n",
    "style.css": "body { color: black }\n",
    "icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
}


class Daemon:
    """One running `holdline serve`. Every test has its own, so nothing is left over from another."""

    def __init__(
        self, folder: Path, settings: dict | None = None, flags: tuple[str, ...] = (), within: tuple[str, ...] = ()
    ) -> None:
        """Starts it and waits for READY=1. `settings` go over the defaults of a test, table by table; `within` is the
        command that runs it elsewhere, as in another network, under the process id that it is started with."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self.metrics_port = free_port()
        self.web_root = folder / "web"
        self.secrets = Secrets()
        self.log_file = folder / "log"
        self._clients: list[Client] = []
        self._make_page()
        self.config = folder / "holdline.toml"
        self.configure(settings or {})
        self.notify = NotifySocket(folder / "notify")
        self._command = [*within, BINARY, "serve", "--config", self.config, *flags]
        self.launch()

    def launch(self) -> None:
        """Starts the process, and waits for READY=1. It is given what the last one has asked to be held for it."""
        self.notify.forget()
        held = self.notify.held
        environment = os.environ | {"NOTIFY_SOCKET": str(self.notify.path), "SWIFT_BACKTRACE": "enable=no"}
        command = self._command
        if held:
            environment |= {"LISTEN_FDS": str(len(held)), "LISTEN_FDNAMES": ":".join(held)}
            # LISTEN_PID is the daemon's own process id, and the descriptors are its first.
            moved = " ".join(f"{3 + index}<&{descriptor}" for index, descriptor in enumerate(held.values()))
            command = ["bash", "-c", f'LISTEN_PID=$$ exec "$@" {moved}', "bash", *command]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=environment,
                pass_fds=tuple(held.values()))
        if not self.notify.await_line("READY=1", START_SECONDS, alive=lambda: self.process.poll() is None):
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"no READY=1; status {self.process.returncode}; log:\n{self.log()}")

    def configure(self, settings: dict) -> None:
        """Writes the file anew: `settings` over the defaults of a test."""
        self.config.write_text(toml(self._settings(settings)), encoding="utf-8")

    def reload(self, **settings) -> None:
        """Has it read other settings, and waits until it has."""
        self.configure(settings)
        self.notify.forget()
        self.signal(signal.SIGHUP)
        assert self.notify.await_line("READY=1", 5), self.log()

    def client(self, address=None, **options) -> Client:
        """A client of this daemon, over its first listener unless told otherwise."""
        client = Client(address or ("127.0.0.1", self.port), self.secrets, **options)
        self._clients.append(client)
        return client

    def metrics_client(self) -> Client:
        return self.client(("127.0.0.1", self.metrics_port))

    def metric(self, name: str) -> float:
        """The value of a metric that has no labels."""
        return parse(self.metrics_client().get("/metrics").body.decode())[name].value()

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def resident_bytes(self) -> int:
        """The memory that the process keeps resident, as the kernel counts it."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the process is gone")

    def cpu_seconds(self) -> float:
        """The processor time that the process has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """How many the process has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Ends it at once (SIGKILL), wherever it stands."""
        self.process.kill()
        self.process.wait()

    def await_end(self) -> None:
        """Waits for the end that a signal has begun: status 0, in time, told to the service manager."""
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"still there {STOP_SECONDS} s after the signal; log:\n{self.log()}") from None
        assert status == 0, f"ended with status {status}; log:\n{self.log()}"
        assert self.notify.await_line("STOPPING=1", 1.0), "no STOPPING=1"

    def finish(self) -> None:
        """Ends it if it still runs, and looks for secrets in its log. Its clients go first: nobody keeps it waiting."""
        try:
            for client in self._clients:
                client.close()
            if self.process.returncode is None:
                self.signal(signal.SIGTERM)
                self.await_end()
            self.secrets.assert_absent_from(self.log())
        finally:
            self.notify.close()

    def _make_page(self) -> None:
        self.web_root.mkdir(exist_ok=True)
        for name, text in PAGE.items():
            (self.web_root / name).write_text(text, encoding="utf-8")

    def _settings(self, changes: dict) -> dict:
        settings: dict = {
            "listen": [f"http://127.0.0.1:{self.port}"],
            "web_root": str(self.web_root),
            "log_level": "debug",
            "relay": {},
            "limits": {"dials_per_minute": 0},
            "metrics": {"listen": f"http://127.0.0.1:{self.metrics_port}"},
        }
        for key, entry in changes.items():
            settings[key] = settings[key] | entry if isinstance(settings.get(key), dict) else entry
        return settings


def until(condition, patience: float = 10.0, every: float = 0.02):
    """Waits until `condition()` holds, and gives what it gave. For what no answer and no event tells."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {condition}"
        time.sleep(every)
    return found

"""The real daemon with the real page, on a port that it keeps over a restart."""

import os
import pathlib
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))

from support.daemon import Daemon as Process  # noqa: E402
from support.settings import free_port  # noqa: E402

# The page as it is served; another one can be put here to compare the two.
WEB = pathlib.Path(os.environ.get("HOLDLINE_WEB", ROOT / ".build/web"))


class Daemon:
    def __init__(
        self,
        folder: pathlib.Path,
        dials_per_minute: int = 0,
        relay: dict | None = None,
        origin: str | None = None,
        listen: tuple[str, ...] = (),
        within: tuple[str, ...] = (),
        allowed: tuple[str, ...] = (),
        ice_servers: tuple[dict, ...] = (),
        state: pathlib.Path | None = None,
    ):
        """`origin`: where its page is found; some port of this machine's if nobody says. `listen`: where it listens,
        if that is elsewhere. `within`: the command that runs it in another network. `allowed`: other names that it goes
        by. `state`: the folder of its home CA, for who listens with TLS."""
        self.origin = origin or f"http://127.0.0.1:{free_port()}"
        # A way to it from every network of this machine, for a proxy before it.
        self.socket = str(folder / "relay.sock")
        self._folder = folder
        self._within = within
        self._settings = {
            "listen": [*(listen or [self.origin]), f"unix:{self.socket}"],
            # Whoever comes through a proxy comes in on no address.
            "allowed_hosts": [urllib.parse.urlsplit(self.origin).hostname, *allowed],
            "web_root": str(WEB),
            "relay": relay or {},
            "limits": {"dials_per_minute": dials_per_minute},
            "ice_servers": list(ice_servers),
        }
        if state is not None:
            self._settings["state_directory"] = str(state)
        self._process: Process | None = None

    def start(self) -> None:
        self._process = Process(self._folder, self._settings, within=self._within)

    @property
    def processes(self) -> list[int]:
        return [self._process.process.pid]

    def kill(self) -> None:
        """Ends it at once, wherever it stands."""
        self._process.kill()

    def go_on(self) -> None:
        """Starts it again after `kill`, with the calls that it had, as a service manager does."""
        self._process.launch()

    def stop(self) -> None:
        """Ends the daemon as a service manager does; it must end well."""
        process, self._process = self._process, None
        if process is not None:
            process.finish()

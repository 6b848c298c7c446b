"""What goes on at the service while something is done to it: calls without pause, visitors, a network that fails."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from support.daemon import until
from support.pairs import CALL_SECONDS

# Seconds in which nobody is served, at worst: a machine may have other things to do as well.
LONGEST_PAUSE = 5.0
TESTS = Path(__file__).resolve().parents[1]
# All of them come from one address, which is to have as much of everything as it asks for.
FREE = "[limits]\n" + "".join(
    f"{each} = 0\n"
    for each in ("dials_per_minute", "connections_per_address", "polls_per_address", "calls_per_address"))


class Helper:
    """A module of `support` as a process of its own in the machine's network. What it tells last, as a line of JSON, is how
    it has been; it is ended with the block."""

    def __init__(self, host, module: str, *options: str) -> None:
        self.told: dict = {}
        with tempfile.NamedTemporaryFile(prefix=f"{module}-", dir=host.folder, delete=False) as out:
            self._out = Path(out.name)
            self._process = subprocess.Popen(
                [*host.network.enter, sys.executable, "-m", f"support.{module}", *options], cwd=TESTS, stdout=out)

    def lines(self) -> list[str]:
        """What it has said so far."""
        return self._out.read_text().splitlines()

    def await_lines(self, are_enough=bool) -> list[str]:
        try:
            return until(lambda: (lines := self.lines()) and are_enough(lines) and lines, CALL_SECONDS)
        except BaseException:
            self._process.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, failure, *_) -> None:
        self._process.send_signal(signal.SIGTERM if failure is None else signal.SIGKILL)
        try:
            self._process.wait(CALL_SECONDS + 10)
        finally:
            self._process.kill()
        if failure is None:
            self.told = json.loads(self.lines()[-1])


class Calls(Helper):
    """Pairs of peers that set up calls without pause. Those that have begun when the block ends are brought to their end."""

    def __init__(self, host, pairs: int, port: int = 8080) -> None:
        super().__init__(
            host, "pairs", f"--way=http://127.0.0.1:{port}", "--name=127.0.0.1:8080", f"--pairs={pairs}", "--every=0.5")
        # From then on there is something to be disturbed.
        self.await_lines(lambda lines: json.loads(lines[-1])["calls"] > 0)

    def assert_sound(self) -> None:
        assert self.told["faults"] == {}, self.told["first"]
        assert self.told["calls"] > 0

    def __str__(self) -> str:
        told = self.told
        return (f"{told['calls']} calls with {told['messages']} messages, {told['repeats']} requests sent again; lost, "
                f"twice, out of order: {sum(told['faults'].values())}; a call took {told['seconds']['median']} s, at most "
                f"{told['seconds']['most']} s")


class FailingNetwork(Helper):
    """A proxy before the service that cuts connections, delays them and says requests twice."""

    def __init__(self, host) -> None:
        super().__init__(host, "chaos_proxy", "--target=127.0.0.1:8080")
        self.port = int(self.await_lines()[0])


class Visitors:
    """Somebody who asks for the page again and again, on a connection of its own each time."""

    def __init__(self, host) -> None:
        self.served = 0
        self.longest = 0.0
        self.failures: list[str] = []
        self._host = host
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._visit)

    def _visit(self) -> None:
        request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n"
        last = time.monotonic()
        while not self._over.is_set() or self.served < 200:
            try:
                with self._host.inside():
                    connection = socket.create_connection(("127.0.0.1", 8080), 20)
                with connection:
                    connection.sendall(request)
                    answer = connection.recv(65_536)
            except (ConnectionResetError, BrokenPipeError):
                answer = b""
            except OSError as error:
                self.failures.append(str(error))
                return
            if answer.startswith(b"HTTP/1.1 200 "):
                self.served += 1
                self.longest = max(self.longest, time.monotonic() - last)
                last = time.monotonic()
            elif answer == b"" or b'"code":"stopping"' in answer:
                # It came as the old daemon went. The page asks again then.
                continue
            else:
                self.failures.append(repr(answer))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def assert_served(self) -> None:
        assert self.failures == []
        assert self.longest < LONGEST_PAUSE, "a restart is over in a moment"

    def __str__(self) -> str:
        return (f"{self.served} others were served, at most {self.longest:.2f} s apart, "
                f"{len(self.failures)} refused")

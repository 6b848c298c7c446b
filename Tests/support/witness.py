"""A separate client: a process of its own that asks the relay all the while, and tells how long it has waited."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# Between two requests.
EVERY = 0.01
# How long a request may take until it counts as one that failed.
PATIENCE = 10.0
# What runs a command so that whatever else the machine does is not what is measured. It keeps the process id.
FAVOURED = ("chrt", "--rr", "2")
if subprocess.run([*FAVOURED, "true"], stderr=subprocess.DEVNULL).returncode != 0:
    FAVOURED = ()
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@contextlib.contextmanager
def favoured() -> Iterator[None]:
    """Within the block this thread, and what it starts, is more urgent than whatever else the machine does, and less than
    what `FAVOURED` runs: a flood is one, and who looks at the clock does so in time."""
    if FAVOURED:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    try:
        yield
    finally:
        if FAVOURED:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


class Witness:
    """`with Witness(daemon, calm) as seen: …`, and then `seen` has what was. `calm` is a daemon that is left in peace: it is
    asked as often, and what is slow there too is the machine and not the daemon."""

    def __init__(self, daemon, calm, port: int | None = None, ca: Path | None = None) -> None:
        """`ca`: `port` speaks TLS, with a certificate of that authority. Each request has a connection of its own."""
        self._ports = [str(port or daemon.port), str(calm.port)]
        self._ca = [] if ca is None else [str(ca)]
        # In seconds, as they came.
        self.waits: list[float] = []
        self.calm_waits: list[float] = []
        # What was no 200.
        self.failures: list[str] = []

    def __enter__(self) -> Witness:
        self._process = subprocess.Popen(
            [*FAVOURED, sys.executable, "-m", "support.witness", *self._ports, *self._ca], cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "watching\n"
        return self

    def __exit__(self, *_) -> None:
        out, _ = self._process.communicate("")
        told = json.loads(out)
        self.waits, self.calm_waits, self.failures = told["waits"], told["calm"], told["failures"]

    @property
    def p99(self) -> float:
        return percentile_99(self.waits)

    @property
    def calm_p99(self) -> float:
        return percentile_99(self.calm_waits)

    def assert_below(self, seconds: float) -> None:
        """All were answered, and ninety-nine in a hundred so soon, or as soon as by a daemon that is left in peace."""
        assert not self.failures, self.failures[:5]
        assert len(self.waits) > 50, "too few to say anything"
        assert self.p99 < seconds + self.calm_p99, self

    def __str__(self) -> str:
        return (f"{len(self.waits)} requests of a separate client, p99 {self.p99 * 1000:.0f} ms, most "
                f"{max(self.waits) * 1000:.0f} ms (beside it, by a daemon in peace: {self.calm_p99 * 1000:.0f} ms and "
                f"{max(self.calm_waits) * 1000:.0f} ms)")

    __repr__ = __str__


def percentile_99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def ask(port: int, tls: ssl.SSLContext | None) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        if tls is not None:
            connection = tls.wrap_socket(connection, server_hostname="127.0.0.1")
        connection.sendall(REQUEST)
        answer = b""
        while data := connection.recv(65_536):
            answer += data
        connection.close()
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:100]


def main(port: str, calm: str, ca: str | None = None) -> None:
    tls = None if ca is None else ssl.create_default_context(cafile=ca)
    told: dict[str, list] = {"waits": [], "calm": [], "failures": []}
    asked = [(told["waits"], int(port), tls), (told["calm"], int(calm), None)]
    for _, each, how in asked:
        ask(each, how)
    print("watching", flush=True)
    # Until the input ends.
    while not select.select([sys.stdin], [], [], EVERY)[0]:
        for waits, each, how in asked:
            began = time.monotonic()
            try:
                ask(each, how)
            except (OSError, AssertionError) as failure:
                told["failures"].append(f"{each}: {failure!r}")
            waits.append(time.monotonic() - began)
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

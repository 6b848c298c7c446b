"""Fault 18: somebody sets the clock, by a day, either way. No timeout is early or late for it; dates follow."""

import re
import struct
import subprocess
import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from support.conformance import assert_refused
from support.daemon import until
from support.secrets import new_code, new_key
from support.tls import Secure
from support.witness import FAVOURED

DAY = 86_400
# All of them in one go, none at the time of another.
HEADER, BODY, GRACE, IDLE, POLL = 2, 3, 4, 5, 6
SLACK = 0.9
SHIM = Path(__file__).with_name("wall_clock.c")


class Clock:
    """The daemon's wall clock; what counts from the start of the machine goes on as it does."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "clock", folder / "wall_clock.so"
        self._file.write_bytes(bytes(8))
        subprocess.run(["clang", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", self._library, SHIM], check=True)

    def set(self, seconds: int) -> None:
        """So much off the machine's."""
        with self._file.open("r+b") as file:
            file.write(struct.pack("=q", seconds))

    @property
    def within(self) -> tuple[str, ...]:
        return ("env", f"LD_PRELOAD={self._library}", f"WALL_CLOCK={self._file}")


@pytest.mark.parametrize("days", [1, -1], ids=["a day on", "a day back"])
def test_the_clock_is_set(start, tmp_path, measured, monkeypatch, days):
    clock = Clock(tmp_path)
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    secure = Secure(
        lambda **settings: start(within=(*FAVOURED, *clock.within), **settings), tmp_path,
        relay={"poll_seconds": POLL, "grace_seconds": GRACE},
        limits={"header_seconds": HEADER, "body_seconds": BODY, "idle_seconds": IDLE, "dials_per_minute": 5})
    daemon, client = secure.daemon, secure.plain_client()
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    caller, callee = client.pair()
    waiting = client.peer()
    json = ("Content-Type", "application/json")

    began = time.monotonic()
    header = client.connect().send(b"GET / HTTP/1.1\r\n", "GET")
    body = client.connect().send(client.encode("POST", "/v1/dial", (json, ("Content-Length", "99"))), "POST")
    idle = client.connect()
    assert client.get("/healthz", connection=idle).status == 200
    # The callee is silent from here on; the waiting one's poll lasts.
    caller.read()
    left, poll = caller.hold(), waiting.hold()
    client.settle()
    clock.set(days * DAY)
    set_at = datetime.now() + timedelta(days=days)
    # As a key does.
    assert client.dial(code, key=key).json() == first

    took = {}
    assert_refused(header.response(), 408, "timeout")
    took["header"] = time.monotonic() - began - HEADER
    assert_refused(body.response(), 408, "timeout")
    took["body"] = time.monotonic() - began - BODY
    assert left.response().json()["events"] == [{"seq": 2, "type": "left", "reason": "timeout"}]
    took["grace"] = time.monotonic() - began - GRACE
    assert idle.rest() == b""
    took["idle"] = time.monotonic() - began - IDLE
    assert poll.response().status == 204
    # Up to a tenth early, so that not all come back at once.
    took["poll"] = min(0.0, time.monotonic() - began - 0.9 * POLL) or max(0.0, time.monotonic() - began - POLL)
    measured(", ".join(f"{name} {late:+.2f} s" for name, late in took.items()))
    assert all(abs(late) < SLACK for late in took.values()), took

    # A dial counts for a minute, whatever the date.
    assert_refused([client.dial(new_code()) for _ in range(3)][-1], 429, "too-many-dials")
    daemon.notify.forget()
    assert daemon.notify.await_line("WATCHDOG=1", 5)
    # And what tells the date tells the new one.
    date = parsedate_to_datetime(client.get("/healthz").header("Date"))
    assert abs(date.timestamp() - time.time() - days * DAY) < 2
    lines = until(lambda: [line for line in daemon.log().splitlines() if "too-many-dials" in line])
    logged = datetime.strptime(re.match(r"\S+", lines[0])[0], "%Y-%m-%dT%H:%M:%S%z")
    assert abs(logged.timestamp() - set_at.timestamp()) < 60
    # Certificates are still those that a client whose own clock is right takes.
    assert secure.client().get("/healthz").status == 200
    # The kernel's clock is the machine's all the while, and what waits by it in the daemon, as at its end, would wait wrong.
    clock.set(0)

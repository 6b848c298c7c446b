"""Fault 3: five hundred clients whose requests drip in and never end. Each is closed at the deadline of the header."""

import time

from crowd import Crowd
from support.witness import FAVOURED

CLIENTS = 500
# As in the daemon's own settings.
HEADER_SECONDS = 10
BOUND = 0.1


def test_dripping_headers(start, witness, measured):
    daemon = start(within=FAVOURED, limits={"header_seconds": HEADER_SECONDS})
    with witness(daemon) as seen, Crowd(daemon.port) as crowd:
        crowd.connect(CLIENTS)
        crowd.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        ends: list[float] = []
        while len(crowd) and time.monotonic() - began < 2 * HEADER_SECONDS:
            time.sleep(0.25)
            crowd.send(b"X-a: b\r\n")
            ends += [time.monotonic() - began] * len(crowd.closed())
    measured(f"{len(ends)} closed after {min(ends, default=0):.1f} to {max(ends, default=0):.1f} s; {seen}")
    assert len(ends) == CLIENTS
    assert HEADER_SECONDS - 1 < min(ends) and max(ends) < HEADER_SECONDS + 1
    seen.assert_below(BOUND)

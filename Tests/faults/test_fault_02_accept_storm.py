"""Fault 2: ten thousand connect at once. A separate client hardly notices."""

import time

from crowd import Crowd
from support.daemon import until
from support.witness import FAVOURED

CONNECTS = 10_000
# One after the other, so that there is something to measure.
STORMS = 5
BOUND = 0.25


def test_ten_thousand_connects(start, witness, measured):
    daemon = start(within=FAVOURED)
    took = []
    with witness(daemon) as seen:
        for _ in range(STORMS):
            with Crowd(daemon.port) as crowd:
                began = time.monotonic()
                crowd.connect(CONNECTS)
                took.append(time.monotonic() - began)
            # And all of them go at once.
            until(lambda: daemon.descriptors() < 100)
    measured(f"{CONNECTS} connects in {min(took):.2f} to {max(took):.2f} s, {STORMS} times; {seen}")
    seen.assert_below(BOUND)

"""Fault 11: a network that loses packets both ways and lags. Nothing is lost, nothing comes twice."""

import asyncio
import json
import subprocess
import sys
import threading
import time

import pytest

from lab.home import BOX
from support.chaos_proxy import ChaosProxy
from support.daemon import REPOSITORY

PORT, SLOW_PORT = 8_080, 8_081
# As many people as one address may be.
PAIRS = 25
SECONDS = 20
PERCENT = 10
DELAY = 0.2


@pytest.fixture
def slow(home):
    """A way to the relay that lags by up to `DELAY`."""
    proxy = ChaosProxy((BOX, PORT), cut=0, twice=0, delay=DELAY)
    loop, ready = asyncio.new_event_loop(), threading.Event()

    def serve() -> None:
        with home.box.inside():
            loop.run_until_complete(proxy.start(BOX, SLOW_PORT))
            ready.set()
            loop.run_forever()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield proxy
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def test_packets_are_lost_and_late(start, home, slow, measured):
    start(within=home.box.enter, listen=[f"http://{BOX}:{PORT}"])
    phone = home.devices["phone"]
    drop = f"numgen random mod 100 < {PERCENT} counter drop"
    phone.run("nft", f"""
        table inet air {{
            chain in {{ type filter hook input priority 0; iifname wlan0 {drop}; }}
            chain out {{ type filter hook output priority 0; oifname wlan0 {drop}; }}
        }}""")
    began = time.monotonic()
    done = subprocess.run(
        [*phone.enter, sys.executable, "-m", "support.pairs", "--way", f"http://{BOX}:{PORT}",
         "--way", f"http://{BOX}:{SLOW_PORT}", "--pairs", str(PAIRS), "--seconds", str(SECONDS)],
        cwd=REPOSITORY / "Tests", capture_output=True, text=True, timeout=SECONDS + 130)
    took = time.monotonic() - began
    told = json.loads(done.stdout.splitlines()[-1])
    measured(f"{PERCENT} % lost each way, up to {DELAY} s late: {told['calls']} calls, {told['messages']} messages in "
             f"{took:.0f} s, {sum(told['faults'].values())} lost or twice; a call takes {told['seconds']['median']} s, "
             f"p99 {told['seconds']['p99']} s")
    assert slow.done["delayed"] > 100
    assert told["faults"] == {}, told["first"]
    assert told["calls"] >= PAIRS, done.stderr

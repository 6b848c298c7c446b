"""Fault 1: the process has no descriptors left. It stays calm, closes idle connections first, and serves again at once."""

import subprocess
import time

import pytest

from crowd import Crowd
from support.daemon import until

ALLOWED = 256
LIMIT = f"--nofile={ALLOWED}:{ALLOWED}"
KNOCKS = 2_000
# How long they knock.
SECONDS = 4.0


@pytest.fixture(params=["from the start", "later"])
def short(request, start):
    """A daemon that may have few descriptors: it knows from its start, or it relies on many more."""
    if request.param == "from the start":
        return start(within=("prlimit", LIMIT), limits={"handshakes": 16})
    daemon = start()
    subprocess.run(["prlimit", "--pid", str(daemon.process.pid), LIMIT], check=True)
    return daemon


def test_descriptors_run_out(short, measured):
    daemon = short
    client = daemon.client()
    pairs = [client.pair() for _ in range(10)]
    held = [callee.hold() for _, callee in pairs]
    client.settle()
    idle = [client.connect() for _ in range(10)]
    for connection in idle:
        assert client.get("/healthz", connection=connection).status == 200

    with Crowd(daemon.port) as crowd:
        crowd.knock(KNOCKS)
        began, before = time.monotonic(), daemon.cpu_seconds()
        # For as long the queue of the kernel is full, and there is no descriptor for any of it.
        while time.monotonic() - began < SECONDS:
            assert daemon.descriptors() <= ALLOWED
            time.sleep(0.1)
        load = (daemon.cpu_seconds() - before) / (time.monotonic() - began)
        assert all(connection.rest() == b"" for connection in idle), "idle ones go first"
        assert all(each.is_held() for each in held), "who waits for another is not idle"

    began = time.monotonic()
    until(lambda: served(client))
    again = time.monotonic() - began
    measured(f"CPU {load * 100:.1f} %, serves again after {again * 1000:.0f} ms")
    assert load < 0.2
    assert again < 1
    for (caller, callee), poll in zip(pairs, held, strict=True):
        assert caller.post({"id": 1, "type": "candidate", "data": None}).status == 204
        assert caller.post({"id": 2, "type": "offer", "data": {"type": "offer", "sdp": "v=0"}}).status == 204
        assert len(callee.take(poll.response())) == 2, "no poll has noticed"


def served(client) -> bool:
    try:
        return client.get("/healthz").status == 200
    except (ConnectionError, AssertionError):
        return False

"""Fault 5: clients that ask for much and read next to nothing. What waits for one of them is bounded."""

import subprocess

from support.client import Client
from support.connection import Connection
from support.daemon import Daemon, until
from support.messages import offer, padded_candidate
from support.prometheus import parse

READERS = 100
# Requests of each: one is answered into the void, the next one waits for that.
ASKED = 5
RECEIVE_BUFFER = 1_024
KIB = 1_024
# What may wait for one connection, and what the connection itself, its requests and the answer's head may cost.
QUEUED = 64 * KIB
KEPT = 8 * KIB
MESSAGES, SIZE = 60, 3 * KIB


def kernel_queue(port: int) -> list[int]:
    """Bytes that the kernel has taken and not sent yet, for each connection of a server."""
    told = subprocess.run(["ss", "-Htn", "state", "established", "sport", "=", f":{port}"],
                          capture_output=True, text=True, check=True).stdout
    return [int(line.split()[1]) for line in told.splitlines()]


def ask_on_and_on(client: Client, request: bytes) -> Connection:
    """Some requests, none of whose answers is read."""
    connection = client.connect(receive_buffer=RECEIVE_BUFFER)
    return connection.send(request * ASKED, *["GET"] * ASKED)


def test_what_is_not_read_is_bounded(start, measured):
    daemon = start()
    client = daemon.client()
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    for id in range(2, MESSAGES + 2):
        assert caller.post(padded_candidate(id, SIZE)).status == 204
    # A first answer is as long as may be: 64 KiB of events.
    poll = client.encode("GET", "/v1/events", callee.fields)
    longest = len(callee.poll().body)
    assert 60 * KIB < longest <= QUEUED
    ask_on_and_on(client, poll)
    client.settle()
    before = daemon.resident_bytes()
    readers = [ask_on_and_on(client, poll) for _ in range(READERS)]
    stands_still(daemon)
    each = (daemon.resident_bytes() - before) / READERS
    kernel = max(kernel_queue(daemon.port))
    measured(f"{each / KIB:.1f} KiB of the daemon's memory for each of {READERS}; the kernel keeps {kernel / KIB:.0f} KiB")
    assert each < QUEUED + KEPT
    assert kernel < QUEUED
    # What was asked for comes, once it is read.
    assert all(len(readers[0].response(30).body) == longest for _ in range(2))


def stands_still(daemon: Daemon) -> None:
    """Waits until the daemon sends nothing more."""
    client, counts = daemon.metrics_client(), []

    def is_still() -> bool:
        counts.append(parse(client.get("/metrics").body.decode())["holdline_requests_total"].value())
        # Each look is a request.
        return len(counts) > 5 and counts[-1] - counts[-5] == 4

    until(is_still, every=0.05)

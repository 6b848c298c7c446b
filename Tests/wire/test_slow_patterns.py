"""Timing attacks from the file beside the vectors, with short deadlines: each is closed, nobody else notices."""

import json
import time

import pytest

from support.connection import Connection
from support.vectors import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no patterns at {FOLDER} (set HOLDLINE_HTTP_VECTORS)")

# Attackers at once, and seconds between two of their pieces: many times oftener than the deadline of one second.
OPEN, EVERY = 20, 0.1
LATE = 5.0
SHORT = {"header_seconds": 1, "body_seconds": 1, "idle_seconds": 1}

CLOSED_AT_A_DEADLINE = [
    "slowloris-headers", "slowloris-1-byte", "connect-and-say-nothing", "rudy-slow-body", "slow-chunks",
    "slow-chunk-extension", "slow-trailers", "crlf-drip", "keepalive-idle",
]


def pattern(name: str) -> dict:
    entries = json.loads((FOLDER / "slow-patterns.json").read_text(encoding="utf-8"))
    return next(entry for entry in entries if entry["name"] == name)


def closes(connection: Connection, piece: bytes) -> bool:
    """Sends the next piece and looks whether the relay has closed."""
    connection.socket.setblocking(False)
    try:
        if piece:
            connection.socket.send(piece)
        return connection.socket.recv(65_536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("name", CLOSED_AT_A_DEADLINE)
def test_an_attacker_is_closed_at_a_deadline(start, name):
    daemon = start(limits=SHORT)
    client = daemon.client()
    entry = pattern(name)
    attackers = [client.connect().send(entry.get("send_first", "").encode()) for _ in range(OPEN)]
    text = entry.get("send_bytewise", "").encode()
    began = time.monotonic()
    for round in range(int(LATE / EVERY)):
        piece = text[round : round + 1] or entry.get("repeat", "").encode()
        attackers = [attacker for attacker in attackers if not closes(attacker, piece)]
        asked = time.monotonic()
        client.settle()
        assert time.monotonic() - asked < 1, "a client beside it is served"
        if not attackers:
            break
        time.sleep(EVERY)
    assert not attackers, f"{len(attackers)} are still open after {time.monotonic() - began:.1f} s"


def test_long_poll_hold(start):
    client = start(limits=SHORT, relay={"poll_seconds": 3}).client()
    held = [client.peer().hold() for _ in range(OPEN)]
    assert [poll.response().status for poll in held] == [204] * OPEN


def test_reset_during_poll(daemon, client):
    pairs = [client.pair() for _ in range(OPEN)]
    held = [callee.hold() for _, callee in pairs]
    client.settle()
    for poll in held:
        poll.connection.reset()
    for caller, callee in pairs:
        assert caller.post({"id": 1, "type": "offer", "data": {"type": "offer", "sdp": "v=0"}}).status == 204
        assert len(callee.read()) == 1, "a message posted afterwards stays in the mailbox"

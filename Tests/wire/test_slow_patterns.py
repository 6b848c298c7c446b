"""Timing attacks from the file beside the vectors, with short deadlines: each is closed, nobody else notices."""

import json
import time

import pytest

from support.connection import Connection
from support.daemon import until
from support.prometheus import parse
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
UNREAD = ["slow-read", "never-read-pipeline"]
HELD = ["long-poll-hold", "reset-during-poll"]
ELSEWHERE = {
    "half-close-during-poll": "test_half_close.py",
    "tls-handshake-stall": "the relay speaks no TLS", "tls-clienthello-bytewise": "the relay speaks no TLS",
    "tls-close-without-notify": "the relay speaks no TLS",
}


def patterns() -> dict[str, dict]:
    entries = json.loads((FOLDER / "slow-patterns.json").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in entries}


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


def test_no_pattern_is_left_out():
    assert set(patterns()) == {*CLOSED_AT_A_DEADLINE, *UNREAD, *HELD, *ELSEWHERE}


@pytest.mark.parametrize("name", CLOSED_AT_A_DEADLINE)
def test_an_attacker_is_closed_at_a_deadline(start, name):
    daemon = start(limits=SHORT)
    client = daemon.client()
    entry = patterns()[name]
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


@pytest.mark.parametrize("name", UNREAD)
def test_a_client_that_does_not_read_is_closed_at_a_deadline(start, tmp_path, name):
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "large").write_bytes(bytes(1_000_000))
    daemon = start("--web-root", str(tmp_path / "page"), limits=SHORT)
    scraper = daemon.metrics_client()

    def connections() -> float:
        return parse(scraper.get("/metrics").body.decode())["holdline_connections"].value()

    entry = patterns()[name]
    text, times = entry.get("send_first_repeat", (entry.get("send_first"), 20))
    client = daemon.client()
    attackers = [client.connect(receive_buffer=1_024) for _ in range(OPEN)]
    for attacker in attackers:
        attacker.socket.setblocking(False)
        attacker.socket.send((text * min(times, 500)).encode())
    until(lambda: connections() >= OPEN, every=0)
    until(lambda: connections() <= 2, patience=LATE)


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

"""Fault 6: clients that are gone without a word: nothing of theirs arrives any more, and nothing reaches them. Their
connections are freed, and what has come for them is there when they are back within their grace."""

import time

from lab.home import BOX
from support.client import ClientInside
from support.daemon import until
from support.messages import candidate, offer
from support.prometheus import parse
from support.secrets import new_code

FREED_SECONDS = 60
GRACE = 30


def test_a_client_that_vanishes(start, home, measured):
    port = 8_080
    daemon = start(within=home.box.enter, listen=[f"http://{BOX}:{port}"], relay={"grace_seconds": GRACE})
    laptop = ClientInside(home.devices["laptop"], (BOX, port), daemon.secrets)
    phone = ClientInside(home.devices["phone"], (BOX, port), daemon.secrets)
    scraper = ClientInside(home.box, ("127.0.0.1", daemon.metrics_port), daemon.secrets)

    def count(name: str) -> int:
        return int(parse(scraper.get("/metrics").body.decode())[name].value())

    # Two who have a poll held when they vanish, of whom one is sent something into the void, and one in the middle of a
    # request.
    (caller, spoken_to), (other, silent) = [pair(laptop, phone) for _ in range(2)]
    polls = [spoken_to.hold(), silent.hold()]
    half = phone.connect().send(b"GET / HTTP/1.1\r\n")
    until(lambda: count("holdline_polls_held") == 2)
    # The three, and the one that asks.
    until(lambda: count("holdline_connections") == 4)
    home.box.run("nft", "add rule bridge air from iifname phone tcp sport { %s } drop" % ports(polls, half))
    home.box.run("nft", "add rule bridge air to oifname phone tcp dport { %s } drop" % ports(polls, half))
    vanished = time.monotonic()
    assert caller.post(offer(1), candidate(2)).status == 204
    # Comes back on another connection, within its grace.
    until(lambda: time.monotonic() > vanished + GRACE / 2, patience=GRACE)
    assert [event["type"] for event in spoken_to.read()] == ["offer", "candidate"]

    def presence() -> bool:
        """Whoever is there keeps saying so; true once only the one that asks is connected."""
        assert all(peer.poll().status in (200, 204) for peer in (caller, other, spoken_to))
        return count("holdline_connections") == 1

    until(presence, patience=FREED_SECONDS + 5, every=1)
    freed = time.monotonic() - vanished
    measured(f"freed after {freed:.0f} s, with its grace of {GRACE} s still to come")
    assert freed < FREED_SECONDS
    assert other.post(offer(1)).status == 204
    back = time.monotonic() + GRACE / 2

    def waited() -> bool:
        assert other.poll().status in (200, 204)
        return time.monotonic() > back

    until(waited, patience=GRACE, every=1)
    assert [event["type"] for event in silent.read()] == ["offer"], "its events are kept for its grace"
    phone.close()
    laptop.close()


def pair(laptop, phone):
    """The caller on the laptop, the callee on the phone."""
    code = new_code()
    return laptop.peer(code), phone.peer(code)


def ports(polls, *connections) -> str:
    """Of the phone's connections that nothing goes over any more."""
    all = [poll.connection for poll in polls] + list(connections)
    return ", ".join(str(connection.socket.getsockname()[1]) for connection in all)

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
# As it is by default.
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
    freed: list[float] = []

    def time_is(seconds: float) -> bool:
        """The callers say all the while that they are there; when only who asks is connected is noted."""
        assert all(peer.poll(0).status == 200 for peer in (caller, other))
        if not freed and count("holdline_connections") == 1:
            freed.append(time.monotonic() - vanished)
        return time.monotonic() - vanished > seconds

    until(lambda: time_is(GRACE - 5), patience=FREED_SECONDS, every=0.5)
    # On another connection, late in its grace, which counts from the answer that it never got.
    assert [event["type"] for event in spoken_to.read()] == ["offer", "candidate"], "its events are kept for its grace"
    until(lambda: freed or time_is(FREED_SECONDS), patience=FREED_SECONDS, every=0.5)
    measured(f"freed after {freed[0]:.0f} s" if freed else "not freed")
    assert freed and freed[0] < FREED_SECONDS
    # Who does not come back is gone then, and the other is told so.
    assert other.hold(after=1).response(GRACE).json()["events"] == [{"seq": 2, "type": "left", "reason": "timeout"}]
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

"""Fault 12: for half a minute there is no network. Polls go on within two seconds of its return, and nothing is lost."""

import time

from lab.home import BOX
from support.client import ClientInside
from support.daemon import until
from support.messages import candidate, offer
from support.secrets import new_code

PORT = 8_080
SECONDS = 30
# When the others say something.
SPEAKS = 5
BOUND = 2.0
# How each device loses its network: the phone notices, the laptop does not.
HOW = {"phone": "link", "laptop": "silence"}


def test_the_network_is_away(start, home, measured):
    daemon = start(within=home.box.enter, listen=[f"http://{BOX}:{PORT}"], relay={"poll_seconds": 2 * SECONDS})
    box = ClientInside(home.box, (BOX, PORT), daemon.secrets)
    devices = [ClientInside(home.devices[name], (BOX, PORT), daemon.secrets) for name in HOW]

    def pairs() -> list:
        codes = [new_code() for _ in devices]
        return [(box.peer(code), device.peer(code)) for code, device in zip(codes, devices, strict=True)]

    quiet, spoken_to = pairs(), pairs()
    held = [callee.hold() for _, callee in quiet]
    for _, callee in spoken_to:
        callee.hold()
    box.settle()
    cut = time.monotonic()
    for name, how in HOW.items():
        home.cut(name, how)
    wait(cut + SPEAKS, quiet + spoken_to)
    # Said to who is not there: from here on no poll is held for them, and their grace counts.
    for caller, _ in spoken_to:
        assert caller.post(offer(1), candidate(2)).status == 204
    wait(cut + SECONDS, quiet + spoken_to)
    for name in HOW:
        home.mend(name)
    mended = time.monotonic()
    # Whoever notices that the network is back asks anew, as the page does.
    for _, callee in spoken_to:
        assert [event["type"] for event in callee.read()] == ["offer", "candidate"]
    anew = time.monotonic() - mended
    # Whoever does not has a poll that is held as before.
    for (caller, callee), poll in zip(quiet, held, strict=True):
        assert caller.post(offer(1)).status == 204
        assert [event["type"] for event in callee.take(poll.response())] == ["offer"]
    as_before = time.monotonic() - mended
    measured(f"after {SECONDS} s without a network, answered {anew * 1000:.0f} ms after it is back; polls held all the while "
             f"answered within {as_before * 1000:.0f} ms")
    assert as_before < BOUND
    for client in (box, *devices):
        client.close()


def wait(end: float, pairs: list) -> None:
    """Until then the callers are there, and stay there."""

    def over() -> bool:
        assert all(caller.poll(0).status == 200 for caller, _ in pairs)
        return time.monotonic() > end

    until(over, patience=SECONDS + 5, every=1)

"""The account that `support.pairs` keeps: what is lost, comes twice or out of order is seen, by whoever reads it."""

import pytest

from support.messages import candidate, offer
from support.pairs import Broken, Pairs, Side, Way, events_of

POSTED = [offer(1), candidate(2), candidate(3)]


def numbered(*events: dict) -> list[dict]:
    return [{"seq": seq, **event} for seq, event in enumerate(events, 1)]


def read(events: list[dict]) -> int:
    """How many events a side has taken."""
    way = Way("localhost", 1)
    side = Side(Pairs([way], 1), [way, way])
    for event in events:
        side._take(event, events_of(POSTED, "callee"))
    return side.cursor


def test_what_is_right_is_taken():
    assert read(numbered(*events_of(POSTED, "callee"))) == 3


@pytest.mark.parametrize("kind, change", [
    ("disorder", lambda one, two, three: numbered(one, three, two)),
    ("disorder", lambda one, two, three: numbered(one, three)),
    ("twice", lambda one, two, three: numbered(one, two, two, three)),
    ("twice", lambda one, two, three: [*numbered(one, two), {"seq": 2, **two}]),
    ("altered", lambda one, two, three: numbered(one, two | {"data": None}, three)),
    ("altered", lambda one, two, three: numbered({"type": "joined"}, one, two, three)),
    ("lost", lambda one, two, three: numbered(one, {"type": "left", "reason": "timeout"})),
], ids=["exchanged", "left out", "repeated", "delivered again", "changed", "put in", "left"])
def test_what_is_wrong_is_told(kind, change):
    with pytest.raises(Broken) as broken:
        read(change(*events_of(POSTED, "callee")))
    assert broken.value.kind == kind

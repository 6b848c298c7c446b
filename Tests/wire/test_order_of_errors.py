"""What is wrong with a post is looked for in one order: form, 413, out-of-order, wrong-state, call-over, 429."""

import pytest

from support.conformance import assert_refused
from support.messages import answer, candidate, offer, padded_candidate

EVENTS = 4
BYTES = 4_000


@pytest.fixture
def client(start):
    return start(limits={"mailbox_events": EVENTS, "mailbox_bytes": BYTES}).client()


def test_form_comes_before_size(client):
    caller, _ = client.pair()
    wrong = {"id": 0, "type": "candidate", "data": None}
    assert_refused(caller.post(*[candidate(id) for id in range(1, 9)], wrong), 400, "invalid-message")


def test_size_comes_before_order(client):
    caller, _ = client.pair()
    assert_refused(caller.post(*[candidate(id) for id in range(5, 5 + EVENTS + 3)]), 413, "too-large")
    assert_refused(caller.post(padded_candidate(5, BYTES + 1)), 413, "too-large")


def test_order_comes_before_state(client):
    caller, _ = client.pair()
    assert_refused(caller.post(answer(2)), 409, "out-of-order")


def test_state_comes_before_the_end_of_the_call(client):
    caller, callee = client.pair()
    callee.leave("hangup")
    assert_refused(caller.post(answer(1)), 409, "wrong-state")
    assert_refused(caller.post(offer(1)), 409, "call-over")


def test_order_comes_before_the_end_of_the_call(client):
    caller, callee = client.pair()
    callee.leave("failed")
    assert_refused(caller.post(offer(2)), 409, "out-of-order")


def full(client):
    """A caller whose callee's mailbox takes nothing more; ids up to `EVENTS` are used."""
    caller, callee = client.pair()
    assert caller.post(offer(1), *map(candidate, range(2, EVENTS + 1))).status == 204
    assert_refused(caller.post(candidate(EVENTS + 1)), 429, "mailbox-full")
    return caller, callee


def test_state_comes_before_a_full_mailbox(client):
    caller, _ = full(client)
    assert_refused(caller.post(offer(EVENTS + 1)), 409, "wrong-state")


def test_order_comes_before_a_full_mailbox(client):
    caller, _ = full(client)
    assert_refused(caller.post(candidate(EVENTS + 2)), 409, "out-of-order")


def test_the_end_of_the_call_comes_before_a_full_mailbox(client):
    caller, callee = full(client)
    callee.leave("hangup")
    assert_refused(caller.post(candidate(EVENTS + 1)), 409, "call-over")


def test_a_post_with_nothing_new_is_taken_whatever_has_happened(client):
    caller, callee = full(client)
    assert caller.post(candidate(2)).status == 204, "though the mailbox is full"
    assert caller.post(offer(1)).status == 204, "though an offer is open"
    callee.leave("hangup")
    assert caller.post(candidate(EVENTS)).status == 204, "though the call is over"

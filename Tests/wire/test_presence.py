"""Presence: who is gone after `grace_seconds`, and what counts as a sign of life."""

import time

import pytest

from support.conformance import assert_refused
from support.messages import offer
from support.secrets import new_code

# The least that the configuration takes.
GRACE = 2
TIMEOUT_EVENT = {"seq": 1, "type": "left", "reason": "timeout"}


@pytest.fixture
def client(start):
    return start(relay={"grace_seconds": GRACE, "poll_seconds": 20}).client()


def test_a_silent_peer_is_gone(client):
    caller, callee = client.pair()
    held = callee.hold()
    assert held.response().json() == {"events": [TIMEOUT_EVENT]}
    assert_refused(caller.poll(), 401, "invalid-token")


def test_a_waiting_caller_that_falls_silent_is_not_met(client):
    code = new_code()
    client.peer(code)
    witness, other = client.pair()
    held = other.hold()
    assert held.response().json() == {"events": [TIMEOUT_EVENT]}, "the witness fell silent later"
    assert client.peer(code).role == "caller"
    assert_refused(witness.poll(), 401, "invalid-token")


def test_a_held_poll_is_presence(client):
    caller, callee = client.pair()
    caller.read()
    mine, theirs = caller.hold(), callee.hold()
    assert mine.connection.is_silent(1.5 * GRACE), "nobody has left"
    caller.post(offer(1))
    assert theirs.response().json()["events"][0]["type"] == "offer"


def test_refused_requests_are_signs_of_life(client):
    caller, callee = client.pair()
    held = callee.hold()
    refused = [
        lambda: client.get("/v1/events?after=x", caller.fields).status == 400,
        lambda: caller.post_bytes(b"no JSON").status == 400,
        lambda: caller.post(offer(9)).status == 409,
        lambda: client.request("POST", "/v1/messages", caller.fields, b"{}").status == 415,
        lambda: client.request("GET", "/v1/events", [("Expect", "200-ok"), *caller.fields]).status == 417,
    ]
    for request in refused:
        end = time.monotonic() + 0.7 * GRACE
        while time.monotonic() < end:
            assert request()
            time.sleep(0.1 * GRACE)
    assert held.is_held()
    assert caller.poll(0).status == 200


def test_a_peer_that_is_back_within_the_grace_has_lost_nothing(client):
    caller, callee = client.pair()
    watching = caller.hold(after=1)
    for _ in range(4):
        held = callee.hold()
        client.settle()
        held.connection.close()
        time.sleep(0.4 * GRACE)
    assert watching.is_held()
    assert caller.post(offer(1)).status == 204
    assert len(callee.read()) == 1


def test_the_grace_counts_from_the_moment_the_connection_closes(client):
    caller, callee = client.pair()
    watching = caller.hold(after=1)
    held = callee.hold()
    assert held.connection.is_silent(1.3 * GRACE)
    before = time.monotonic()
    held.connection.close()
    assert watching.response().json()["events"] == [TIMEOUT_EVENT | {"seq": 2}]
    assert time.monotonic() - before > 0.8 * GRACE


def test_a_reset_connection_is_no_leave_either(client):
    caller, callee = client.pair()
    watching = caller.hold(after=1)
    held = callee.hold()
    client.settle()
    held.connection.reset()
    client.settle()
    assert watching.is_held()
    caller.post(offer(1))
    assert len(callee.read()) == 1
    watching.connection.close()


def test_both_silent_both_forgotten(start):
    client = start(relay={"grace_seconds": GRACE}, limits={"calls": 1}).client()
    client.pair()
    assert_refused(client.dial(new_code()), 503, "overloaded")
    deadline = time.monotonic() + 5 * GRACE
    while client.dial(new_code()).status == 503:
        assert time.monotonic() < deadline, "the silent call is still there"
        time.sleep(0.1)

"""`POST /v1/leave`: what the other peer is told, and what the relay forgets."""

import pytest

from support.conformance import assert_refused
from support.messages import answer, candidate, event_of, offer
from support.secrets import new_code


@pytest.mark.parametrize("reason", ["hangup", "failed"])
def test_the_other_peer_is_told(client, reason):
    caller, callee = client.pair()
    held = callee.hold()
    client.settle()
    assert caller.leave(reason).status == 204
    assert held.response().json() == {"events": [{"seq": 1, "type": "left", "reason": reason}]}


def test_left_comes_behind_what_was_posted_before(client):
    caller, callee = client.pair()
    messages = [offer(1), candidate(2)]
    caller.post(*messages)
    caller.leave("hangup")
    assert callee.read() == [event_of(message, seq) for seq, message in enumerate(messages, 1)] + [
        {"seq": 3, "type": "left", "reason": "hangup"}]


def test_the_token_is_dead_from_then_on(client):
    caller, _ = client.pair()
    held = caller.hold(after=1)
    client.settle()
    assert caller.leave("hangup").status == 204
    assert_refused(held.response(), 401, "invalid-token")
    assert_refused(caller.poll(), 401, "invalid-token")
    assert_refused(caller.post(offer(1)), 401, "invalid-token")
    assert_refused(caller.leave("hangup"), 401, "invalid-token")


def test_connected_tells_the_other_nothing_and_leaves_it_its_mailbox(client):
    caller, callee = client.pair()
    caller.post(offer(1))
    callee.post(answer(1), candidate(2))
    assert callee.leave("connected").status == 204
    assert [event["type"] for event in caller.read()] == ["joined", "answer", "candidate"]
    held = caller.hold()
    assert held.is_held()
    assert caller.leave("connected").status == 204
    assert_refused(held.response(), 401, "invalid-token")


def test_a_hangup_after_the_other_connected_is_taken(client):
    caller, callee = client.pair()
    assert caller.leave("connected").status == 204
    assert callee.leave("hangup").status == 204
    assert_refused(callee.poll(), 401, "invalid-token")


def test_a_code_is_free_again(client):
    code = new_code()
    caller, callee = client.pair(code)
    for peer in (caller, callee):
        assert peer.leave("connected").status == 204
    assert client.peer(code).role == "caller"
    assert client.peer(code).role == "callee"


def test_a_caller_that_gives_up_is_not_met(client):
    code = new_code()
    assert client.peer(code).leave("hangup").status == 204
    assert client.peer(code).role == "caller"


def test_calls_that_are_forgotten_make_room(start):
    client = start(limits={"calls": 1}).client()
    for _ in range(5):
        caller, callee = client.pair()
        assert_refused(client.dial(new_code()), 503, "overloaded")
        assert caller.leave("connected").status == 204
        assert_refused(client.dial(new_code()), 503, "overloaded")
        assert callee.leave("connected").status == 204


@pytest.mark.parametrize("body", [
    b"{}", b'{"reason": "bored"}', b'{"reason": "timeout"}', b'{"reason": null}', b"[]", b'{"reason": "Hangup"}',
    b'{"reason": "hangup", "reason": "hangup"}',
], ids=lambda body: body.decode())
def test_another_reason_is_refused_and_nobody_leaves(client, body):
    caller, callee = client.pair()
    assert_refused(client.post_json("/v1/leave", body, caller.fields), 400, "invalid-request")
    assert callee.read() == []
    assert caller.read() == [{"seq": 1, "type": "joined"}]

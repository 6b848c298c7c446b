"""`POST /v1/messages`: what is relayed, the sender's count, whole or not at all, who may say what when."""

import pytest

from support.conformance import assert_refused
from support.messages import answer, candidate, end_of_candidates, event_of, offer


def described(client):
    """Two peers that have exchanged descriptions, each with nothing left to read and message id 1 used."""
    caller, callee = client.pair()
    caller.post(offer(1))
    callee.read()
    callee.post(answer(1))
    caller.read()
    assert caller.read() == [] and callee.read() == []
    return caller, callee


def test_a_call_is_set_up(client):
    caller, callee = client.pair()
    from_caller = [offer(1), candidate(2), end_of_candidates(3)]
    from_callee = [answer(1), candidate(2), end_of_candidates(3)]
    assert caller.post(*from_caller).status == 204
    assert callee.read() == [event_of(message, seq) for seq, message in enumerate(from_caller, 1)]
    assert callee.post(*from_callee).status == 204
    assert caller.read() == [{"seq": 1, "type": "joined"}] + [
        event_of(message, seq) for seq, message in enumerate(from_callee, 2)]


def test_messages_accumulate_before_the_callee_dials(client):
    caller = client.peer("nobody here yet")
    messages = [offer(1), candidate(2), candidate(3)]
    assert caller.post(messages[0]).status == 204
    assert caller.post(*messages[1:]).status == 204
    callee = client.peer("nobody here yet")
    assert callee.read() == [event_of(message, seq) for seq, message in enumerate(messages, 1)]


def test_candidates_follow_their_own_description(client):
    caller, callee = client.pair()
    early = [candidate(1), candidate(2)]
    assert caller.post(*early).status == 204
    held = callee.hold()
    assert held.is_held(), "the candidates wait for the offer"
    late = [offer(3), candidate(4)]
    assert caller.post(*late).status == 204
    assert [event["data"] for event in callee.take(held.response())] == [
        late[0]["data"], early[0]["data"], early[1]["data"], late[1]["data"]]


def test_a_callees_candidates_wait_for_its_answer(client):
    caller, callee = client.pair()
    caller.read()
    caller.post(offer(1))
    first, null, reply = candidate(1), end_of_candidates(2), answer(3)
    assert callee.post(first, null).status == 204
    assert caller.read() == []
    assert callee.post(reply).status == 204
    assert [event["data"] for event in caller.read()] == [reply["data"], first["data"], None]


def test_after_the_first_description_the_order_of_posting_counts(client):
    caller, callee = described(client)
    messages = [candidate(2), offer(3), candidate(4)]
    caller.post(*messages)
    assert [event["data"] for event in callee.read()] == [message["data"] for message in messages]


def test_a_repeated_post_is_harmless(client):
    caller, callee = client.pair()
    messages = [offer(1), candidate(2)]
    for _ in range(3):
        assert caller.post(*messages).status == 204
    assert len(callee.read()) == 2
    assert callee.read() == []


def test_a_post_that_overlaps_adds_what_is_new(client):
    caller, callee = client.pair()
    messages = [offer(1), candidate(2), candidate(3)]
    caller.post(*messages[:2])
    assert caller.post(*messages).status == 204
    assert [event["data"] for event in callee.read()] == [message["data"] for message in messages]


@pytest.mark.parametrize("ids, expected", [([2], 1), ([1, 3], 1), ([2, 3], 1), ([2**31], 1)], ids=str)
def test_a_gap_at_the_start_names_what_is_expected(client, ids, expected):
    caller, callee = client.pair()
    first, *rest = ids
    problem = assert_refused(caller.post(offer(first), *map(candidate, rest)), 409, "out-of-order")
    assert problem["expected"] == expected
    assert callee.read() == [], "taken whole or not at all"
    assert caller.post(offer(1)).status == 204


def test_a_gap_later_names_what_is_expected(client):
    caller, callee = client.pair()
    caller.post(offer(1), candidate(2))
    assert assert_refused(caller.post(candidate(4)), 409, "out-of-order")["expected"] == 3
    assert assert_refused(caller.post(candidate(3), candidate(5)), 409, "out-of-order")["expected"] == 3
    assert len(callee.read()) == 2
    assert caller.post(candidate(3)).status == 204


def test_a_post_is_taken_whole_or_not_at_all(client):
    caller, callee = client.pair()
    assert_refused(caller.post(offer(1), {"id": 2, "type": "candidate", "data": "no object"}), 400, "invalid-message")
    assert_refused(caller.post(offer(1), candidate(2), offer(3)), 409, "wrong-state")
    assert callee.read() == []
    assert caller.post(offer(1), candidate(2)).status == 204
    assert len(callee.read()) == 2


def test_offers_come_from_the_caller_and_answers_from_the_callee(client):
    caller, callee = client.pair()
    assert_refused(callee.post(offer(1)), 409, "wrong-state")
    assert_refused(caller.post(answer(1)), 409, "wrong-state")
    caller.post(offer(1))
    assert_refused(caller.post(answer(2)), 409, "wrong-state")
    assert_refused(callee.post(offer(1)), 409, "wrong-state")
    assert callee.post(answer(1)).status == 204


def test_an_answer_needs_an_open_offer(client):
    caller, callee = client.pair()
    assert_refused(callee.post(answer(1)), 409, "wrong-state")
    caller.post(offer(1))
    assert_refused(callee.post(answer(1), answer(2)), 409, "wrong-state")
    assert callee.post(answer(1)).status == 204
    assert_refused(callee.post(answer(2)), 409, "wrong-state")


def test_a_new_offer_waits_for_the_answer(client):
    caller, callee = client.pair()
    caller.post(offer(1))
    assert_refused(caller.post(offer(2)), 409, "wrong-state")
    callee.post(answer(1))
    for id in range(2, 6):
        assert caller.post(offer(id)).status == 204
        assert_refused(caller.post(offer(id + 1)), 409, "wrong-state")
        assert callee.post(answer(id)).status == 204
    assert [event["type"] for event in callee.read()] == ["offer"] * 5
    assert [event["type"] for event in caller.read()] == ["joined"] + ["answer"] * 5


def test_an_offer_is_answered_even_before_it_was_read(client):
    caller, callee = client.pair()
    caller.post(offer(1))
    assert callee.post(answer(1)).status == 204


def test_once_the_other_is_connected_messages_are_dropped(client):
    caller, callee = described(client)
    assert callee.leave("connected").status == 204
    assert caller.post(candidate(2)).status == 204
    assert caller.post(offer(3)).status == 204
    assert caller.read() == []


def test_once_the_other_has_left_the_call_is_over(client):
    caller, callee = described(client)
    caller.leave("hangup")
    assert_refused(callee.post(candidate(2)), 409, "call-over")
    assert callee.read() == [{"seq": 2, "type": "left", "reason": "hangup"}]

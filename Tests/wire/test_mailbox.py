"""The bounds of one mailbox: events, bytes, and what always fits."""

from support.conformance import assert_refused
from support.messages import answer, candidate, offer, padded_candidate


def test_a_full_mailbox_takes_more_once_it_is_read(start):
    client = start(limits={"mailbox_events": 3}).client()
    caller, callee = client.pair()
    assert caller.post(offer(1), candidate(2), candidate(3)).status == 204
    refusal = caller.post(candidate(4))
    assert_refused(refusal, 429, "mailbox-full")
    assert int(refusal.header("Retry-After")) >= 1
    assert len(callee.read()) == 3
    assert_refused(caller.post(candidate(4)), 429, "mailbox-full")
    assert callee.read() == [], "and now they are acknowledged"
    assert caller.post(candidate(4), candidate(5), candidate(6)).status == 204
    assert [event["seq"] for event in callee.read()] == [4, 5, 6]


def test_the_bytes_of_a_mailbox_are_bounded(start):
    client = start(limits={"mailbox_bytes": 4_000}).client()
    caller, callee = client.pair()
    assert caller.post(offer(1, "v=0")).status == 204
    assert caller.post(padded_candidate(2, 2_500)).status == 204
    assert_refused(caller.post(padded_candidate(3, 2_500)), 429, "mailbox-full")
    assert caller.post(padded_candidate(3, 1_000)).status == 204, "what fits is taken"
    assert len(callee.read()) == 3
    assert callee.read() == []
    assert caller.post(padded_candidate(4, 2_500)).status == 204


def test_a_batch_that_overflows_is_not_taken_in_part(start):
    client = start(limits={"mailbox_events": 4}).client()
    caller, callee = client.pair()
    assert caller.post(offer(1), candidate(2), candidate(3)).status == 204
    assert_refused(caller.post(candidate(4), candidate(5)), 429, "mailbox-full")
    assert len(callee.read()) == 3
    assert callee.read() == []
    assert caller.post(candidate(4), candidate(5)).status == 204


def test_held_back_candidates_count(start):
    client = start(limits={"mailbox_events": 3}).client()
    caller, callee = client.pair()
    assert caller.post(candidate(1), candidate(2), candidate(3)).status == 204
    assert_refused(caller.post(candidate(4)), 429, "mailbox-full")
    assert callee.read() == []


def test_a_description_fits_over_held_back_candidates(start):
    client = start(limits={"mailbox_events": 3, "mailbox_bytes": 600}).client()
    caller, callee = client.pair()
    candidates = [padded_candidate(id, 200) for id in (1, 2, 3)]
    assert caller.post(*candidates).status == 204
    description = offer(4)
    assert caller.post(description).status == 204
    assert [event["data"] for event in callee.read()] == [
        message["data"] for message in [description, *candidates]]


def test_an_answer_fits_over_held_back_candidates(start):
    client = start(limits={"mailbox_events": 2}).client()
    caller, callee = client.pair()
    caller.post(offer(1))
    assert callee.post(candidate(1), candidate(2)).status == 204
    assert callee.post(answer(3)).status == 204
    assert [event["type"] for event in caller.read()] == ["joined", "answer", "candidate", "candidate"]


def test_joined_and_left_always_fit(start):
    client = start(limits={"mailbox_events": 1}).client()
    caller = client.peer("a small box")
    callee = client.peer("a small box")
    caller.post(offer(1))
    assert callee.post(answer(1)).status == 204, "joined does not count"
    assert callee.leave("hangup").status == 204
    assert [event["type"] for event in caller.read()] == ["joined", "answer", "left"]


def test_a_batch_that_no_empty_mailbox_could_hold(start):
    client = start(limits={"mailbox_events": 3, "mailbox_bytes": 2_000}).client()
    caller, callee = client.pair()
    assert_refused(caller.post(offer(1), *map(candidate, range(2, 8))), 413, "too-large")
    assert_refused(caller.post(offer(1), padded_candidate(2, 2_500)), 413, "too-large")
    assert callee.read() == []
    assert caller.post(offer(1), candidate(2)).status == 204


def test_default_bounds_hold_256_events(client):
    caller, callee = client.pair()
    assert caller.post(offer(1), *map(candidate, range(2, 257))).status == 204
    assert_refused(caller.post(candidate(257)), 429, "mailbox-full")
    read = []
    while events := callee.read():
        read += events
    assert len(read) == 256
    assert caller.post(candidate(257)).status == 204

"""`GET /v1/events`: the long poll, its cursor, and who holds it."""

import time

import pytest

from support.conformance import assert_refused
from support.messages import candidate, event_of, offer, padded_candidate

REPLY_BYTES = 65_536


def filled(client, count: int, size: int):
    """A callee whose mailbox holds an offer and `count` candidates with `size` bytes of `data` each."""
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    for id in range(2, count + 2):
        assert caller.post(padded_candidate(id, size)).status == 204
    return callee


def test_an_event_is_delivered_again_until_it_is_acknowledged(client):
    caller, callee = client.pair()
    message = offer(1)
    caller.post(message)
    for _ in range(3):
        assert callee.poll(0).json() == {"events": [event_of(message, 1)]}
    assert callee.poll(1).status == 204
    assert callee.poll(0).status == 204, "acknowledged: dropped, and an older cursor brings nothing back"


def test_a_cursor_left_out_is_none(client):
    caller, _ = client.pair()
    response = client.get("/v1/events", (*caller.fields, ("Prefer", "wait=0")))
    assert response.json() == {"events": [{"seq": 1, "type": "joined"}]}


def test_preferences_in_several_lines_are_one_list(client):
    caller = client.peer()
    response = client.get("/v1/events", (*caller.fields, ("Prefer", "respond-async"), ("Prefer", "wait=0")))
    assert response.status == 204


def test_a_cursor_acknowledges_up_to_itself_and_no_further(client):
    caller, callee = client.pair()
    caller.post(offer(1), candidate(2), candidate(3))
    assert [event["seq"] for event in callee.poll(0).json()["events"]] == [1, 2, 3]
    assert [event["seq"] for event in callee.poll(1).json()["events"]] == [2, 3]
    assert [event["seq"] for event in callee.poll(0).json()["events"]] == [2, 3]
    assert [event["seq"] for event in callee.poll(2).json()["events"]] == [3]
    assert callee.poll(3).status == 204


def test_a_poll_is_held_until_an_event_comes(client):
    caller, callee = client.pair()
    held = callee.hold()
    assert held.is_held()
    message = offer(1)
    assert caller.post(message).status == 204
    assert held.response().json() == {"events": [event_of(message, 1)]}


def test_a_held_poll_gets_joined(client):
    caller = client.peer("the held one")
    held = caller.hold()
    client.settle()
    client.peer("the held one")
    assert held.response().json() == {"events": [{"seq": 1, "type": "joined"}]}


def test_the_next_poll_may_come_on_the_same_connection(client):
    caller, callee = client.pair()
    with callee.client.connect() as connection:
        for id in range(1, 6):
            held = callee.hold(connection=connection)
            assert caller.post(offer(1) if id == 1 else candidate(id)).status == 204
            assert len(callee.take(held.response())) == 1


def test_a_poll_without_events_ends_after_poll_seconds(start):
    client = start(relay={"poll_seconds": 1}).client()
    caller = client.peer()
    before = time.monotonic()
    response = caller.hold().response()
    assert response.status == 204
    assert 0.85 < time.monotonic() - before < 4


@pytest.mark.parametrize("prefer", ["wait=1", "respond-async, wait=1", 'wait="1"', "wait=1; foo", "WAIT=1"])
def test_a_client_may_ask_for_a_shorter_hold(client, prefer):
    before = time.monotonic()
    assert client.peer().hold(fields=[("Prefer", prefer)]).response().status == 204
    assert 0.85 < time.monotonic() - before < 5


def test_a_longer_hold_is_not_to_be_had(start):
    client = start(relay={"poll_seconds": 1}).client()
    assert client.peer().hold(fields=[("Prefer", "wait=3600")]).response(5).status == 204


@pytest.mark.parametrize("prefer", ["wait=soon", "wait", "wait=-1", "return=minimal", ""])
def test_a_preference_that_says_nothing_is_passed_over(client, prefer):
    assert client.peer().hold(fields=[("Prefer", prefer)]).is_held()


@pytest.mark.parametrize("after", ["", "abc", "-1", "1.5", "1e1", "0x1", "99999999999999999999999", "%31x", "1 "])
def test_what_is_no_whole_number_is_no_cursor(client, after):
    caller, _ = client.pair()
    target = f"/v1/events?after={after.replace(' ', '%20')}"
    assert_refused(client.get(target, caller.fields), 400, "invalid-cursor")
    assert caller.read() == [{"seq": 1, "type": "joined"}]


def test_a_cursor_above_the_last_event_acknowledges_nothing(client):
    caller, callee = client.pair()
    caller.post(offer(1), candidate(2))
    for after in (3, 4, 2**32, 2**63, 2**64 - 1):
        assert_refused(callee.poll(after), 400, "invalid-cursor")
    assert len(callee.read()) == 2
    assert_refused(client.peer().poll(1), 400, "invalid-cursor")


def test_a_reply_holds_64_kib_of_events(client):
    callee = filled(client, count=5, size=30_000)
    sizes = []
    while (response := callee.poll()).status == 200:
        assert len(response.body) < REPLY_BYTES + 100
        sizes.append(len(callee.take(response)))
    assert sizes == [3, 2, 1], "an offer and two candidates, two, one"


def test_an_event_above_64_kib_comes_alone(start):
    client = start(limits={"body_bytes": 200_000}).client()
    callee = filled(client, count=2, size=100_000)
    sizes = []
    while (response := callee.poll()).status == 200:
        sizes.append(len(callee.take(response)))
    assert sizes == [1, 1, 1]


def test_a_newer_poll_takes_over(client):
    caller, callee = client.pair()
    older = callee.hold()
    client.settle()
    newer = callee.hold()
    assert_refused(older.response(), 409, "superseded")
    assert newer.is_held()
    caller.post(offer(1))
    assert len(callee.take(newer.response())) == 1


def test_a_poll_with_a_higher_cursor_takes_over(client):
    caller, callee = client.pair()
    caller.post(offer(1), candidate(2))
    assert callee.poll(2).status == 204
    older = callee.hold(after=1)
    client.settle()
    newer = callee.hold(after=2)
    assert_refused(older.response(), 409, "superseded")
    assert newer.is_held()


def test_a_poll_with_a_lower_cursor_is_old_itself(client):
    caller, callee = client.pair()
    caller.post(offer(1))
    callee.read()
    held = callee.hold(after=1)
    client.settle()
    assert_refused(callee.hold(after=0).response(), 409, "superseded")
    assert held.is_held()
    caller.post(candidate(2))
    assert held.response().json()["events"][0]["seq"] == 2


def test_a_poll_that_is_answered_at_once_takes_over_too(client):
    _, callee = client.pair()
    held = callee.hold()
    client.settle()
    assert callee.poll().status == 204
    assert_refused(held.response(), 409, "superseded")


def test_polls_of_two_tokens_do_not_touch(client):
    caller, callee = client.pair()
    caller.read()
    one, other = caller.hold(), callee.hold()
    client.settle()
    assert one.is_held() and other.is_held()


def test_left_is_the_last_event_and_its_acknowledgement_ends_the_token(client):
    caller, callee = client.pair()
    caller.leave("failed")
    assert callee.poll(0).json() == {"events": [{"seq": 1, "type": "left", "reason": "failed"}]}
    assert callee.poll(0).status == 200, "until it is acknowledged"
    assert_refused(callee.poll(1), 401, "invalid-token")
    assert_refused(callee.leave(), 401, "invalid-token")

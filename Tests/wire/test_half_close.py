"""A half-close after whole requests: they are answered, and a held poll is given up."""

import json

from support.conformance import assert_refused
from support.messages import offer


def has_no_event(data: bytes) -> bool:
    """Whether a poll was given up: closed, be it with a 204 before."""
    return data == b"" or data.startswith(b"HTTP/1.1 204 ")


def test_whole_requests_before_a_half_close_are_answered(client):
    caller, callee = client.pair()
    body = json.dumps({"messages": [offer(1)]}).encode()
    post = client.encode("POST", "/v1/messages", (*caller.fields, ("Content-Type", "application/json")), body)
    get = client.encode("GET", "/healthz")
    with client.connect() as connection:
        connection.send(post + get, "POST", "GET").half_close()
        assert connection.response().status == 204
        assert connection.response().status == 200
        assert connection.rest() == b""
    assert len(callee.read()) == 1


def test_an_error_before_a_half_close_is_answered(client):
    with client.connect() as connection:
        connection.send(client.encode("GET", "/v1/events"), "GET").half_close()
        assert_refused(connection.response(), 401, "invalid-token")
        assert connection.rest() == b""


def test_a_poll_with_events_before_a_half_close_is_answered(client):
    caller, _ = client.pair()
    with client.connect() as connection:
        connection.send(client.encode("GET", "/v1/events", caller.fields), "GET").half_close()
        assert connection.response().json() == {"events": [{"seq": 1, "type": "joined"}]}
        assert connection.rest() == b""


def test_a_held_poll_is_given_up(client):
    caller, callee = client.pair()
    held = callee.hold()
    client.settle()
    held.connection.half_close()
    assert has_no_event(held.connection.rest())
    assert caller.post(offer(1)).status == 204
    assert len(callee.read()) == 1, "the token lives, and no event went into the void"


def test_a_poll_that_ends_in_a_half_close_is_given_up_at_once(client):
    caller, callee = client.pair()
    with client.connect() as connection:
        connection.send(client.encode("GET", "/v1/events", callee.fields), "GET").half_close()
        assert has_no_event(connection.rest())
    assert caller.post(offer(1)).status == 204
    assert len(callee.read()) == 1


def test_what_stands_behind_a_poll_that_is_given_up_is_answered(client):
    caller, callee = client.pair()
    leave = client.encode("POST", "/v1/leave", (*callee.fields, ("Content-Type", "application/json")),
                          b'{"reason": "hangup"}')
    with client.connect() as connection:
        connection.send(client.encode("GET", "/v1/events", callee.fields) + leave, "GET", "POST").half_close()
        assert [connection.response().status for _ in range(2)] == [204, 204]
        assert connection.rest() == b""
    assert [event["type"] for event in caller.read()] == ["joined", "left"]


def test_half_a_request_before_a_half_close_does_nothing(client):
    caller, callee = client.pair()
    body = json.dumps({"messages": [offer(1)]}).encode()
    post = client.encode("POST", "/v1/messages", (*caller.fields, ("Content-Type", "application/json")), body)
    with client.connect() as connection:
        connection.send(post[:-1], "POST").half_close()
        rest = connection.rest()
        assert rest == b"" or rest.startswith(b"HTTP/1.1 4")
    assert callee.read() == []

"""Time limits of a connection: header, body, idle. A client that drips is closed as one that is silent."""

import time

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.messages import offer

# Seconds in the configuration of these tests.
LIMIT = 1
# A deadline is never early (but for the clock's grain), and late only as a busy machine is.
EARLY, LATE = 0.85, 4.0
JSON = ("Content-Type", "application/json")


@pytest.fixture
def daemon(start):
    return start(limits={"header_seconds": LIMIT, "body_seconds": LIMIT, "idle_seconds": LIMIT})


def drip(connection: Connection, piece: bytes, every: float = 0.1) -> float:
    """Sends `piece` again and again until the relay has closed or answered; gives the seconds that it took."""
    before = time.monotonic()
    while time.monotonic() - before < LATE:
        try:
            connection.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            break
        if not connection.is_silent(every):
            break
    return time.monotonic() - before


def test_a_header_that_does_not_end(client):
    with client.connect() as connection:
        before = time.monotonic()
        connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n", "GET")
        response = connection.response()
        assert_refused(response, 408, "timeout")
        assert response.closes and connection.rest() == b""
        assert EARLY * LIMIT < time.monotonic() - before < LATE


def test_a_header_that_drips(client):
    with client.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n", "GET")
        assert EARLY * LIMIT < drip(connection, b"X-a: b\r\n") < LATE, "the time counts from the first byte"
        assert_refused(connection.response(), 408, "timeout")


def test_empty_lines_that_drip(client):
    with client.connect() as connection:
        assert drip(connection, b"\r\n") < LATE


def test_a_body_that_does_not_end(client):
    caller, callee = client.pair()
    with client.connect() as connection:
        before = time.monotonic()
        head = client.encode("POST", "/v1/messages", (*caller.fields, JSON, ("Content-Length", "1000")))
        connection.send(head + b'{"messages": [', "POST")
        response = connection.response()
        assert_refused(response, 408, "timeout")
        assert response.closes and connection.rest() == b""
        assert EARLY * LIMIT < time.monotonic() - before < LATE
    assert callee.read() == []


@pytest.mark.parametrize("piece, coding", [(b" ", ("Content-Length", "60000")),
                                           (b"1\r\n \r\n", ("Transfer-Encoding", "chunked"))], ids=["length", "chunks"])
def test_a_body_that_drips(client, piece, coding):
    with client.connect() as connection:
        connection.send(client.encode("POST", "/v1/dial", (JSON, coding)), "POST")
        assert EARLY * LIMIT < drip(connection, piece) < LATE
        assert_refused(connection.response(), 408, "timeout")


def test_an_idle_connection_is_closed_without_a_word(client):
    with client.connect() as connection:
        client.get("/", connection=connection)
        before = time.monotonic()
        assert connection.rest() == b""
        assert EARLY * LIMIT < time.monotonic() - before < LATE


def test_a_connection_that_never_says_anything_is_closed(client):
    with client.connect() as connection:
        before = time.monotonic()
        assert connection.rest() == b""
        assert time.monotonic() - before < LATE


def test_a_held_poll_is_none_of_these(client):
    caller, callee = client.pair()
    held = callee.hold()
    assert held.connection.is_silent(2.5 * LIMIT)
    caller.post(offer(1))
    assert held.response().status == 200


def test_after_a_held_poll_the_idle_time_begins_anew(client):
    caller, callee = client.pair()
    with client.connect() as connection:
        held = callee.hold(connection=connection)
        assert connection.is_silent(1.5 * LIMIT)
        caller.post(offer(1))
        assert held.response().status == 200
        before = time.monotonic()
        assert connection.rest() == b""
        assert time.monotonic() - before > EARLY * LIMIT


def test_a_loop_that_never_rests_keeps_deadlines(daemon):
    """Requests come faster than the loop waits for more: it asks who is due in between."""
    client = daemon.client()
    held = client.peer().hold(fields=(("Prefer", f"wait={LIMIT}"),))
    with client.connect() as busy:
        request = client.encode("GET", "/healthz")
        before = time.monotonic()
        while held.connection.is_silent(0.0005) and time.monotonic() - before < LATE:
            assert busy.send(request, "GET").response().status == 200
    assert held.response().status == 204
    assert EARLY * LIMIT <= time.monotonic() - before < LATE

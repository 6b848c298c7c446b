"""HTTP/1.1 as such: connections that are kept, pipelines, chunks, expectations, HTTP/1.0, forms of a target."""

import email.utils
import json
import threading
import time

import pytest

from support.conformance import assert_refused
from support.messages import offer
from support.secrets import new_code

JSON = ("Content-Type", "application/json")


def test_a_connection_serves_many_requests(client):
    with client.connect() as connection:
        for _ in range(50):
            assert client.get("/", connection=connection).status == 200
            assert client.dial(new_code(), connection=connection).status == 201


def test_connection_close_is_kept_to(client):
    for value in ("close", "Close", "x, close"):
        with client.connect() as connection:
            response = client.get("/", [("Connection", value)], connection=connection)
            assert response.status == 200 and response.closes
            assert connection.rest() == b""


def test_every_answer_bears_a_date(client):
    for target in ("/", "/healthz", "/nothing", "/v1/events"):
        date = email.utils.parsedate_to_datetime(client.get(target).header("Date"))
        assert abs(date.timestamp() - time.time()) < 5


def test_a_pipeline_is_answered_in_order(client):
    with client.connect() as connection:
        targets = ["/main.js", "/nothing", "/style.css", "/healthz", "/"] * 20
        connection.send(b"".join(client.encode("GET", target) for target in targets), *["GET"] * len(targets))
        responses = [connection.response() for _ in targets]
    types = {"/main.js": "text/javascript", "/nothing": "application/problem+json", "/style.css": "text/css",
             "/healthz": "text/plain", "/": "text/html"}
    for target, response in zip(targets, responses, strict=True):
        assert response.header("Content-Type").split(";")[0] == types[target]


def test_a_pipeline_longer_than_any_buffer_is_answered_whole(client):
    count = 5_000
    with client.connect() as connection:
        requests = client.encode("GET", "/main.js") * count
        sender = threading.Thread(target=connection.send, args=(requests, *["GET"] * count))
        sender.start()
        while connection.reader.next("GET") is None:
            connection.reader.feed(connection.socket.recv(65_536))
        answered = 1
        while answered < count:
            response = connection.reader.next("GET")
            if response is None:
                connection.reader.feed(connection.socket.recv(65_536))
            else:
                assert response.status == 200
                answered += 1
        sender.join()


def test_a_pipeline_behind_a_held_poll_waits_its_turn(client):
    caller, callee = client.pair()
    with client.connect() as connection:
        poll = client.encode("GET", "/v1/events", callee.fields)
        connection.send(poll + client.encode("GET", "/main.js") + client.encode("GET", "/nothing"),
                        "GET", "GET", "GET")
        assert connection.is_silent(), "the answer to the poll comes first"
        assert caller.post(offer(1)).status == 204
        assert connection.response().json()["events"][0]["type"] == "offer"
        assert connection.response().header("Content-Type").startswith("text/javascript")
        assert connection.response().status == 404


def test_a_post_behind_a_held_poll_on_the_same_connection(client):
    caller, callee = client.pair()
    with client.connect() as connection:
        short = client.encode("GET", "/v1/events", (*callee.fields, ("Prefer", "wait=1")))
        body = b'{"reason": "hangup"}'
        connection.send(short + client.encode("POST", "/v1/leave", (*callee.fields, JSON), body), "GET", "POST")
        assert connection.response().status == 204
        assert connection.response().status == 204
    assert [event["type"] for event in caller.read()] == ["joined", "left"]


def chunked(body: bytes, *sizes: int, trailers: bytes = b"", extension: bytes = b"") -> bytes:
    """`body` in chunks of these sizes, the last taking the rest."""
    pieces, start = [], 0
    for size in (*sizes, len(body) - sum(sizes)):
        pieces.append(b"%x%s\r\n%s\r\n" % (size, extension, body[start : start + size]))
        start += size
    return b"".join(pieces) + b"0\r\n" + trailers + b"\r\n"


@pytest.mark.parametrize("sizes, trailers, extension", [
    ((), b"", b""), ((1, 2, 3), b"", b""), ((5,), b"X-Sum: 1\r\nX-More: 2\r\n", b""), ((5,), b"", b';a=b;c="d;e"'),
], ids=["one", "four", "trailers", "extensions"])
def test_a_chunked_body_is_read(client, sizes, trailers, extension):
    caller, callee = client.pair()
    message = offer(1)
    body = chunked(json.dumps({"messages": [message]}).encode(), *sizes, trailers=trailers, extension=extension)
    head = client.encode("POST", "/v1/messages", (*caller.fields, JSON, ("Transfer-Encoding", "chunked")))
    with client.connect() as connection:
        connection.send(head + body + client.encode("GET", "/healthz"), "POST", "GET")
        assert connection.response().status == 204
        assert connection.response().status == 200
    assert callee.read()[0]["data"] == message["data"]


def test_a_trailer_is_no_header_field(client):
    caller, _ = client.pair()
    body = chunked(b'{"messages": []}', trailers=b"Authorization: Bearer %s\r\n" % caller.token.encode())
    head = client.encode("POST", "/v1/messages", (JSON, ("Transfer-Encoding", "chunked")))
    with client.connect() as connection:
        connection.send(head + body, "POST")
        assert connection.response().status in (400, 401)


def test_continue_is_sent_before_the_body_is(client):
    code = new_code()
    body = json.dumps({"code": code}).encode()
    fields = [JSON, ("Expect", "100-continue"), ("Content-Length", str(len(body)))]
    with client.connect() as connection:
        connection.send(client.encode("POST", "/v1/dial", fields), "POST")
        assert connection.interim_response().status == 100
        connection.send(body)
        assert connection.response().status == 201


def test_continue_is_not_sent_where_the_body_is_refused(start):
    client = start(limits={"body_bytes": 1_000}).client()
    with client.connect() as connection:
        fields = [JSON, ("Expect", "100-continue"), ("Content-Length", "5000")]
        connection.send(client.encode("POST", "/v1/dial", fields), "POST")
        assert_refused(connection.response(), 413, "too-large")
        assert connection.interim == []


def test_continue_does_not_overtake_a_held_poll(client):
    caller, callee = client.pair()
    body = json.dumps({"messages": [{"id": 1, "type": "candidate", "data": None}]}).encode()
    fields = (*callee.fields, JSON, ("Expect", "100-continue"), ("Content-Length", str(len(body))))
    with client.connect() as connection:
        connection.send(client.encode("GET", "/v1/events", callee.fields), "GET")
        connection.send(client.encode("POST", "/v1/messages", fields), "POST")
        assert connection.is_silent()
        caller.post(offer(1))
        assert connection.response().status == 200
        assert connection.interim_response().status == 100
        connection.send(body)
        assert connection.response().status == 204


def test_http_1_0_closes_unless_asked_not_to(client):
    with client.connect() as connection:
        connection.send(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", "GET")
        response = connection.response()
        assert response.status == 200 and response.raw.startswith(b"HTTP/1.1 ")
        assert connection.rest() == b""


def test_http_1_0_may_be_kept_alive(client):
    request = b"GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
    with client.connect() as connection:
        connection.send(request, "GET")
        response = connection.response()
        if (response.header("Connection") or "").lower() == "keep-alive":
            connection.send(request, "GET")
            assert connection.response().status == 200
        else:
            assert connection.rest() == b""


def test_http_1_0_gets_no_interim_response(client):
    with client.connect() as connection:
        connection.send(b"POST /v1/dial HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", "POST")
        assert connection.is_silent()
        connection.send(b"{}")
        assert connection.response().status == 400
        assert connection.interim == []


def test_a_target_may_be_absolute(client):
    authority = f"127.0.0.1:{client.address[1]}"
    assert client.get(f"http://{authority}/main.js").header("Content-Type").startswith("text/javascript")
    assert client.get(f"http://{authority}").status == 200
    assert client.get(f"HTTP://{authority}/healthz?x").status == 200
    peer = client.peer()
    assert client.get(f"http://{authority}/v1/events?after=0", (*peer.fields, ("Prefer", "wait=0"))).status == 204


def test_the_authority_of_an_absolute_target_is_the_one_that_counts(client):
    with client.connect() as connection:
        connection.send(b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", "GET")
        assert_refused(connection.response(), 421, "unknown-host")
    with client.connect() as connection:
        connection.send(b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET")
        assert connection.response().status in (400, 421)


def test_head_is_get_without_the_body(client):
    for target in ("/", "/main.js", "/healthz", "/nothing"):
        with client.connect() as connection:
            get = client.get(target, connection=connection)
            head = client.request("HEAD", target, connection=connection)
            assert (head.status, head.body) == (get.status, b"")
            assert head.header("Content-Length") == str(len(get.body))
            assert dict(head.fields) | {"Date": ""} == dict(get.fields) | {"Date": ""}


@pytest.mark.parametrize("path", ["/%6dain.js", "/%6Dain%2ejs", "/main.js?version=2", "/main.js?"])
def test_equivalent_targets(client, path):
    assert client.get(path).header("Content-Type").startswith("text/javascript")


def test_one_byte_at_a_time(client):
    caller, callee = client.pair()
    body = json.dumps({"messages": [offer(1)]}).encode()
    data = client.encode("POST", "/v1/messages", (*caller.fields, JSON), body)
    with client.connect() as connection:
        for byte in data:
            connection.send(bytes([byte]))
        connection.send(b"", "POST")
        assert connection.response().status == 204
    assert len(callee.read()) == 1


def test_a_client_that_goes_before_its_answer_does_no_harm(client):
    for _ in range(50):
        connection = client.connect()
        connection.send(client.encode("GET", "/") * 20)
        connection.reset()
    client.settle()

"""The rows of the error table that no other file covers: targets, methods, media types, limits."""

import json

import pytest

from support.conformance import assert_refused
from support.messages import offer, padded_candidate
from support.secrets import new_code

JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize("target", ["/v1", "/v1/", "/v1/dial/", "/v1/nothing", "/v2/dial", "/v1//dial", "/V1/dial",
                                    "/v1/dial%00", "/healthz/", "/metrics", "/nothing.html"])
def test_what_is_not_there_is_not_found(client, target):
    assert_refused(client.get(target), 404, "not-found")


@pytest.mark.parametrize("method, target, allowed", [
    ("GET", "/v1/dial", {"POST"}), ("PUT", "/v1/dial", {"POST"}), ("DELETE", "/v1/leave", {"POST"}),
    ("GET", "/v1/messages", {"POST"}), ("POST", "/v1/events", {"GET"}), ("OPTIONS", "/v1/dial", {"POST"}),
    ("POST", "/", {"GET", "HEAD"}), ("PUT", "/main.js", {"GET", "HEAD"}), ("POST", "/healthz", {"GET", "HEAD"}),
    ("DELETE", "/healthz", {"GET", "HEAD"}),
])
def test_a_method_that_a_target_does_not_know(client, method, target, allowed):
    response = client.request(method, target, [JSON], b"{}" if method in ("POST", "PUT") else None)
    assert_refused(response, 405, "method-not-allowed")
    assert {name.strip() for name in response.header("Allow").split(",")} >= allowed


@pytest.mark.parametrize("target", ["/", "/nowhere", "/v1/nowhere", "/v1/dial"])
def test_a_method_that_no_target_knows(client, target):
    assert_refused(client.request("BREW", target), 501, "invalid-request")


def test_the_server_as_a_whole_says_what_it_can_do(client):
    response = client.request("OPTIONS", "*")
    assert (response.status, response.body) == (204, b"")
    assert {"GET", "HEAD", "POST"} <= {name.strip() for name in response.header("Allow").split(",")}


@pytest.mark.parametrize("method", ["BREW", "get", "TRACE", "PROPFIND"])
def test_a_method_that_nobody_knows(client, method):
    response = client.request(method, "/")
    assert (response.status, response.json()["code"]) in [(501, "invalid-request"), (405, "method-not-allowed")]


@pytest.mark.parametrize("target", ["/v1/dial", "/v1/messages", "/v1/leave"])
@pytest.mark.parametrize("media_type", [
    None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp",
    "application/json5", "application/problem+json", "text/json", "json", "application/json, text/plain",
], ids=str)
def test_a_body_that_is_not_called_json(client, target, media_type):
    peer = client.peer()
    fields = [*peer.fields] + ([] if media_type is None else [("Content-Type", media_type)])
    body = json.dumps({"code": new_code(), "reason": "hangup", "messages": [offer(1)]}).encode()
    assert_refused(client.request("POST", target, fields, body), 415, "unsupported-media-type")
    assert peer.poll().status == 204, "nothing was done"


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON",
                                        "application/json ;charset=UTF-8", 'application/json; charset="utf-8"'])
def test_the_ways_to_say_json(client, media_type):
    code = new_code()
    body = json.dumps({"code": code}).encode()
    assert client.request("POST", "/v1/dial", [("Content-Type", media_type)], body).status == 201


def test_a_body_above_its_limit_is_refused_before_it_comes(start):
    client = start(limits={"body_bytes": 1_000}).client()
    with client.connect() as connection:
        head = client.encode("POST", "/v1/dial", [JSON, ("Content-Length", "1001")])
        connection.send(head, "POST")
        response = connection.response()
        assert_refused(response, 413, "too-large")
        assert response.closes and connection.rest() == b""


def test_a_chunked_body_above_its_limit_is_refused(start):
    client = start(limits={"body_bytes": 1_000}).client()
    with client.connect() as connection:
        head = client.encode("POST", "/v1/dial", [JSON, ("Transfer-Encoding", "chunked")])
        connection.send(head + b"1f4\r\n" + b" " * 500 + b"\r\n1f5\r\n", "POST")
        assert_refused(connection.response(), 413, "too-large")
        assert connection.rest() == b""


@pytest.mark.parametrize("cut", [10, -600, -1])
def test_a_reload_bounds_the_bodies_on_open_connections_too(start, cut):
    daemon = start(limits={"body_bytes": 2_000})
    client = daemon.client()
    with client.connect() as connection:
        body = json.dumps({"code": new_code()}).encode().ljust(1_500)
        dial = client.encode("POST", "/v1/dial", [JSON, ("Content-Length", str(len(body)))]) + body
        assert connection.send(dial, "POST").response().status == 201
        connection.send(dial[:cut], "POST")
        daemon.reload(limits={"body_bytes": 1_000})
        assert_refused(connection.send(dial[cut:]).response(), 413, "too-large")


def test_a_body_at_its_limit_is_taken(start):
    client = start(limits={"body_bytes": 1_000}).client()
    caller, callee = client.pair()
    message = offer(1, "v=0")
    body = json.dumps({"messages": [message]}).encode()
    assert caller.post_bytes(body + b" " * (1_000 - len(body))).status == 204
    assert len(callee.read()) == 1


@pytest.mark.parametrize("coding", ["length", "chunked"])
def test_a_limit_above_any_buffer_is_kept_to(start, coding):
    client = start(limits={"body_bytes": 2_000_000, "mailbox_bytes": 4_000_000}).client()
    caller, callee = client.pair()
    message = offer(1, "v" * 1_500_000)
    body = json.dumps({"messages": [message]}).encode()
    length = ("Content-Length", str(len(body)))
    framing = length if coding == "length" else ("Transfer-Encoding", "chunked")
    if coding == "chunked":
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with client.connect() as connection:
        connection.send(client.encode("POST", "/v1/messages", (*caller.fields, JSON, framing)) + body, "POST")
        assert connection.response().status == 204
    assert callee.read()[0]["data"] == message["data"]


def test_a_target_that_is_too_long(client):
    response = client.get("/" + "a" * 100_000)
    assert_refused(response, 414, "uri-too-long")
    assert response.closes


@pytest.mark.parametrize("fields", [[("X-Long", "a" * 100_000)], [(f"X-{n}", "a" * 100) for n in range(2_000)],
                                    [("X", "")] * 1_000], ids=["one long", "much in all", "many"])
def test_header_fields_that_are_too_large(client, fields):
    with client.connect() as connection:
        try:
            connection.send(client.encode("GET", "/", fields), "GET")
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert_refused(connection.response(), 431, "headers-too-large")
        assert connection.rest() == b""


def test_an_expectation_that_is_not_served(client):
    fields = [JSON, ("Expect", "200-ok")]
    assert_refused(client.request("POST", "/v1/dial", fields, b"{}"), 417, "invalid-request")


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip", "identity", "deflate", "chunked, gzip"])
def test_a_transfer_coding_that_is_not_served(client, coding):
    with client.connect() as connection:
        connection.send(client.encode("POST", "/v1/dial", [JSON, ("Transfer-Encoding", coding)]), "POST")
        response = connection.response()
        assert response.status in ((400, 501) if coding != "gzip, chunked" else (501,))
        assert_refused(response, response.status, "invalid-request")
        assert connection.rest() == b""


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/3.0", b"HTTP/0.9"])
def test_a_version_that_is_not_served(client, version):
    with client.connect() as connection:
        connection.send(b"GET / " + version + b"\r\nHost: localhost\r\n\r\n", "GET")
        response = connection.response()
        assert_refused(response, 505, "invalid-request")
        assert connection.rest() == b""


@pytest.mark.parametrize("head", [
    b"GET /\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\nHost: localhost\n\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"POST /v1/dial HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /v1/dial HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\n",
], ids=["no version", "two spaces", "no host", "two hosts", "bare LF", "folded", "space before colon", "NUL", "TLS",
        "two lengths", "signed length"])
def test_what_is_no_http_is_refused_and_closed(client, head):
    with client.connect() as connection:
        connection.send(head + b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET")
        response = connection.response()
        assert_refused(response, 400, "invalid-request")
        assert response.closes and connection.rest() == b""


def test_an_error_keeps_the_connection_where_the_request_was_whole(client):
    with client.connect() as connection:
        for _ in range(3):
            assert client.get("/nothing", connection=connection).status == 404
            assert client.post_json("/v1/dial", b"no JSON", connection=connection).status == 400
            assert client.get("/v1/events", connection=connection).status == 401
        assert client.get("/healthz", connection=connection).status == 200


def test_no_error_repeats_what_was_sent(client):
    marker = "x7Q9unlikely"
    responses = [
        client.get(f"/{marker}"), client.get(f"/v1/{marker}"),
        client.get(f"/v1/events?after={marker}", client.peer().fields),
        client.post_json("/v1/dial", b'{"' + marker.encode() + b'":'), client.get("/", host=f"{marker}.example"),
        client.get("/v1/events", [("Authorization", f"Bearer {marker}")]),
    ]
    assert all(marker.encode() not in response.body for response in responses)


def test_no_error_loses_what_was_accepted(client):
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    caller.post_bytes(b"no JSON")
    caller.post(offer(5))
    callee.poll(99)
    client.get("/v1/events", callee.fields, host="evil.example")
    caller.post(padded_candidate(2, 70_000))
    assert len(callee.read()) == 1

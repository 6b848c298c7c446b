"""Who is let in: tokens, hosts, origins."""

import json
import socket

import pytest

from support.conformance import assert_refused
from support.messages import offer
from support.secrets import new_code

OPERATIONS = [("GET", "/v1/events", None), ("POST", "/v1/messages", json.dumps({"messages": [offer(1)]}).encode()),
              ("POST", "/v1/leave", b'{"reason": "hangup"}')]


@pytest.mark.parametrize("method, target, body", OPERATIONS, ids=[row[1] for row in OPERATIONS])
@pytest.mark.parametrize("authorization", [
    None, "", "Bearer", "Bearer ", "Bearer " + "A" * 43, "Bearer " + "A" * 42, "Bearer x", "Basic dTpw", "A" * 43,
    "Bearer " + "A" * 5_000,
], ids=lambda value: str(value)[:20])
def test_without_a_token_that_is_known_nothing_is_done(client, method, target, body, authorization):
    fields = [] if authorization is None else [("Authorization", authorization)]
    if body is not None:
        fields.append(("Content-Type", "application/json"))
    response = client.request(method, target, fields, body)
    assert_refused(response, 401, "invalid-token")
    assert response.header("WWW-Authenticate") == "Bearer"


def test_the_scheme_is_matched_in_any_case(client):
    peer = client.peer()
    for scheme in ("bearer", "BEARER", "Bearer  "):
        fields = (("Authorization", f"{scheme} {peer.token}"), ("Prefer", "wait=0"))
        assert client.get("/v1/events", fields).status == 204


def test_a_token_with_one_other_letter_is_another_token(client):
    peer = client.peer()
    other = ("B" if peer.token[0] != "B" else "C") + peer.token[1:]
    assert_refused(client.get("/v1/events", [("Authorization", f"Bearer {other}")]), 401, "invalid-token")
    assert_refused(client.get("/v1/events", [("Authorization", f"Bearer {peer.token}=")]), 401, "invalid-token")


def test_two_authorizations_are_refused(client):
    peer = client.peer()
    assert client.get("/v1/events", (*peer.fields, *peer.fields)).status in (400, 401)


def test_a_token_in_the_address_is_none(client):
    peer = client.peer()
    assert_refused(client.get(f"/v1/events?access_token={peer.token}"), 401, "invalid-token")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.2", "[::2]",
                                  "127.0.0.1.evil.example", "notlocalhost", "10.0.0.1", "2130706433"])
@pytest.mark.parametrize("target", ["/", "/v1/dial", "/healthz", "/nothing"])
def test_a_host_that_is_not_this_machine_is_refused(client, host, target):
    problem = assert_refused(client.get(target, host=host), 421, "unknown-host")
    assert "allowed_hosts" in problem["detail"], "it names the key to set"


@pytest.mark.parametrize("host", ["localhost", "LocalHost:1", "localhost.", "page.localhost", "127.0.0.1",
                                  "127.0.0.1:9"])
def test_this_machine_is_served_under_its_names(client, host):
    assert client.get("/", host=host).status == 200


@pytest.mark.parametrize("suffix", ["", ".local", ".lan", ".home", ".home.arpa", ".internal", ".LAN"])
def test_the_machines_name_is_served(client, suffix):
    name = socket.gethostname().split(".")[0]
    assert client.get("/", host=name + suffix).status == 200


def test_other_suffixes_of_the_machines_name_are_not_served(client):
    name = socket.gethostname().split(".")[0]
    assert_refused(client.get("/", host=name + ".example"), 421, "unknown-host")


def test_allowed_hosts_are_served(start):
    client = start(allowed_hosts=["holdline.example", "192.0.2.7", "2001:db8::7"]).client()
    for host in ("holdline.example", "HOLDLINE.example:8443", "192.0.2.7", "[2001:db8::7]:80", "[2001:DB8:0::7]"):
        assert client.get("/", host=host).status == 200
    assert_refused(client.get("/", host="www.holdline.example"), 421, "unknown-host")


def test_no_host_in_the_request_is_no_host_of_this_machine(client):
    with client.connect() as connection:
        connection.send(b"GET / HTTP/1.0\r\n\r\n", "GET")
        assert connection.response().status in (400, 421)


CROSS = ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "http://localhost:{port}",
         "http://127.0.0.1", "file://", "", "chrome-extension://abcdef", "http://127.0.0.1:{port}.evil.example",
         "ws://127.0.0.1:{port}", "http://user@127.0.0.1:{port}"]


@pytest.mark.parametrize("origin", CROSS)
def test_pages_of_other_origins_are_refused_under_v1(client, origin):
    origin = origin.format(port=client.address[1])
    code = new_code()
    response = client.dial(code)
    fields = [("Content-Type", "application/json"), ("Origin", origin)]
    refused = client.request("POST", "/v1/dial", fields, b'{"code": "%s"}' % code.encode())
    assert_refused(refused, 403, "cross-origin")
    assert refused.header("Access-Control-Allow-Origin") is None
    token = ("Authorization", f"Bearer {response.json()['token']}")
    for method, target in (("GET", "/v1/events"), ("POST", "/v1/leave"), ("POST", "/v1/messages")):
        body = b"{}" if method == "POST" else None
        assert_refused(client.request(method, target, [token, *fields], body), 403, "cross-origin")
    assert client.peer(code).role == "callee", "nothing was dialled or left"


def test_pages_of_other_origins_may_read_the_page_and_health(client):
    for target in ("/", "/main.js", "/healthz"):
        fields = [("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site")]
        assert client.get(target, fields).status == 200


def test_a_request_without_an_origin_that_is_cross_site_is_refused(client):
    peer = client.peer()
    fields = (*peer.fields, ("Sec-Fetch-Site", "cross-site"))
    assert_refused(client.get("/v1/events?after=0", fields), 403, "cross-origin")


@pytest.mark.parametrize("fields", [
    [("Origin", "http://127.0.0.1:{port}")], [("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "none")], [("Origin", "http://127.0.0.1:{port}"), ("Sec-Fetch-Site", "cross-site")],
], ids=str)
def test_the_relays_own_page_is_let_in(client, fields):
    caller, _ = client.pair()
    fields = [(name, value.format(port=client.address[1])) for name, value in fields]
    assert client.post_json("/v1/messages", {"messages": [offer(1)]}, (*caller.fields, *fields)).status == 204


def test_the_port_that_a_scheme_implies_is_the_same_port(client):
    caller, _ = client.pair()
    for host, origin in (("localhost", "http://localhost:80"), ("localhost:80", "http://localhost"),
                         ("LOCALHOST", "http://localhost")):
        fields = (*caller.fields, ("Origin", origin), ("Prefer", "wait=0"))
        assert client.get("/v1/events", fields, host=host).status == 200


def test_an_origin_on_an_allowed_host_is_let_in(start):
    client = start(allowed_hosts=["holdline.example"]).client()
    peer = client.peer()
    for origin in ("http://holdline.example", "https://holdline.example:8443"):
        fields = (*peer.fields, ("Origin", origin), ("Prefer", "wait=0"))
        assert client.get("/v1/events", fields).status == 204
    refused = client.get("/v1/events", (*peer.fields, ("Origin", "http://sub.holdline.example")))
    assert_refused(refused, 403, "cross-origin")

"""A walk through the protocol that brings about every answer that docs/openapi.yaml declares."""

from __future__ import annotations

import signal

from support.client import Client, Exchange
from support.messages import answer, candidate, end_of_candidates, offer
from support.secrets import new_code, new_key

JSON = ("Content-Type", "application/json")
EVIL = ("Origin", "http://evil.example")
TEXT = ("Content-Type", "text/plain")
TRUST = ["/trust", "/trust.json", "/trust/address.svg", "/ca.crt", "/ca.pem", "/ca.mobileconfig"]
OPERATIONS = [("POST", "/v1/dial"), ("GET", "/v1/events"), ("POST", "/v1/messages"), ("POST", "/v1/leave"),
              ("GET", "/healthz"), ("HEAD", "/healthz"), ("GET", "/address"), ("POST", "/qr"), ("GET", "/"),
              *(("GET", target) for target in TRUST)]


def whole_call(client: Client) -> None:
    """Every event there is, every way to leave."""
    caller, callee = client.pair()
    caller.post(offer(1), candidate(2), end_of_candidates(3))
    callee.read()
    callee.post(answer(1), candidate(2), end_of_candidates(3))
    caller.read()
    caller.read()
    caller.leave("failed")
    callee.read()
    callee.poll()
    for reason in ("connected", "hangup"):
        client.peer().leave(reason)
    client.request("HEAD", "/healthz")


def beside_the_protocol(client: Client, name: str) -> None:
    """What there is without HTTPS. `name` is one that others know the machine by."""
    client.get("/")
    client.get("/address")
    client.get("/address", host=name)
    client.request("POST", "/qr", [TEXT], "https://pi.local/#тюльпан".encode())
    client.request("POST", "/qr", [TEXT], b"")
    for target in TRUST:
        client.get(target)


def trust(client: Client) -> None:
    """What there is with a home CA, over either way."""
    client.get("/address")
    for target in TRUST:
        client.get(target)


def errors_of_the_protocol(client: Client) -> None:
    key = new_key()
    client.peer(key=key)
    client.dial(new_code(), key=key)
    caller, callee = client.pair()
    caller.poll("x")
    caller.poll(99)
    caller.post(offer(1), {"id": 2})
    caller.post(offer(5))
    caller.post(answer(1))
    callee.leave("hangup")
    caller.post(offer(1))
    client.post_json("/v1/leave", {"reason": "bored"}, caller.fields)
    alone = client.peer()
    older = alone.hold()
    client.settle()
    alone.poll()
    older.response()


def errors_of_every_operation(client: Client) -> None:
    """What any operation may be refused with."""
    peer = client.peer()
    for method, target in OPERATIONS:
        body = b"{}" if method == "POST" else None
        fields = [*peer.fields, JSON]
        client.request(method, target, fields, body, host="evil.example")
        client.request(method, target, [*fields, ("Expect", "200-ok")], body)
        if target.startswith("/v1/") or target == "/qr":
            client.request(method, target, [*fields, EVIL], body)
        if method == "POST":
            client.request(method, target, peer.fields, body)
            client.request(method, target, fields, b"no JSON")
            client.request(method, target, fields, b" " * 70_000)
        if target in ("/v1/events", "/v1/messages", "/v1/leave"):
            client.request(method, target, [JSON], body)


def mailbox_full(client: Client) -> None:
    """Needs `mailbox_events` of 2."""
    caller, _ = client.pair()
    caller.post(offer(1), candidate(2))
    caller.post(candidate(3))


def too_many_dials(client: Client) -> None:
    """Needs `dials_per_minute` of 1."""
    client.dial(new_code())
    client.dial(new_code())


def overloaded(client: Client) -> None:
    """Needs `connections` of 1. Whoever has a token would be served all the same."""
    held = client.peer().hold()
    assert held.is_held()
    for method, target in OPERATIONS:
        body = b"{}" if method == "POST" else None
        client.request(method, target, [JSON], body)
    held.connection.close()


def stopping(daemon) -> list[Exchange]:
    """What a held poll is told when the relay ends."""
    client = daemon.client()
    held = client.peer().hold()
    client.settle()
    daemon.signal(signal.SIGTERM)
    held.response()
    daemon.await_end()
    return client.exchanges

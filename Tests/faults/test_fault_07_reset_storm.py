"""Fault 7: fifty thousand connections that end in a reset. The daemon has as many descriptors afterwards as before."""

import time

from crowd import Crowd
from support.daemon import until
from support.prometheus import parse

RESETS = 50_000
AT_ONCE = 500


def test_resets(start, measured):
    daemon = start()
    client = daemon.client()
    caller, callee = client.pair()
    # What the connections are at when they are reset, in turn.
    sent = [
        b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n", client.encode("GET", "/"), client.encode("GET", "/") * 20,
        client.encode("GET", "/v1/events?after=1", caller.fields),
        client.encode("POST", "/v1/messages", (*callee.fields, ("Content-Length", "500"))) + b"{",
    ]

    def storm(turns: int) -> None:
        for turn in range(turns):
            with Crowd(daemon.port) as crowd:
                crowd.connect(AT_ONCE)
                crowd.send(sent[turn % len(sent)])
                crowd.reset()

    # What a process opens once and for all is open after this.
    storm(len(sent))
    client.settle()
    before = daemon.descriptors()
    began = time.monotonic()
    storm(RESETS // AT_ONCE)
    took = time.monotonic() - began
    until(lambda: daemon.descriptors() <= before)
    measured(f"{RESETS} resets in {took:.0f} s; descriptors {before} before, {daemon.descriptors()} after")
    page = parse(daemon.metrics_client().get("/metrics").body.decode())
    assert page["holdline_connections_accepted_total"].value() > 0.9 * RESETS, "they were there"
    assert page["holdline_polls_held"].value() == 0
    assert page["holdline_connections"].value() == 1, "the one that asks"
    assert caller.post({"id": 1, "type": "candidate", "data": None}).status == 204

"""Fault 4: a body that comes byte by byte. It is closed at its deadline, and nothing of it is done."""

import time

from support.conformance import assert_refused
from support.prometheus import parse

CLIENTS = 20
BODY_SECONDS = 5


def test_a_byte_a_second(start, measured):
    daemon = start(limits={"body_seconds": BODY_SECONDS})
    client = daemon.client()
    caller, callee = client.pair()
    # Whole after some minutes, and valid then.
    body = b'{"messages": [{"id": 1, "type": "candidate", "data": null}]}' + b" " * 300
    fields = (*caller.fields, ("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    head = client.encode("POST", "/v1/messages", fields)
    connections = [client.connect().send(head, "POST") for _ in range(CLIENTS)]
    began = time.monotonic()
    for second in range(BODY_SECONDS - 1):
        for connection in connections:
            connection.send(body[second : second + 1])
        # It is the fault, not a wait for something.
        time.sleep(1)
    answers = [connection.response() for connection in connections]
    took = time.monotonic() - began
    measured(f"{CLIENTS} answered 408 and closed after {took:.1f} s")
    for connection, response in zip(connections, answers, strict=True):
        assert_refused(response, 408, "timeout")
        assert response.closes and connection.rest() == b""
    assert BODY_SECONDS - 1 < took < BODY_SECONDS + 1
    assert callee.read() == []
    taken = parse(daemon.metrics_client().get("/metrics").body.decode())["holdline_messages_total"].total()
    assert taken == 0, "nothing dispatched"

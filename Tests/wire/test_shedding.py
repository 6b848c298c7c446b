"""Short of memory or of descriptors the relay refuses in steps, and says so; who is in a call goes on."""

import json
import re
import resource
import subprocess

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.daemon import BINARY, until
from support.messages import offer, padded_candidate
from support.prometheus import parse
from support.secrets import new_code
from support.tls import Secure

# More than the daemon holds when it has nothing to do.
MEMORY = 40_000_000
PIECE = 60_000


def metric(daemon, name: str) -> float:
    return parse(daemon.metrics_client().get("/metrics").body.decode())[name].value()


def status(daemon) -> dict:
    path = daemon.folder / "control.sock"
    done = subprocess.run(
        [BINARY, "status", "--json", "--socket", path], capture_output=True, text=True, timeout=10, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def small(start, tmp_path):
    """A daemon that may not hold much."""
    return start(
        control_socket=str(tmp_path / "daemon0/control.sock"),
        limits={"memory_bytes": MEMORY, "mailbox_events": 1_000, "mailbox_bytes": 100 * PIECE})


def fill(peer, start: int = 1):
    """Posts until a post is refused; the refusal, and the id that comes next."""
    id = start
    while (response := peer.post(padded_candidate(id, PIECE))).status == 204:
        id += 1
        assert id < 2_000, "no limit at all"
    return response, id


def test_each_step_refuses_more_and_all_is_served_again(small):
    client = small.client()
    caller, callee = client.pair()
    waiting = client.peer(code := new_code())
    assert caller.post(offer(1, "v=0")).status == 204
    held = waiting.hold()
    assert held.is_held()
    assert status(small)["memory"]["step"] == "none"
    assert status(small)["memory"]["limitBytes"] == MEMORY == metric(small, "holdline_memory_limit_bytes")

    # Many mailboxes, so that the bound of one does not come first.
    posters = [client.pair() for _ in range(10)]
    for one, _ in posters:
        assert one.post(offer(1, "v=0")).status == 204
    step = 0
    for number in range(2, 120):
        if step == 2:
            break
        for one, _ in posters:
            response = one.post(padded_candidate(number, PIECE))
            now = metric(small, "holdline_memory_step")
            if response.status != 204:
                assert_refused(response, 503, "overloaded")
                assert int(response.header("Retry-After")) >= 1
                step = 2
                break
            if now == 1 and step == 0:
                step = 1
                assert_refused(client.dial(new_code()), 503, "overloaded")
                assert_refused(client.get("/"), 503, "overloaded")
                assert client.get("/healthz").status == 200
    assert step == 2
    assert_refused(client.dial(code), 503, "overloaded")
    assert_refused(client.get("/"), 503, "overloaded")
    assert client.get("/healthz").status == 200
    assert status(small)["memory"]["step"] == "exhausted"
    assert held.is_held()
    # What is there is read, and who is there leaves.
    assert [event["type"] for event in callee.read()] == ["offer"]
    for _, reader in posters:
        while reader.poll().status == 200:
            reader.read()
    for one, other in posters:
        assert one.leave("hangup").status == other.leave("hangup").status == 204
    until(lambda: client.dial(new_code()).status == 201)
    assert client.get("/").status == 200
    assert client.peer(code).role == "callee"
    assert [event["type"] for event in waiting.take(held.response())] == ["joined"]

    told = re.findall(r"(warning|notice): memory: \d+ kB of 40000 are in use.*?((?:new|everybody) \w+)", small.log())
    assert told == [("warning", "new dials"), ("warning", "new connections")], "each step once"


def test_idle_connections_go_when_memory_is_short(small):
    client = small.client()
    caller, _ = client.pair()
    idle = [client.connect() for _ in range(20)]
    for connection in idle:
        assert client.get("/healthz", connection=connection).status == 200
    small.reload(limits={"memory_bytes": 16_777_216, "mailbox_events": 1_000, "mailbox_bytes": 100 * PIECE})
    caller.post(offer(1))
    fill(caller, 2)
    assert all(connection.rest() == b"" for connection in idle)


def test_no_handshake_begins_when_memory_is_exhausted(start, tmp_path):
    secure = Secure(
        start, tmp_path, limits={"memory_bytes": 24_000_000, "mailbox_events": 1_000, "mailbox_bytes": 100 * PIECE},
        trusted_proxies=[])
    plain = secure.daemon.client(("127.0.0.1", secure.plain_port))
    caller, callee = plain.pair()
    assert caller.post(offer(1)).status == 204
    refusal, _ = fill(caller, 2)
    assert_refused(refusal, 503, "overloaded")
    with Connection(("127.0.0.1", secure.port)) as late:
        assert late.rest() == b""
    assert metric(secure.daemon, "holdline_connections_turned_away_total") >= 1
    while callee.poll().status == 200:
        callee.read()
    assert callee.leave("hangup").status == 204
    until(lambda: metric(secure.daemon, "holdline_memory_step") == 0)
    assert secure.client().get("/healthz").status == 200


def test_with_no_descriptor_left_health_is_answered(start):
    daemon = start()
    client = daemon.client()
    peers = [client.peer() for _ in range(20)]
    client.settle()
    allowed = daemon.descriptors() + 10
    resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (allowed, 20_000))
    held = [peer.hold() for peer in peers[:10]]
    assert all(each.is_held() for each in held)
    before = daemon.cpu_seconds()
    for _ in range(20):
        response = client.get("/healthz")
        assert response.status == 200 and response.closes
        assert_refused(client.dial(new_code()), 503, "overloaded")
        assert peers[15].post_bytes(b'{"messages": [{"id": 1, "type": "candidate", "data": null}]}').status == 204
    assert daemon.descriptors() <= allowed
    waits = [client.connect() for _ in range(30)]
    assert client.get("/healthz").status == 200, "others, who say nothing, are closed for it"
    assert daemon.cpu_seconds() - before < 1
    assert all(each.is_held() for each in held)
    for connection in waits:
        connection.close()
    held[0].connection.close()
    until(lambda: client.get("/").status == 200)

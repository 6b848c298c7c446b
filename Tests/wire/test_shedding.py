"""Short of memory or of descriptors the relay refuses in steps, and says so; who is in a call goes on."""

import json
import re
import resource
import subprocess

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.daemon import BINARY, until
from support.messages import candidate, offer, padded_candidate
from support.secrets import new_code
from support.tls import Secure

# More than the daemon holds when it has nothing to do, the least that there can be, and a message that is felt.
MEMORY = 40_000_000
LEAST = 16_777_216
PIECE = 60_000
ROOM = {"mailbox_events": 1_000, "mailbox_bytes": 1_000 * PIECE}

unsanitized = pytest.mark.unsanitized("its memory is resident too, and what is freed stays so for a while")


def memory(daemon) -> dict:
    """What `holdline status` says of it."""
    path = daemon.folder / "control.sock"
    done = subprocess.run(
        [BINARY, "status", "--json", "--socket", path], capture_output=True, text=True, timeout=10, check=True)
    return json.loads(done.stdout)["memory"]


def fill(peer) -> None:
    """Posts until a post is refused for want of memory."""
    assert peer.post(offer(1, "v=0")).status == 204
    for id in range(2, 1_000):
        if (response := peer.post(padded_candidate(id, PIECE))).status != 204:
            break
    assert_refused(response, 503, "overloaded")
    assert int(response.header("Retry-After")) >= 1
    assert "memory" in response.json()["detail"]


@pytest.fixture
def small(start, tmp_path):
    """A daemon that may not hold much."""
    return start(control_socket=str(tmp_path / "daemon0/control.sock"), limits=ROOM | {"memory_bytes": MEMORY})


@unsanitized
def test_each_step_refuses_more_and_all_is_served_again(small):
    client = small.client()
    caller, callee = client.pair()
    waiting = client.peer(code := new_code())
    held = waiting.hold()
    assert held.is_held()
    assert memory(small)["step"] == "none"
    assert memory(small)["limitBytes"] == MEMORY == small.metric("holdline_memory_limit_bytes")

    flood, reader = client.pair()
    fill(flood)
    assert memory(small)["step"] == "scarce"
    assert small.metric("holdline_memory_step") == 1
    assert_refused(client.dial(new_code()), 503, "overloaded")
    assert_refused(client.dial(code), 503, "overloaded")
    assert_refused(client.get("/"), 503, "overloaded")
    assert client.get("/healthz").status == 200
    assert caller.post(offer(1)).status == 204, "whoever has not had much is still served"
    assert held.is_held()

    small.reload(limits=ROOM | {"memory_bytes": LEAST})
    assert_refused(caller.post(candidate(2)), 503, "overloaded")
    assert memory(small)["step"] == "exhausted"
    assert small.metric("holdline_memory_step") == 2
    assert_refused(client.get("/"), 503, "overloaded")
    assert client.get("/healthz").status == 200
    assert [event["type"] for event in callee.read()] == ["offer"]
    assert callee.leave("connected").status == 204
    assert held.is_held()

    small.reload(limits=ROOM | {"memory_bytes": MEMORY})
    while reader.poll().status == 200:
        reader.read()
    assert flood.leave("hangup").status == 204
    until(lambda: memory(small)["step"] == "none")
    assert client.get("/").status == 200
    assert client.peer(code).role == "callee"
    assert [event["type"] for event in waiting.take(held.response())] == ["joined"]
    told = re.findall(r"(warning|notice): memory: \d+ kB of (\d+) are in use.*?((?:new|everybody) \w+)", small.log())
    assert told[0] == ("warning", "40000", "new dials")
    assert ("warning", "16777", "new connections") in told


@unsanitized
def test_the_end_of_a_shortage_is_told_once_it_has_lasted(small):
    client = small.client()
    flood, reader = client.pair()
    fill(flood)
    for peer in (flood, reader):
        assert peer.leave("hangup").status == 204
    until(lambda: small.metric("holdline_memory_step") == 0)
    until(lambda: "and everybody is served again" in small.log(), patience=20)
    assert len(re.findall("memory: .* in use", small.log())) == 2, "one line a step, one for the end"


@unsanitized
def test_idle_connections_go_when_memory_is_short(small):
    client = small.client()
    flood, _ = client.pair()
    idle = [client.connect() for _ in range(20)]
    for connection in idle:
        assert client.get("/healthz", connection=connection).status == 200
    fill(flood)
    assert all(connection.rest() == b"" for connection in idle)


@unsanitized
def test_no_handshake_begins_when_memory_is_exhausted(start, tmp_path):
    secure = Secure(start, tmp_path, limits=ROOM)
    settings = secure.settings
    plain = secure.daemon.client(("127.0.0.1", secure.plain_port))
    caller, callee = plain.pair()
    assert caller.post(offer(1)).status == 204
    for id in range(2, 150):
        assert caller.post(padded_candidate(id, PIECE)).status == 204
    secure.daemon.reload(**settings | {"limits": ROOM | {"memory_bytes": LEAST}})
    with Connection(("127.0.0.1", secure.port)) as late:
        assert late.rest() == b""
    assert secure.daemon.metric("holdline_connections_turned_away_total") == 1
    assert callee.leave("hangup").status == 204
    secure.daemon.reload(**settings | {"limits": ROOM})
    assert secure.client().get("/healthz").status == 200


def test_with_no_descriptor_left_health_is_answered(start):
    daemon = start()
    client = daemon.client()
    peers = [client.peer() for _ in range(20)]
    client.settle()
    allowed = daemon.descriptors() + 10
    resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (allowed, 20_000))
    held = []
    for peer in peers[:15]:
        poll = peer.hold()
        if not poll.is_held():
            assert_refused(poll.response(), 503, "overloaded")
            break
        held.append(poll)
    assert 5 < len(held) < 15
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

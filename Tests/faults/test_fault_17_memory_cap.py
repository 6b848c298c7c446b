"""Fault 17: 64 MiB and floods. The relay refuses before the kernel kills it; who is in a call goes on meanwhile."""

from __future__ import annotations

import contextlib
import json
import resource
import selectors
import socket
import ssl
import threading
import time
from collections import Counter

import pytest

from crowd import SOURCES, Crowd
from support.connection import Connection
from support.control_group import MemoryGroup
from support.daemon import until
from support.messages import answer, candidate, offer, padded_candidate
from support.secrets import new_code
from support.tls import Secure

CAP = 64 * 1024 * 1024
# How long a pair tries on, where it is told to come back.
PATIENCE = 60.0
PIECE = 60_000


@pytest.fixture
def group():
    made = MemoryGroup.made(CAP)
    if made is None:
        pytest.skip("no control group with a limit on memory can be made here")
    yield made
    # The daemon is gone by the end of the test, its entry in the group a moment later.
    until(lambda: not (made.path / "cgroup.procs").read_text().strip())
    made.remove()


@pytest.fixture
def many_sockets():
    """As many as the flood needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def capped(group, many_sockets, start, tmp_path):
    """A daemon in the group. It finds the limit by itself."""
    return Secure(lambda **settings: start(within=group.within, **settings), tmp_path)


# Floods. Each says how it was answered: by a status, or 0 where it was closed with none.


def connections(relay: Secure) -> Counter[int]:
    """Nine thousand, each with a request that is held up half-way, and then goes on."""
    with Crowd(relay.plain_port) as crowd:
        crowd.connect(9_000)
        crowd.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: " + b"x" * 2_000)
        crowd.send(b"\r\n\r\n")
        return answers_of(crowd.sockets)


def bodies(relay: Secure) -> Counter[int]:
    """Two thousand, each but for its last byte."""
    body = b"x" * PIECE
    head = f"POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode()
    with Crowd(relay.plain_port) as crowd:
        crowd.connect(2_000)
        for each in crowd:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PIECE)
        crowd.send(head + body)
        return answers_of(crowd.sockets)


def mailboxes(relay: Secure) -> Counter[int]:
    """Calls with nobody in them but a caller that fills its mailbox, until most is refused."""
    answers: Counter[int] = Counter()
    messages = [json.dumps({"messages": [padded_candidate(id, PIECE)]}).encode() for id in range(1, 5)]
    for number in range(1_500):
        try:
            with Connection(("127.0.0.1", relay.plain_port), source=SOURCES[number % len(SOURCES)]) as connection:
                response = posted(connection, "/v1/dial", json.dumps({"code": new_code()}).encode())
                answers[response.status] += 1
                for message in messages if response.status == 201 else []:
                    answers[posted(connection, "/v1/messages", message, response.json()["token"]).status] += 1
        except (OSError, AssertionError):
            answers[0] += 1
    return answers


def handshakes(relay: Secure) -> Counter[int]:
    """Three thousand that begin and do not go on."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    hello = outgoing.read()
    with Crowd(relay.port) as crowd:
        for _ in range(3):
            crowd.connect(1_000)
            crowd.send(hello)
        # As many as `limits.handshakes` stay.
        until(lambda: crowd.closed() is not None and len(crowd) <= 256, patience=30)
        return Counter({0: 3_000 - len(crowd)})


def posted(connection: Connection, target: str, body: bytes, token: str | None = None):
    fields = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{fields}"
    connection.send(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body, "POST")
    return connection.response()


def answers_of(sockets: list[socket.socket], patience: float = 5.0) -> Counter[int]:
    """The first line of what each is answered, until nothing more has come for a while."""
    answers: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        while ready := selector.select(patience if not answers else 1):
            for key, _ in ready:
                selector.unregister(key.fileobj)
                try:
                    line = key.fileobj.recv(65_536)
                except OSError:
                    line = b""
                answers[int(line[9:12]) if line.startswith(b"HTTP/1.1 ") else 0] += 1
    return answers


def willing(ask, wanted: int):
    """Asks until it gets what it wants; what is told to come back comes back."""
    deadline = time.monotonic() + PATIENCE
    while True:
        response = None
        # A connection may be closed before it is heard.
        with contextlib.suppress(OSError, AssertionError):
            response = ask()
        if response and response.status == wanted:
            return response
        assert response is None or response.status in (204, 429, 503), response
        assert time.monotonic() < deadline, "refused for too long"
        time.sleep(0.1)


def polled(peer):
    """A poll that may be held, and asks anew where nothing has come for a second."""
    return peer.hold(fields=(("Prefer", "wait=1"),)).response()


def set_up(caller, callee) -> None:
    """The rest of a call whose peers have dialled."""
    willing(lambda: caller.post(offer(1), candidate(2), candidate(3)), 204)
    assert [event["type"] for event in callee.take(willing(lambda: polled(callee), 200))][:1] == ["offer"]
    willing(lambda: callee.post(answer(1), candidate(2)), 204)
    while caller.cursor < 3:
        caller.take(willing(lambda: polled(caller), 200))
    willing(lambda: caller.leave("connected"), 204)
    willing(lambda: callee.leave("connected"), 204)


@pytest.mark.parametrize("flood", [connections, bodies, mailboxes, handshakes])
def test_floods(capped, group, measured, flood):
    daemon = capped.daemon
    client = daemon.client(("127.0.0.1", capped.plain_port))
    assert daemon.metric("holdline_memory_limit_bytes") == CAP // 4 * 3
    pairs = [client.pair() for _ in range(5)]

    answers: Counter[int] = Counter()
    thread = threading.Thread(target=lambda: answers.update(flood(capped)))
    thread.start()
    done = 0
    for caller, callee in pairs:
        set_up(caller, callee)
        done += thread.is_alive()
    thread.join()

    assert daemon.process.poll() is None, f"killed; log:\n{daemon.log()[-2_000:]}"
    assert group.kills == 0
    refused = answers[503] + answers[429] + answers[0]
    most = f", at most {group.most / 2**20:.0f} MiB of {CAP >> 20} in use" if group.most else ""
    measured(f"{flood.__name__}: {refused} of {answers.total()} refused ({dict(answers)}), {done} of {len(pairs)} "
             f"calls set up meanwhile{most}")
    assert refused > 0, "no flood at all"
    assert set(answers) <= {0, 200, 201, 204, 401, 408, 429, 503}
    # All is served again once the flood is over and what it has left behind is gone.
    willing(lambda: client.dial(new_code()), 201)
    assert client.get("/").status == 200
    caller, callee = client.pair()
    set_up(caller, callee)


def test_all_floods_at_once(capped, group, measured):
    daemon = capped.daemon
    client = daemon.client(("127.0.0.1", capped.plain_port))
    pairs = [client.pair() for _ in range(5)]
    answers: Counter[int] = Counter()
    threads = [
        threading.Thread(target=lambda flood=flood: answers.update(flood(capped)))
        for flood in (connections, bodies, mailboxes, handshakes)
    ]
    for thread in threads:
        thread.start()
    for caller, callee in pairs:
        set_up(caller, callee)
    for thread in threads:
        thread.join()
    assert daemon.process.poll() is None, f"killed; log:\n{daemon.log()[-2_000:]}"
    assert group.kills == 0
    assert answers[503] > 0
    most = f", at most {group.most / 2**20:.0f} MiB of {CAP >> 20} in use" if group.most else ""
    measured(f"all: {dict(answers)}{most}")
    willing(lambda: client.dial(new_code()), 201)

"""Fault 9: every byte comes alone, and no buffer holds an answer. What comes back is the same, byte for byte."""

import os
import re
import socket

import pytest

from lab.namespace import Namespace
from support.client import ClientInside
from support.connection import Connection
from support.tls import Secure

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may make networks")

# The least that the kernel gives a socket.
BUFFERS = "4096 4096 4096"
DATE = re.compile(rb"\r\nDate: [^\r]+")


@pytest.fixture
def narrow():
    """A network in which every socket, the daemon's too, has the smallest buffers there are."""
    network = Namespace()
    for name in ("tcp_rmem", "tcp_wmem"):
        network.run("sh", "-c", f"echo {BUFFERS} > /proc/sys/net/ipv4/{name}")
    yield network
    network.close()


def requests(client) -> list[tuple[str, bytes]]:
    """Each kind of answer once, long and short, right and wrong."""
    caller, callee = client.pair()
    json = ("Content-Type", "application/json")
    long = {"id": 1, "type": "offer", "data": {"type": "offer", "sdp": "v=0\r\n" + "a=x\r\n" * 1_200}}
    assert caller.post(long).status == 204
    wait = ("Prefer", "wait=0")
    return [
        ("GET", client.encode("GET", "/healthz")),
        ("GET", client.encode("GET", "/large.bin")),
        ("GET", client.encode("GET", "/large.bin", [("Range", "bytes=0-1")])),
        ("HEAD", client.encode("HEAD", "/large.bin")),
        ("GET", client.encode("GET", "/", [("Accept-Encoding", "gzip")])),
        ("GET", client.encode("GET", "/v1/events?after=0", [*callee.fields, wait])),
        ("GET", client.encode("GET", "/v1/events?after=99", [*callee.fields, wait])),
        ("POST", client.encode("POST", "/v1/messages", [*caller.fields, json], b'{"messages": [{"id": 9, "type": "candidate", "data": null}]}')),
        ("POST", client.encode("POST", "/v1/dial", [json], b"no JSON at all")),
        ("POST", client.encode("POST", "/v1/dial", [json, ("Transfer-Encoding", "chunked")]) + b'7\r\n{"code"\r\n1;a=b\r\n:\r\n3\r\n""}\r\n0\r\nX: y\r\n\r\n'),
        ("DELETE", client.encode("DELETE", "/v1/dial")),
        ("GET", client.encode("GET", "/nowhere")),
    ]


def in_one(connection: Connection, method: str, request: bytes) -> bytes:
    return connection.send(request, method).response().raw


def in_bytes(connection: Connection, method: str, request: bytes) -> bytes:
    """Sent and read byte by byte."""
    for place in range(len(request) - 1):
        connection.send(request[place : place + 1])
    connection.send(request[-1:], method)
    while (response := connection.reader.next(method)) is None:
        connection.reader.feed(connection.socket.recv(1))
    return response.raw


@pytest.mark.parametrize("over", ["plain", "TLS"])
def test_the_same_byte_for_byte(start, tmp_path, narrow, measured, over):
    secure = Secure(lambda **settings: start(within=narrow.enter, **settings), tmp_path)
    daemon = secure.daemon
    (daemon.web_root / "large.bin").write_bytes(bytes(range(256)) * 48)
    daemon.notify.forget()
    daemon.signal(1)
    assert daemon.notify.await_line("READY=1", 5)
    client = ClientInside(narrow, ("127.0.0.1", secure.plain_port), daemon.secrets)
    port, tls = (secure.plain_port, None) if over == "plain" else (secure.port, secure.trust())

    def connect() -> Connection:
        with narrow.inside():
            return Connection(("127.0.0.1", port), tls=tls)

    compared = 0
    for method, request in requests(client):
        with connect() as connection:
            assert connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) <= 4_096
            whole = in_one(connection, method, request)
        with connect() as connection:
            split = in_bytes(connection, method, request)
        assert DATE.sub(b"", split) == DATE.sub(b"", whole)
        compared += len(whole)
    measured(f"{compared} bytes of answers are the same")
    client.close()

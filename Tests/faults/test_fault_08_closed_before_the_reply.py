"""Fault 8: clients that ask and are gone before the reply. The daemon writes into the void and lives."""

import socket

import pytest

from support.connection import Connection
from support.tls import Secure

TIMES = 300


@pytest.fixture(params=["tcp", "tls", "unix"])
def far(request, start, tmp_path):
    """A daemon whose page has a file larger than any socket's buffer, and how it is connected to."""
    secure = Secure(start, tmp_path)
    (secure.daemon.web_root / "large.bin").write_bytes(bytes(5_000_000))
    path = str(tmp_path / "relay.sock")
    listen = [*secure.settings["listen"], f"unix:{path}"]
    secure.daemon.finish()
    daemon = start(**secure.settings | {"listen": listen, "web_root": str(secure.daemon.web_root)})
    connect = {
        "tcp": lambda: Connection(("127.0.0.1", secure.plain_port)), "tls": secure.connect,
        "unix": lambda: Connection(path)}
    return daemon, secure.plain_client(), connect[request.param]


@pytest.mark.parametrize("how", ["close", "reset", "stop reading"])
def test_who_is_gone_before_the_reply(far, how):
    daemon, client, connect = far
    caller, callee = client.pair()
    requests = [
        client.encode("GET", "/large.bin"), client.encode("GET", "/healthz") * 50,
        client.encode("GET", "/v1/events?after=0", callee.fields),
        client.encode("POST", "/v1/dial", (("Content-Type", "application/json"),), b'{"code": "nobody is met"}'),
    ]
    for turn in range(TIMES):
        connection = connect().send(requests[turn % len(requests)])
        if how == "reset":
            connection.reset()
            continue
        if how == "stop reading":
            connection.socket.shutdown(socket.SHUT_RD)
        connection.close()
    client.settle()
    assert daemon.process.poll() is None, "SIGPIPE"
    # And what came for a poll that was given up is there for the next one.
    assert caller.post({"id": 1, "type": "offer", "data": {"type": "offer", "sdp": "v=0"}}).status == 204
    assert len(callee.read()) == 1

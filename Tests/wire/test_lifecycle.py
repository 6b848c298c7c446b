"""Start and end: readiness, signals with polls held, what is answered on the way out."""

import os
import signal
import subprocess
import time

import pytest

from support.conformance import assert_conforms, assert_refused
from support.client import Client
from support.daemon import BINARY, until
from support.http import ResponseReader
from support.secrets import Secrets, new_code
from support.settings import free_port

SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])


def test_ready_is_said_once_everything_is_open(start):
    daemon = start()
    assert daemon.client().get("/healthz").status == 200, "no waiting between READY=1 and the first request"
    assert daemon.metrics_client().get("/metrics").status == 200
    assert daemon.notify.received.count("READY=1") == 1


@SIGNALS
def test_held_polls_are_answered_and_the_end_is_clean(start, number):
    daemon = start()
    client = daemon.client()
    held = [client.peer().hold() for _ in range(100)]
    client.settle()
    daemon.signal(number)
    for poll in held:
        response = poll.connection.response(3)
        assert response.status in (204, 503)
        assert_conforms(poll.method, poll.target, response)
        assert poll.connection.rest() == b""
        poll.connection.close()
    daemon.await_end()


@SIGNALS
def test_an_idle_daemon_ends_at_once(start, number):
    daemon = start()
    began = time.monotonic()
    daemon.signal(number)
    daemon.await_end()
    assert time.monotonic() - began < 2


def test_idle_and_unfinished_connections_do_not_hold_up_the_end(start):
    daemon = start()
    client = daemon.client()
    connections = [client.connect() for _ in range(20)]
    for connection in connections[:10]:
        client.get("/", connection=connection)
    for connection in connections[10:]:
        connection.send(b"POST /v1/dial HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    client.settle()
    daemon.signal(signal.SIGTERM)
    daemon.await_end()


def test_a_client_that_does_not_read_does_not_hold_up_the_end(start):
    daemon = start()
    client = daemon.client()
    connection = client.connect(receive_buffer=1_024)
    connection.socket.settimeout(0.3)
    try:
        while True:
            connection.socket.send(client.encode("GET", "/") * 100)
    except TimeoutError:
        pass
    daemon.signal(signal.SIGTERM)
    daemon.await_end()


def test_requests_during_the_end_are_refused_or_cut_off_never_half_answered(start):
    daemon = start()
    client = daemon.client()
    caller, _ = client.pair()
    poll = client.encode("GET", "/v1/events?after=1", caller.fields)
    connection = client.connect()
    connection.send(poll + client.encode("GET", "/healthz") + client.encode("GET", "/v1/events"))
    client.settle()
    daemon.signal(signal.SIGTERM)
    reader = ResponseReader()
    reader.feed(connection.rest())
    statuses = []
    while response := reader.next("GET"):
        assert_conforms("GET", "/v1/events" if response.status != 200 else "/healthz", response)
        statuses.append(response.status)
    assert not reader.buffer, "whole answers only"
    assert statuses and statuses[0] in (204, 503)
    assert all(status in (503,) for status in statuses[1:]), statuses
    daemon.await_end()


def test_a_request_that_is_on_its_way_is_told_that_the_relay_is_stopping(start):
    daemon = start()
    client = daemon.client()
    caller, _ = client.pair()
    body = b'{"reason": "hangup"}'
    request = client.encode("POST", "/v1/leave", (*caller.fields, ("Content-Type", "application/json")), body)
    connection = client.connect().send(request[:-1], "POST")
    client.settle()
    daemon.signal(signal.SIGTERM)
    assert daemon.notify.await_line("STOPPING=1", 3)
    response = connection.send(request[-1:]).response()
    assert_refused(response, 503, "stopping")
    assert_conforms("POST", "/v1/leave", response)
    assert response.closes and connection.rest() == b""
    connection.close()
    daemon.await_end()


def test_new_connections_are_not_taken_any_more(start):
    daemon = start()
    daemon.client().settle()
    daemon.signal(signal.SIGTERM)
    daemon.await_end()
    with pytest.raises(ConnectionRefusedError):
        daemon.client().connect()


def test_two_signals_are_one(start):
    daemon = start()
    daemon.client().peer().hold()
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGINT)
    daemon.signal(signal.SIGTERM)
    daemon.await_end()


def test_each_step_of_a_call_is_a_line_of_the_log(daemon, client):
    def lines() -> int:
        return len(daemon.log().splitlines())

    def step(action) -> None:
        before = lines()
        action()
        # The log is written beside the relay's work: a line may come after the answer.
        until(lambda: lines() > before)

    peers = []

    def dial() -> None:
        peers.append(client.peer("a call to look at"))

    until(lambda: lines() >= 2)  # Both listeners.
    for action in (dial, dial, lambda: peers[0].leave("hangup"), lambda: peers[1].leave("hangup")):
        step(action)
    assert lines() >= 6, "waiting, joined, left, forgotten"


def test_a_log_that_nobody_reads_stalls_nobody(tmp_path):
    port = free_port()
    config = tmp_path / "holdline.toml"
    config.write_text(f'listen = ["http://127.0.0.1:{port}"]\nweb_root = "{tmp_path}"\n[limits]\ndials_per_minute = 0\n')
    log, unread = os.pipe()
    with subprocess.Popen([BINARY, "serve", "--config", config], stderr=unread) as daemon:
        os.close(unread)
        client = Client(("127.0.0.1", port), Secrets())
        until(lambda: os.read(log, 4_096))
        # A pipe holds 64 KiB: some 800 lines.
        for _ in range(2_000):
            client.dial(new_code())
        assert client.get("/healthz").status == 200
        client.close()
        daemon.terminate()
        assert daemon.wait(3) == 0
    os.close(log)

"""Clients that send without reading: what waits for one connection is bounded, and nobody else notices."""

import time

import pytest

MEGABYTE = 1_048_576
# Hundreds of requests that no socket buffer holds: 40 MB and more.
ENDLESS = 8_000
LARGE = bytes(range(250)) * 800


@pytest.fixture
def daemon(start, tmp_path):
    """A daemon whose page has a file that fills any socket buffer after a few answers."""
    page = tmp_path / "page"
    page.mkdir()
    (page / "large.bin").write_bytes(LARGE)
    return start("--web-root", str(page))


def flood(connection, data: bytes, times: int) -> int:
    """Sends `data` so many times, or until the other side has stopped reading; gives the number of bytes sent."""
    sent = 0
    connection.socket.settimeout(0.5)
    try:
        while sent < times * len(data):
            sent += connection.socket.send(data[sent % len(data) :])
    except TimeoutError:
        pass
    return sent


@pytest.mark.unsanitized("its memory is resident too, and what is freed stays so for a while")
@pytest.mark.parametrize("target", ["/large.bin", "/healthz"])
def test_a_pipeline_that_is_not_read_stops_being_read(daemon, client, target):
    client.settle()
    before = daemon.resident_bytes()
    requests = client.encode("GET", target) * 100
    for _ in range(5):
        sent = flood(client.connect(receive_buffer=1_024), requests, ENDLESS)
        assert sent < ENDLESS * len(requests), "the relay reads on without end"
        assert daemon.resident_bytes() - before < 4 * MEGABYTE
    began = time.monotonic()
    client.settle()
    assert time.monotonic() - began < 2, "others are served all the while"


def test_what_was_asked_for_comes_whole_once_it_is_read(client):
    count = 40
    with client.connect(receive_buffer=4_096) as connection:
        connection.send(client.encode("GET", "/large.bin") * count, *["GET"] * count)
        for _ in range(count):
            assert connection.response(30).body == LARGE


def test_a_half_close_behind_a_long_answer_loses_nothing(client):
    with client.connect(receive_buffer=4_096) as connection:
        connection.send(client.encode("GET", "/large.bin") * 5, *["GET"] * 5).half_close()
        for _ in range(5):
            assert connection.response(30).body == LARGE
        assert connection.rest() == b""

"""Clients that send without reading lose nothing once they read. That it is bounded what waits: Tests/faults, 5 and 10."""

import pytest

LARGE = bytes(range(250)) * 800


@pytest.fixture
def daemon(start, tmp_path):
    """A daemon whose page has a file that fills any socket buffer after a few answers."""
    page = tmp_path / "page"
    page.mkdir()
    (page / "large.bin").write_bytes(LARGE)
    return start("--web-root", str(page))


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

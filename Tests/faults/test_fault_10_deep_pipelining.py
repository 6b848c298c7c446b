"""Fault 10: ten thousand requests in one pipeline, of whose answers nothing is read. It stops reading."""

import pytest

from support.daemon import until
from support.prometheus import parse

REQUESTS = 10_000
MEBIBYTE = 1_048_576
PAGE_FILE = bytes(range(250)) * 800


@pytest.mark.parametrize("target", ["/large.bin", "/healthz", "/v1/events"])
def test_a_pipeline_that_is_not_read(start, tmp_path, measured, target):
    page = tmp_path / "page"
    page.mkdir()
    (page / "large.bin").write_bytes(PAGE_FILE)
    daemon = start("--web-root", str(page))
    client, scraper = daemon.client(), daemon.metrics_client()

    def served() -> int:
        return int(parse(scraper.get("/metrics").body.decode())["holdline_requests_total"].value())

    assert client.get(target).status in (200, 401)
    # What the first answers of all need once.
    served()
    client.settle()
    before, counted = daemon.resident_bytes(), served()
    with client.connect(receive_buffer=1_024) as connection:
        connection.socket.settimeout(1)
        requests = memoryview(client.encode("GET", target) * REQUESTS)
        sent = 0
        try:
            while sent < len(requests):
                sent += connection.socket.send(requests[sent:])
        except TimeoutError:
            pass
        looks = [served()]

        def stands_still() -> bool:
            looks.append(served())
            return looks[-1] == looks[-2] + 1

        until(stands_still, every=0.3)
        grown = daemon.resident_bytes() - before
        answered = looks[-1] - counted - len(looks)
        measured(f"{target}: {answered} of {REQUESTS} served, memory + {grown / MEBIBYTE:.2f} MiB")
        assert answered < REQUESTS / 10, "it reads on without end"
        assert grown < MEBIBYTE
    client.settle()

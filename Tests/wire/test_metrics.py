"""`GET /metrics`: Prometheus' text format, on a listener of its own."""

import re
import time

import pytest

from support.conformance import assert_refused
from support.daemon import until
from support.messages import answer, candidate, offer
from support.prometheus import parse
from support.secrets import new_code


@pytest.fixture
def daemon(start):
    return start(relay={"grace_seconds": 2})


@pytest.fixture
def scrape(daemon):
    client = daemon.metrics_client()

    def once():
        response = client.get("/metrics")
        assert response.status == 200
        assert re.match(r"text/plain; version=0\.0\.4", response.header("Content-Type"))
        return parse(response.body.decode())

    return once


def whole_call(client) -> None:
    """A call that is set up: 2 dials, 4 messages, 5 events."""
    caller, callee = client.pair()
    held = caller.hold(after=1)
    caller.post(offer(1), candidate(2))
    callee.read()
    callee.post(answer(1), candidate(2))
    held.response()
    caller.leave("connected")
    callee.leave("connected")


def test_a_foreign_host_does_not_read_them(daemon):
    assert_refused(daemon.metrics_client().get("/metrics", host="evil.example"), 421, "unknown-host")


def test_the_text_is_of_its_form(client, scrape):
    whole_call(client)
    families = scrape()
    assert len(families) >= 12
    for family in families.values():
        assert family.name.startswith(("holdline_", "process_"))
        assert family.help and family.type in ("counter", "gauge", "histogram")
        if family.type == "counter":
            assert family.name.endswith("_total")
        if family.type == "histogram":
            family.assert_histogram()


@pytest.mark.parametrize("word", ["calls", "dials", "messages", "events", "polls", "connections", "bytes", "refused",
                                  "setup", "delivery"])
def test_there_are_figures_of_everything(client, scrape, word):
    whole_call(client)
    assert any(word in name for name in scrape()), word


def test_the_process_is_measured(scrape):
    families = scrape()
    assert families["process_resident_memory_bytes"].value() > 1_000_000
    assert 3 < families["process_open_fds"].value() < 200


def test_counters_advance_with_what_happens(client, scrape):
    before = scrape()
    for _ in range(3):
        whole_call(client)
    after = scrape()

    def advance(word: str) -> float:
        names = [name for name, family in after.items() if word in name and family.type == "counter"]
        return sum(after[name].total() - (before[name].total() if name in before else 0) for name in names)

    assert advance("dials") == 6
    assert advance("messages") == 12
    assert advance("events") >= 12
    assert advance("calls") >= 3
    assert advance("bytes") > 1_000


def test_setup_and_delivery_are_histograms(client, scrape):
    for _ in range(3):
        whole_call(client)
    families = scrape()
    for word in ("setup", "delivery"):
        family, = [family for name, family in families.items() if word in name]
        assert family.type == "histogram" and family.name.endswith("_seconds")
        assert family.count() >= 3


def test_calls_are_counted_by_outcome(client, scrape):
    whole_call(client)
    caller, callee = client.pair()
    caller.leave("hangup")
    callee.leave("hangup")
    client.peer().leave("hangup")

    def outcomes() -> dict[str, float]:
        family, = [family for name, family in scrape().items() if "calls" in name and family.type == "counter"]
        return {sample.labels["outcome"]: sample.value for sample in family.samples}

    found = outcomes()
    assert (found["connected"], found["hangup"], found["unanswered"]) == (1, 1, 1)


def test_refused_requests_are_counted_by_reason(client, scrape):
    client.get("/nothing")
    client.get("/v1/events")
    client.get("/", host="evil.example")
    family, = [family for name, family in scrape().items() if "refused" in name]
    reasons = {value: sample.value for sample in family.samples for value in sample.labels.values()}
    for reason in ("not-found", "invalid-token", "unknown-host"):
        assert reasons[reason] == 1


def gauge(families, *words: str) -> float:
    """The one gauge whose name has all of these words."""
    family, = [family for name, family in families.items()
               if family.type == "gauge" and name.startswith("holdline_") and all(word in name for word in words)]
    return family.total()


def test_gauges_fall_back_to_nothing(client, scrape):
    held = [client.peer().hold() for _ in range(5)]
    until(lambda: gauge(scrape(), "polls") == 5)
    assert gauge(scrape(), "connections") >= 5
    for poll in held:
        poll.connection.close()
    until(lambda: gauge(scrape(), "polls") == 0)


def test_no_secret_stands_in_the_figures(daemon, client):
    code = new_code()
    caller = client.peer(code)
    caller.post(offer(1))
    daemon.secrets.assert_absent_from(daemon.metrics_client().get("/metrics").body.decode())


def test_metrics_are_on_no_other_port_and_nothing_else_on_theirs(daemon, client):
    assert_refused(client.get("/metrics"), 404, "not-found")
    metrics = daemon.metrics_client()
    assert metrics.get("/metrics").status == 200
    assert metrics.get("/").status == 404
    assert metrics.post_json("/v1/dial", {"code": "x"}).status == 404
    assert metrics.request("POST", "/metrics", [("Content-Type", "text/plain")], b"x").status == 405
    head = metrics.request("HEAD", "/metrics")
    assert head.status == 200 and head.body == b""


def test_a_scrape_is_quick(scrape):
    before = time.monotonic()
    for _ in range(20):
        scrape()
    assert time.monotonic() - before < 5

"""`503 overloaded` and `429 too-many-dials`: what strangers can make the relay keep is bounded."""

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.daemon import until
from support.messages import candidate, end_of_candidates, offer, padded_candidate
from support.prometheus import parse
from support.secrets import new_code
from support.settings import free_port, has_ipv6


def test_calls_are_bounded(start):
    client = start(limits={"calls": 3}).client()
    codes = [new_code() for _ in range(3)]
    callers = [client.peer(code) for code in codes]
    refusal = client.dial(new_code())
    assert_refused(refusal, 503, "overloaded")
    assert int(refusal.header("Retry-After")) >= 1
    assert client.peer(codes[0]).role == "callee", "a second peer needs no further call"
    callers[1].leave("hangup")
    assert client.peer().role == "caller"


def test_all_mailboxes_together_are_bounded(start):
    client = start(limits={"mailbox_bytes": 4_000, "mailboxes_bytes": 10_000}).client()
    pairs = [client.pair() for _ in range(4)]
    taken = []
    for caller, callee in pairs:
        response = caller.post(offer(1, "v=0"), padded_candidate(2, 3_000))
        taken.append(response.status)
        if response.status != 204:
            assert_refused(response, 503, "overloaded")
            assert callee.read() == [], "whole or not at all"
    assert taken == [204, 204, 204, 503]
    first, last = pairs[0][1], pairs[3][0]
    first.read()
    first.read()
    assert last.post(offer(1, "v=0"), padded_candidate(2, 3_000)).status == 204, "room again once one is read"


def test_small_messages_count_with_what_keeping_them_costs(start):
    daemon = start(limits={"mailbox_bytes": 256, "mailboxes_bytes": 5 * 68})
    client = daemon.client()
    caller, callee = client.pair()
    assert caller.post(*(end_of_candidates(id) for id in range(1, 6))).status == 204
    gauge = parse(daemon.metrics_client().get("/metrics").body.decode())["holdline_mailbox_bytes"]
    assert gauge.value() == 5 * 68, "4 bytes of null and 64 for each"
    assert_refused(callee.post(end_of_candidates(1)), 503, "overloaded")
    assert caller.leave("hangup").status == 204
    assert client.peer().post(*(end_of_candidates(id) for id in range(1, 6))).status == 204, "room again"


def test_mailboxes_that_are_forgotten_count_no_more(start):
    client = start(limits={"mailbox_bytes": 4_000, "mailboxes_bytes": 4_000}).client()
    for _ in range(5):
        caller, callee = client.pair()
        assert caller.post(offer(1, "v=0"), padded_candidate(2, 3_000)).status == 204
        for peer in (callee, caller):
            assert peer.leave("hangup").status == 204


def test_dials_are_bounded_for_each_address(start):
    daemon = start(limits={"dials_per_minute": 3})
    client = daemon.client()
    assert [client.dial(new_code()).status for _ in range(3)] == [201] * 3
    refusal = client.dial(new_code())
    assert_refused(refusal, 429, "too-many-dials")
    assert 1 <= int(refusal.header("Retry-After")) <= 60
    assert daemon.client(source="127.0.0.9").dial(new_code()).status == 201, "another address has its own count"


def test_a_refused_dial_for_an_old_token_leaves_nothing(start):
    client = start(limits={"dials_per_minute": 2}).client()
    caller, callee = client.pair()
    assert_refused(client.dial(new_code(), old=caller.token), 429, "too-many-dials")
    assert caller.read() == [{"seq": 1, "type": "joined"}]
    assert callee.read() == []


def test_only_dials_are_bounded_by_the_minute(start):
    client = start(limits={"dials_per_minute": 2}).client()
    caller, callee = client.pair()
    caller.post(offer(1))
    for id in range(2, 40):
        assert caller.post(candidate(id)).status == 204
        assert client.get("/").status == 200
    assert len(callee.read()) == 39


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_ipv4_client_of_a_dual_stack_listener_is_an_ipv4_client(start):
    port, other = free_port(), free_port("::")
    daemon = start(listen=[f"http://127.0.0.1:{port}", f"http://[::]:{other}"], limits={"dials_per_minute": 2})
    over_four, over_both = daemon.client(("127.0.0.1", port)), daemon.client(("127.0.0.1", other))
    assert over_four.dial(new_code()).status == 201
    assert over_both.dial(new_code()).status == 201
    assert_refused(over_four.dial(new_code()), 429, "too-many-dials")
    assert_refused(over_both.dial(new_code()), 429, "too-many-dials")
    assert daemon.client(("::1", other)).dial(new_code()).status == 201, "IPv6 is another network"


@pytest.fixture
def crowded(start):
    """A daemon that takes six connections."""
    return start(limits={"connections": 6})


def test_with_all_connections_busy_a_new_one_is_refused(crowded):
    client = crowded.client()
    peers = [client.peer() for _ in range(6)]
    held = [peer.hold() for peer in peers]
    assert all(each.is_held() for each in held)
    with client.connect() as late:
        late.send(client.encode("GET", "/"), "GET")
        response = late.response()
        assert_refused(response, 503, "overloaded")
        assert response.header("Retry-After").isdigit() and response.closes
        assert late.rest() == b""
    assert_refused(client.dial(new_code()), 503, "overloaded")
    assert all(each.is_held() for each in held)
    held[0].connection.close()
    assert until(lambda: client.get("/").status == 200)


def test_with_all_connections_busy_health_is_answered(crowded):
    client = crowded.client()
    held = [peer.hold() for peer in [client.peer() for _ in range(6)]]
    assert all(each.is_held() for each in held)
    response = client.get("/healthz")
    assert response.status == 200 and response.closes
    assert all(each.is_held() for each in held)


def test_with_all_connections_busy_whoever_is_in_a_call_goes_on(crowded):
    client = crowded.client()
    caller, callee = client.pair()
    caller.read()
    held = [peer.hold() for peer in [client.peer() for _ in range(6)]]
    assert all(each.is_held() for each in held)
    assert_refused(client.dial(new_code(), old=caller.token), 503, "overloaded")
    assert caller.post(offer(1), candidate(2)).status == 204
    response = callee.hold().response()
    assert [event["type"] for event in callee.take(response)] == ["offer", "candidate"] and response.closes
    refusal = callee.hold().response()
    assert_refused(refusal, 503, "overloaded")
    assert refusal.header("Retry-After").isdigit(), "nothing to read, and no room to wait"
    assert callee.poll().status == 204, "it did not ask to wait"
    assert callee.leave("connected").status == caller.leave("connected").status == 204
    assert_refused(caller.poll(), 503, "overloaded")
    assert all(each.is_held() for each in held)


def test_with_idle_connections_the_oldest_idle_one_makes_room(crowded):
    client = crowded.client()
    peers = [client.peer() for _ in range(3)]
    held = [peer.hold() for peer in peers]
    idle = [client.connect() for _ in range(3)]
    for connection in idle:
        assert client.get("/healthz", connection=connection).status == 200
    with client.connect() as late:
        assert client.get("/healthz", connection=late).status == 200
        assert idle[0].rest() == b"", "the one that has been idle longest is closed"
        assert client.get("/healthz", connection=idle[1]).status == 200
    assert all(each.is_held() for each in held)


def test_a_burst_of_requests_is_answered_one_way_or_the_other(crowded):
    client = crowded.client()
    held = [peer.hold() for peer in [client.peer() for _ in range(5)]]
    assert all(each.is_held() for each in held)
    burst = [client.start("GET", "/") for _ in range(30)]
    statuses = [each.connection.response().status for each in burst]
    assert set(statuses) <= {200, 503} and 200 in statuses
    assert all(each.is_held() for each in held)


def test_those_who_say_nothing_make_room(crowded):
    client = crowded.client()
    silent = [client.connect() for _ in range(150)]
    # Those who came a moment ago may still say something: until then others are told to come back.
    until(lambda: client.get("/").status == 200, patience=3)
    for connection in silent:
        connection.close()


def test_no_more_are_served_than_the_limit_says(crowded):
    client = crowded.client()
    peers = [client.peer() for _ in range(40)]
    connections = [client.connect() for _ in peers]
    held = [peer.hold(connection=connection) for peer, connection in zip(peers, connections)]
    assert sum(each.is_held() for each in held) <= 6


def test_a_storm_of_connections_passes(crowded):
    client = crowded.client()
    storm = [client.connect() for _ in range(200)]
    for connection in storm:
        connection.close()
    until(lambda: client.get("/").status == 200, patience=2)


def test_descriptors_are_given_back(daemon):
    client = daemon.client()
    client.settle()

    before = daemon.descriptors()
    for _ in range(20):
        connections = [Connection(client.address) for _ in range(20)]
        for number, connection in enumerate(connections):
            connection.send(b"GET / HT" if number % 2 else client.encode("GET", "/"), "GET")
        for number, connection in enumerate(connections):
            connection.reset() if number % 3 else connection.close()
    client.settle()
    until(lambda: daemon.descriptors() <= before + 2)

"""One address cannot take all connections, polls, calls or dials; whoever speaks for many is not one address."""

import re
import signal

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.daemon import until
from support.messages import offer
from support.secrets import new_code, new_key
from support.tls import Secure

# Addresses of two houses, neither of which is a trusted proxy.
HERE, THERE = "127.0.0.2", "127.0.0.3"
HALF = b"GET / HT"


# Connections


@pytest.fixture
def narrow(start):
    """A daemon that takes three connections from one address."""
    return start(limits={"connections_per_address": 3})


def test_one_address_has_so_many_connections(narrow):
    here, there = narrow.client(source=HERE), narrow.client(source=THERE)
    peers = [here.peer() for _ in range(3)]
    held = [peer.hold() for peer in peers]
    assert all(each.is_held() for each in held)
    response = here.get("/")
    assert_refused(response, 503, "overloaded")
    assert response.header("Retry-After").isdigit() and response.closes
    assert_refused(here.dial(new_code()), 503, "overloaded")
    assert here.get("/healthz").status == 200
    assert peers[0].post(offer(1)).status == 204, "who is in a call goes on"
    assert there.get("/").status == 200
    held[0].connection.close()
    until(lambda: here.get("/").status == 200)


def test_its_own_oldest_idle_connection_makes_room(narrow):
    here, there = narrow.client(source=HERE), narrow.client(source=THERE)
    others = there.connect()
    assert there.get("/", connection=others).status == 200
    idle = [here.connect() for _ in range(3)]
    for connection in idle:
        assert here.get("/", connection=connection).status == 200
    with here.connect() as late:
        assert here.get("/", connection=late).status == 200
        assert idle[0].rest() == b"", "the one of this address that has been idle longest is closed"
        assert here.get("/", connection=idle[1]).status == 200
    assert there.get("/", connection=others).status == 200


def test_many_more_are_closed_at_once(narrow):
    here = narrow.client(source=HERE)
    busy = [here.connect().send(HALF) for _ in range(3 + 8)]
    narrow.client(source=THERE).settle()
    with here.connect() as late:
        assert late.rest() == b""
    assert narrow.metric("holdline_connections_turned_away_total") == 1
    for connection in busy:
        connection.close()
    until(lambda: here.get("/").status == 200)
    assert narrow.metric("holdline_addresses") == 0


def test_zero_is_no_limit(start):
    daemon = start(limits={"connections_per_address": 0, "polls_per_address": 0, "calls_per_address": 0})
    here = daemon.client(source=HERE)
    held = [peer.hold() for peer in [here.peer() for _ in range(300)]]
    assert held[-1].is_held()
    assert daemon.metric("holdline_polls_held") == 300


def test_a_proxy_that_does_not_say_for_whom_it_asks_has_no_such_limits(start, tmp_path):
    path = str(tmp_path / "socket")
    limits = {"connections_per_address": 2, "polls_per_address": 2, "calls_per_address": 2}
    client = start(listen=[f"unix:{path}"], limits=limits).client(path)
    held = [peer.hold() for peer in [client.peer() for _ in range(5)]]
    assert all(each.is_held() for each in held)


def test_loopback_speaks_for_many_by_default(start):
    client = start(limits={"connections_per_address": 2, "polls_per_address": 2, "calls_per_address": 2}).client()
    held = [peer.hold() for peer in [client.peer() for _ in range(5)]]
    assert all(each.is_held() for each in held)


def test_a_reload_changes_them_for_whoever_is_there(start):
    daemon = start(limits={"connections_per_address": 2})
    here = daemon.client(source=HERE)
    held = [peer.hold() for peer in [here.peer() for _ in range(2)]]
    assert all(each.is_held() for each in held)
    assert_refused(here.get("/"), 503, "overloaded")
    daemon.reload(limits={"connections_per_address": 3})
    assert here.get("/").status == 200


def test_a_handshake_under_way_is_a_connection(start, tmp_path):
    secure = Secure(start, tmp_path, limits={"connections_per_address": 3})
    address = ("127.0.0.1", secure.port)
    stalled = [Connection(address, source=HERE) for _ in range(3)]
    secure.client().settle()
    with Connection(address, source=HERE) as late:
        assert late.rest() == b"", "closed before its handshake"
    with Connection(address, source=THERE, tls=secure.trust()) as other:
        assert other.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET").response().status == 200
    for connection in stalled:
        connection.close()
    until(lambda: secure.daemon.metric("holdline_tls_handshakes") == 0)
    with Connection(address, source=HERE, tls=secure.trust()) as again:
        assert again.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET").response().status == 200


def test_one_address_has_half_of_all_handshakes(start, tmp_path):
    secure = Secure(start, tmp_path, limits={"handshakes": 4})
    address = ("127.0.0.1", secure.port)
    stalled = [Connection(address, source=HERE) for _ in range(2)]
    secure.client().settle()
    with Connection(address, source=HERE) as late:
        assert late.rest() == b""
    assert secure.daemon.metric("holdline_tls_handshakes") == 2, "the first ones are not closed for it"
    for connection in stalled:
        connection.close()


# Polls


def test_one_address_has_so_many_held_polls(start):
    daemon = start(limits={"polls_per_address": 2})
    here, there = daemon.client(source=HERE), daemon.client(source=THERE)
    code = new_code()
    last = here.peer(code)
    held = [peer.hold() for peer in [here.peer() for _ in range(2)]]
    assert all(each.is_held() for each in held)
    connection = here.connect()
    refusal = last.hold(connection=connection).response()
    assert_refused(refusal, 503, "overloaded")
    assert refusal.header("Retry-After").isdigit() and not refusal.closes
    assert last.poll(connection=connection).status == 204, "it did not ask to wait"
    there.peer(code)
    assert [event["type"] for event in last.take(last.hold(connection=connection).response())] == ["joined"]
    assert there.peer().hold().is_held()
    held[0].connection.close()
    until(lambda: daemon.metric("holdline_polls_held") == 2)
    assert last.hold(connection=connection).is_held()


def test_the_clients_of_a_proxy_have_each_their_own_polls(start):
    client = start(limits={"polls_per_address": 2}).client()
    here, there = [("X-Forwarded-For", "192.0.2.7")], [("X-Forwarded-For", "192.0.2.8")]
    held = [peer.hold(fields=here) for peer in [client.peer() for _ in range(2)]]
    assert all(each.is_held() for each in held)
    late = client.peer()
    assert_refused(late.hold(fields=here).response(), 503, "overloaded")
    assert late.hold(fields=there).is_held()


# Calls


def test_so_many_people_have_dialled_from_one_address(start):
    daemon = start(limits={"calls_per_address": 2})
    here, there = daemon.client(source=HERE), daemon.client(source=THERE)
    caller, callee = here.pair()
    refusal = here.dial(new_code())
    assert_refused(refusal, 429, "too-many-dials")
    assert int(refusal.header("Retry-After")) >= 1
    assert there.peer().role == "caller"
    assert here.dial(new_code(), old=caller.token).status == 201, "it takes its own place"
    assert_refused(here.dial(new_code()), 429, "too-many-dials")
    assert callee.leave("hangup").status == 204
    assert here.peer().role == "caller"


def test_the_clients_of_a_proxy_have_each_their_own_calls(start):
    client = start(limits={"calls_per_address": 1}).client()

    def dial(address: str):
        return client.post_json("/v1/dial", {"code": "tulip"}, [("X-Forwarded-For", address)])

    assert dial("192.0.2.7").status == 201
    assert_refused(dial("192.0.2.7"), 429, "too-many-dials")
    assert dial("192.0.2.8").status == 201


def test_who_is_there_counts_after_a_restart(start, tmp_path):
    daemon = start(limits={"calls_per_address": 1}, calls_file=str(tmp_path / "calls"))
    peer = daemon.client(source=HERE).peer()
    daemon.signal(signal.SIGTERM)
    daemon.await_end()
    here = start(limits={"calls_per_address": 1}, calls_file=str(tmp_path / "calls")).client(source=HERE)
    assert_refused(here.dial(new_code()), 429, "too-many-dials")
    assert here.dial(new_code(), old=peer.token).status == 201


# Dials


def test_dials_are_bounded_in_all(start):
    daemon = start(limits={"all_dials_per_minute": 3})
    clients = [daemon.client(source=f"127.0.0.{number}") for number in range(2, 7)]
    key = new_key()
    assert [client.dial(new_code()).status for client in clients[:2]] == [201, 201]
    assert [clients[2].dial("tulip", key=key).status for _ in range(3)] == [201] * 3, "a repeat takes nothing"
    refusal = clients[3].dial(new_code())
    assert_refused(refusal, 429, "too-many-dials")
    assert 1 <= int(refusal.header("Retry-After")) <= 20
    assert clients[2].dial("tulip", key=key).status == 201


def test_all_may_dial_as_often_as_twenty_addresses(start):
    daemon = start(limits={"dials_per_minute": 1})
    statuses = [daemon.client(source=f"127.0.0.{number}").dial(new_code()).status for number in range(2, 23)]
    assert statuses == [201] * 20 + [429]


def test_a_flood_of_dials_that_meet_nobody_is_told(start):
    daemon = start(limits={"unmet_dials_per_minute": 4})
    here, there = daemon.client(source=HERE), daemon.client(source=THERE)
    for _ in range(4):
        caller, callee = here.pair()
        assert caller.leave("hangup").status == callee.leave("hangup").status == 204
    for client in (here, here, there):
        assert client.peer().leave("hangup").status == 204
    here.settle()
    assert "met nobody" not in daemon.log()
    assert here.peer().leave("failed").status == 204
    line = until(lambda: re.search(r".* met nobody.*", daemon.log()))
    assert line[0].endswith("warning: 4 calls within a minute met nobody, from 2 addresses"), line[0]
    for _ in range(10):
        assert here.peer().leave("hangup").status == 204
    here.settle()
    assert daemon.log().count("met nobody") == 1, "once a minute"

"""TLS on the loop: what is spoken and what is not, and that the protocol over it is the same."""

import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.conformance import assert_refused
from support.connection import Connection
from support.daemon import until
from support.messages import candidate, offer
from support.prometheus import parse
from support.secrets import new_code
from support.tls import Secure, client_hello, openssl


@pytest.fixture
def secure(start, tmp_path):
    return Secure(start, tmp_path)


def handshakes(secure, result: str) -> int:
    family = metrics(secure)["holdline_tls_handshakes_total"]
    return next(int(sample.value) for sample in family.samples if sample.labels == {"result": result})


def metrics(secure) -> dict:
    return parse(secure.daemon.metrics_client().get("/metrics").body.decode())


def s_client(secure, *flags: str, text: str = "") -> str:
    return openssl("s_client", "-connect", f"127.0.0.1:{secure.port}", *flags, text=text, check=False)


# What goes over it.


def test_a_call_over_tls(secure):
    client = secure.client()
    caller, callee = client.pair()
    assert [event["type"] for event in caller.read()] == ["joined"]
    held = callee.hold()
    assert held.is_held()
    assert caller.post(offer(1), candidate(2)).status == 204
    assert [event["type"] for event in callee.take(held.response())] == ["offer", "candidate"]
    assert caller.leave("connected").status == 204


def test_requests_in_one_record_and_in_one_byte_records(secure):
    connection = secure.connect()
    request = secure.client().encode("GET", "/healthz")
    connection.send(request * 3, "GET", "GET", "GET")
    assert [connection.response().status for _ in range(3)] == [200, 200, 200]
    for byte in request[:-1]:
        connection.send(bytes([byte]))
    connection.send(request[-1:], "GET")
    assert connection.response().body == b"OK\n"


def test_a_body_of_several_records(secure):
    caller, callee = secure.client().pair()
    sdp = "v=0\r\n" + "a=x\r\n" * 9_000
    assert caller.post({"id": 1, "type": "offer", "data": {"type": "offer", "sdp": sdp}}).status == 204
    assert callee.read()[0]["data"]["sdp"] == sdp


def test_what_comes_behind_a_held_poll_waits(secure):
    caller, callee = secure.client().pair()
    caller.read()
    connection = secure.connect()
    held = callee.hold(connection=connection)
    assert held.is_held()
    connection.send(secure.client().encode("GET", "/healthz"), "GET")
    assert connection.is_silent()
    assert caller.post(offer(1)).status == 204
    assert connection.response().json()["events"][0]["type"] == "offer"
    assert connection.response().body == b"OK\n"


def test_a_slow_reader_gets_every_byte(start, tmp_path):
    secure = Secure(start, tmp_path)
    content = bytes(range(256)) * 20_000
    (secure.daemon.web_root / "large.bin").write_bytes(content)
    secure.daemon.signal(1)
    until(lambda: secure.plain_client().get("/large.bin").status == 200)
    connection = secure.connect(receive_buffer=4_096)
    connection.send(secure.client().encode("GET", "/large.bin"), "GET")
    time.sleep(0.2)
    assert connection.response(patience=30).body == content


def test_the_end_is_said(secure):
    """Both ways: an answer that is the last is followed by close_notify, and a client's is the end of its input."""
    connection = secure.connect()
    connection.send(secure.client().encode("GET", "/healthz", [("Connection", "close")]), "GET")
    assert connection.response().status == 200
    assert connection.rest() == b""
    idle = secure.connect()
    idle.send(secure.client().encode("GET", "/healthz"), "GET")
    assert idle.response().status == 200
    # Comes back when the relay has said its part.
    idle.socket.unwrap()


def test_who_hangs_up_gives_up_what_is_held(secure):
    caller, callee = secure.client().pair()
    caller.read()
    with secure.connect() as connection:
        assert caller.hold(connection=connection).is_held()
    assert callee.post({"id": 1, "type": "candidate", "data": None}).status == 204
    until(lambda: metrics(secure)["holdline_polls_held"].value() == 0)


# What is spoken.


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions(secure, version):
    tls = secure.trust(minimum_version=version, maximum_version=version)
    connection = secure.connect(tls=tls)
    assert connection.socket.version() == version.name.replace("_", ".")
    assert connection.socket.compression() is None
    connection.send(secure.client().encode("GET", "/healthz"), "GET")
    assert connection.response().status == 200


@pytest.mark.parametrize("flags", [
    ("-tls1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"), ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"),
    ("-tls1_2", "-cipher", "AES128-GCM-SHA256"), ("-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"),
    ("-alpn", "h2"), ("-alpn", "spdy/3"), ("-groups", "secp521r1"),
])
def test_what_is_old_or_unknown_is_refused(secure, flags):
    said = s_client(secure, *flags)
    assert "Cipher is (NONE)" in said and "alert" in said, said
    assert handshakes(secure, "failed") == 1
    assert "no TLS with 127.0.0.1: " in secure.daemon.log()
    assert "HTTP" not in said


@pytest.mark.parametrize("cipher", [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
])
def test_the_suites_of_tls_1_2(secure, cipher):
    assert f"Cipher is {cipher}" in s_client(secure, "-tls1_2", "-cipher", cipher)


def test_no_compression(secure):
    assert "Compression: NONE" in s_client(secure, "-tls1_2", "-comp")


def test_the_protocol_is_agreed_on(secure):
    tls = secure.trust()
    tls.set_alpn_protocols(["h2", "http/1.1"])
    assert secure.connect(tls=tls).socket.selected_alpn_protocol() == "http/1.1"
    assert secure.connect().socket.selected_alpn_protocol() is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_goes_on(secure, version):
    tls = secure.trust(minimum_version=version, maximum_version=version)
    first = secure.connect(tls=tls)
    assert not first.socket.session_reused
    first.send(secure.client().encode("GET", "/healthz"), "GET")
    # In TLS 1.3 the ticket comes with what is read.
    assert first.response().status == 200
    again = secure.connect(tls=tls, session=first.socket.session)
    assert again.socket.session_reused
    again.send(secure.client().encode("GET", "/healthz"), "GET")
    assert again.response().status == 200
    assert handshakes(secure, "resumed") == 1


def test_a_ticket_of_another_run_is_passed_over(start, tmp_path):
    """The keys of tickets are in memory alone."""
    first = Secure(start, tmp_path)
    tls = first.trust()
    connection = first.connect(tls=tls)
    connection.send(first.client().encode("GET", "/healthz"), "GET")
    connection.response()
    session = connection.socket.session
    first.daemon.finish()
    second = Secure(start, tmp_path)
    assert not second.connect(tls=tls, session=session).socket.session_reused


# Who does not speak it, or stalls.


@pytest.mark.parametrize("path", ["/", "/v1/events", "/nowhere"])
def test_plain_http_is_told_where_to_go(secure, path):
    client = secure.daemon.client(("127.0.0.1", secure.port))
    connection = client.connect()
    answer = client.get(path, connection=connection)
    assert_refused(answer, 400, "invalid-request")
    assert f"https://127.0.0.1:{secure.port}/" in answer.json()["detail"]
    assert connection.rest() == b""
    assert_refused(client.get(path, host="evil.example"), 421, "unknown-host")
    assert handshakes(secure, "plain") == 2


def test_noise_is_answered_as_noise(secure):
    with Connection(("127.0.0.1", secure.port)) as connection:
        assert connection.send(b"\x00\x01\x02\r\n\r\n", "GET").response().status == 400


def test_a_hello_in_single_bytes(secure):
    with socket.create_connection(("127.0.0.1", secure.port)) as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in client_hello():
            raw.sendall(bytes([byte]))
        # A record of the handshake: the server's hello.
        raw.settimeout(5)
        assert raw.recv(1) == b"\x16"


@pytest.mark.parametrize("sent", [b"", client_hello()[:100], b"\x16\x03\x01"], ids=["nothing", "half a hello", "a beginning"])
def test_a_stalled_handshake_ends_at_its_deadline(start, tmp_path, sent):
    secure = Secure(start, tmp_path, limits={"handshake_seconds": 1, "header_seconds": 60})
    began = time.monotonic()
    with Connection(("127.0.0.1", secure.port)) as connection:
        assert connection.send(sent).rest() == b""
        assert 0.9 <= time.monotonic() - began < 4
    assert handshakes(secure, "timeout") == 1


def test_broken_records_end_the_handshake(secure):
    broken = bytearray(client_hello())
    broken[5] = 99
    with Connection(("127.0.0.1", secure.port)) as connection:
        assert connection.send(bytes(broken)).rest()[:1] == b"\x15", "an alert"
    assert handshakes(secure, "failed") == 1
    assert secure.client().get("/healthz").status == 200


def test_a_broken_record_later_ends_the_connection(secure):
    """In the middle of a held poll as well: whatever was held is free for the next one."""
    caller, _ = secure.client().pair()
    caller.read()
    connection = secure.connect()
    connection.send(secure.client().encode("GET", "/healthz"), "GET")
    connection.response()
    raw = connection.socket
    # Past the TLS of our own side.
    socket.socket(fileno=raw.detach()).sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
    assert secure.client().get("/healthz").status == 200


def test_more_stalled_handshakes_than_may_be(start, tmp_path):
    """For each more, the one that began first is closed; who means it gets through."""
    secure = Secure(start, tmp_path, limits={"handshakes": 5, "handshake_seconds": 60})
    stalled = [Connection(("127.0.0.1", secure.port)) for _ in range(12)]
    until(lambda: handshakes(secure, "shed") == 7)
    for connection in stalled[:7]:
        assert connection.rest() == b""
    assert all(connection.is_silent(0.02) for connection in stalled[7:])
    assert secure.client().get("/healthz").status == 200
    assert handshakes(secure, "shed") == 8


def test_half_records_are_bounded(start, tmp_path):
    """A record whose rest does not come costs room for a whole one: it counts as an unfinished request does."""
    secure = Secure(start, tmp_path)
    connection = secure.connect()
    connection.send(secure.client().encode("GET", "/healthz"), "GET")
    connection.response()
    raw = socket.socket(fileno=connection.socket.detach())
    raw.sendall(b"\x17\x03\x03\x40\x00" + b"x" * 100)
    until(lambda: metrics(secure)["holdline_unconsumed_bytes"].value() > 16_384)
    raw.close()
    until(lambda: metrics(secure)["holdline_unconsumed_bytes"].value() == 0)


def test_a_reload_moves_the_bounds(start, tmp_path):
    secure = Secure(start, tmp_path, limits={"handshakes": 5, "handshake_seconds": 60})
    secure.daemon.configure(secure.settings | {"limits": {"handshakes": 5, "handshake_seconds": 1}})
    secure.daemon.notify.forget()
    secure.daemon.signal(1)
    assert secure.daemon.notify.await_line("READY=1", 5), secure.daemon.log()
    with Connection(("127.0.0.1", secure.port)) as connection:
        assert connection.rest(patience=5) == b""


def test_a_stop_does_not_wait_for_handshakes(secure):
    with Connection(("127.0.0.1", secure.port)):
        code = new_code()
        assert secure.client().peer(code).role == "caller"
        secure.daemon.finish()
    assert re.search(r"\bstopped\b", secure.daemon.log())


def test_a_flood_of_handshakes_locks_nobody_out(secure):
    """Four clients that do nothing else, and one that calls."""
    tls = secure.trust()

    def flood() -> int:
        for _ in range(100):
            with secure.connect(tls=tls) as connection:
                connection.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET").response()
        return 100

    with ThreadPoolExecutor(4) as pool:
        floods = [pool.submit(flood) for _ in range(4)]
        caller, callee = secure.client().pair()
        for number in range(1, 11):
            assert caller.post({"id": number, "type": "candidate", "data": None}).status == 204
        assert caller.post(offer(11)).status == 204
        assert len(callee.read()) == 11
        assert sum(one.result(60) for one in floods) == 400
    assert handshakes(secure, "full") >= 400
    assert handshakes(secure, "shed") == handshakes(secure, "timeout") == 0

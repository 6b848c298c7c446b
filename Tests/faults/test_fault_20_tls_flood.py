"""Fault 20: handshakes that stall, and a thousand a second that do not. Who means it gets through; nobody begins anew."""

import signal
import time

import pytest

from crowd import Crowd
from support.connection import Connection
from support.prometheus import parse
from support.tls import Secure, client_hello, openssl
from support.witness import FAVOURED

STALLED = 500
A_SECOND, SECONDS = 1_000, 5
# How many of them are under way at once, more or less.
AT_ONCE = 50
BOUND = 0.25


@pytest.fixture
def secure(start, tmp_path):
    return Secure(lambda **settings: start(within=FAVOURED, **settings), tmp_path)


def ended(daemon) -> dict[str, int]:
    """Handshakes by how they have ended."""
    family = parse(daemon.metrics_client().get("/metrics").body.decode())["holdline_tls_handshakes_total"]
    return {sample.labels["result"]: int(sample.value) for sample in family.samples}


def test_a_thousand_handshakes_a_second(secure, witness, measured):
    hello = client_hello()
    with witness(secure.daemon, port=secure.port, ca=secure.ca) as seen, Crowd(secure.port) as stalled:
        stalled.connect(STALLED)
        stalled.send(hello[: len(hello) // 2])
        began = time.monotonic()
        for turn in range(A_SECOND * SECONDS // AT_ONCE):
            with Crowd(secure.port) as flood:
                flood.connect(AT_ONCE)
                # The relay's part of it is most of the work: a key, and a signature.
                flood.send(hello)
                time.sleep(max(0.0, began + (turn + 1) * AT_ONCE / A_SECOND - time.monotonic()))
        took = time.monotonic() - began
        counts = ended(secure.daemon)
    measured(f"{A_SECOND * SECONDS / took:.0f} handshakes a second beside {STALLED} that stall; {seen}")
    assert counts["failed"] > 0.8 * A_SECOND * SECONDS, "they have been begun and given up"
    assert counts["shed"] >= STALLED - 256, "more stall than may be under way"
    assert A_SECOND * SECONDS / took > 0.3 * A_SECOND, "no flood"
    seen.assert_below(BOUND)


@pytest.mark.parametrize("text, said", [("R\n", "no renegotiation"), ("R\nR\nR\n", "no renegotiation")], ids=["once", "again"])
def test_renegotiation_is_refused(secure, text, said):
    """TLS 1.3 has none; in TLS 1.2 it would let one client have a handshake after the other on one connection."""
    heard = openssl("s_client", "-tls1_2", "-connect", f"127.0.0.1:{secure.port}", text=text, check=False)
    assert "RENEGOTIATING" in heard and said in heard
    assert ended(secure.daemon)["full"] == 1


def test_who_has_hung_up_costs_nothing(secure):
    """A hello whose client is gone already is not answered, which is what a flood of them would cost."""
    secure.daemon.signal(signal.SIGSTOP)
    with Connection(("127.0.0.1", secure.port)) as connection:
        connection.send(client_hello()).half_close()
        secure.daemon.signal(signal.SIGCONT)
        assert connection.rest() == b""
    assert ended(secure.daemon)["failed"] == 1

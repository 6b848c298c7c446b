"""Where the daemon listens: several addresses, both families, unix sockets."""

import pathlib
import socket
import stat

import pytest

from support.conformance import assert_refused
from support.secrets import new_code
from support.settings import free_port, has_ipv6

needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@needs_ipv6
def test_all_listeners_are_one_relay(start, tmp_path):
    four, six = free_port(), free_port("::1")
    path = str(tmp_path / "relay.sock")
    daemon = start(listen=[f"http://127.0.0.1:{four}", f"http://[::1]:{six}", f"unix:{path}"])
    code = new_code()
    first, second, third = (daemon.client(address) for address in (("127.0.0.1", four), ("::1", six), path))
    assert first.peer(code).role == "caller"
    assert second.peer(code).role == "callee"
    assert third.peer(code).role == "caller"
    assert first.peer(code).role == "callee"


@needs_ipv6
def test_an_ipv4_client_reaches_a_dual_stack_listener_under_its_address(start):
    port = free_port("::")
    daemon = start(listen=[f"http://[::]:{port}"])
    client = daemon.client(("127.0.0.1", port))
    assert client.get("/").status == 200
    assert client.get("/", host="127.0.0.1").status == 200
    assert daemon.client(("::1", port)).get("/").status == 200
    assert_refused(client.get("/", host="[::1]"), 421, "unknown-host")
    assert daemon.client(("127.0.0.5", port)).get("/").status == 200, "the address that the connection came in on"


def test_a_listener_on_all_addresses_answers_to_the_one_used(start):
    port = free_port("0.0.0.0")
    daemon = start(listen=[f"http://0.0.0.0:{port}"])
    assert daemon.client(("127.0.0.7", port)).get("/").status == 200
    assert_refused(daemon.client(("127.0.0.7", port)).get("/", host="127.0.0.8"), 421, "unknown-host")


def test_listen_flags_come_instead_of_the_file(start):
    port = free_port()
    daemon = start("--listen", f"http://127.0.0.1:{port}")
    assert daemon.client(("127.0.0.1", port)).get("/").status == 200
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", daemon.port)) != 0


def test_the_web_root_flag_comes_instead_of_the_file(start, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("another page")
    assert start("--web-root", str(other)).client().get("/").body == b"another page"


def test_a_unix_socket_that_a_killed_daemon_left_is_taken_over(start, tmp_path):
    path = str(tmp_path / "relay.sock")
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(path)
    daemon = start(listen=[f"unix:{path}"])
    assert daemon.client(path).get("/").status == 200


def test_a_unix_socket_that_somebody_listens_on_is_not_taken(start, tmp_path):
    path = str(tmp_path / "relay.sock")
    first = start(listen=[f"unix:{path}"])
    with pytest.raises(AssertionError, match="no READY=1; status [1-9]"):
        start(listen=[f"unix:{path}"])
    assert first.client(path).get("/").status == 200


def test_a_file_that_is_no_socket_is_not_touched(start, tmp_path):
    path = tmp_path / "relay.sock"
    path.write_text("somebody's")
    with pytest.raises(AssertionError, match="no READY=1; status [1-9]"):
        start(listen=[f"unix:{path}"])
    assert path.read_text() == "somebody's"


def test_a_unix_socket_is_gone_afterwards_or_taken_over(start, tmp_path):
    path = str(tmp_path / "relay.sock")
    for _ in range(2):
        daemon = start(listen=[f"unix:{path}"])
        assert daemon.client(path).get("/").status == 200
        daemon.finish()


def test_a_proxy_of_another_user_may_connect_to_a_unix_socket(start, tmp_path):
    path = tmp_path / "relay.sock"
    start(listen=[f"unix:{path}"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


def test_the_kernel_looks_after_clients_that_say_nothing(start):
    daemon = start()
    client = daemon.client()
    connection = client.connect()
    client.settle()
    here, there = ("%04X" % end[1] for end in (connection.socket.getsockname(), connection.socket.getpeername()))
    lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # Of proc(5): both addresses as the daemon sees them, and which timer runs; 2 is the one of keep-alive.
    # Both ports, since an ended connection of another test may still hold one of them.
    (timer,) = (
        line[5].split(":")[0] for line in lines if line[1].endswith(":" + there) and line[2].endswith(":" + here)
    )
    assert timer == "02"

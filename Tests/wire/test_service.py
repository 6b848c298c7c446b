"""What a service manager and an operator see: readiness, status, watchdog, passed sockets, reload, the control socket."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from support.client import Client
from support.daemon import BINARY, REPOSITORY, Daemon, until
from support.prometheus import parse
from support.secrets import Secrets
from support.settings import free_port


reload = Daemon.reload


def status(daemon, *flags) -> subprocess.CompletedProcess:
    path = daemon.folder / "control.sock"
    return subprocess.run([BINARY, "status", "--socket", path, *flags], capture_output=True, text=True, timeout=10)


@pytest.fixture
def controlled(start, tmp_path):
    """A daemon with a control socket."""
    return start(control_socket=str(tmp_path / "daemon0/control.sock"))


def test_the_status_tells_what_goes_on(start):
    daemon = start()
    assert "STATUS=0 waiting, 0 connecting, 0 polls held, 0 calls since start" in daemon.notify.received
    client = daemon.client()
    caller = client.peer("tulip")
    caller.hold()
    line = "STATUS=1 waiting, 0 connecting, 1 polls held, 1 calls since start"
    assert daemon.notify.await_line(line, 5), daemon.notify.received
    client.peer("tulip")
    assert daemon.notify.await_line("STATUS=0 waiting, 1 connecting, 0 polls held, 1 calls since start", 5)


def test_the_watchdog_hears_of_a_loop_that_turns(start, monkeypatch):
    """Twice in the time that the manager allows; a process that stands still says nothing."""
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    daemon = start()
    for _ in range(3):
        daemon.notify.forget()
        assert daemon.notify.await_line("WATCHDOG=1", 5)
    daemon.signal(signal.SIGSTOP)
    # What was on its way has come.
    daemon.notify.await_line("WATCHDOG=1", 0.3)
    daemon.notify.forget()
    assert not daemon.notify.await_line("WATCHDOG=1", 1)
    daemon.signal(signal.SIGCONT)
    assert daemon.notify.await_line("WATCHDOG=1", 5)


@pytest.fixture
def unread(daemon, tmp_path):
    """A manager that has read READY=1 and nothing since, and its daemon, which has told it far more than fits its queue."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "manager"))
        other = tmp_path / "other.toml"
        port = free_port()
        other.write_text(f'listen = ["http://127.0.0.1:{port}"]\nweb_root = "{daemon.web_root}"\n')
        # A beat each millisecond.
        environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "manager"), "WATCHDOG_USEC": "2000"}
        process = subprocess.Popen([BINARY, "serve", "--config", other], env=environment, stderr=subprocess.DEVNULL)
        try:
            queue = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
            manager.settimeout(10)
            while not manager.recv(100).startswith(b"READY=1"):
                pass
            time.sleep(0.002 * (queue + 100))
            yield manager, process, port
        finally:
            process.kill()
            process.wait()


def test_a_manager_that_does_not_read_holds_nobody_up(unread):
    _, process, port = unread
    client = Client(("127.0.0.1", port), Secrets())
    assert client.get("/healthz").status == 200
    process.terminate()
    assert process.wait(5) == 0


def test_a_manager_that_reads_late_hears_of_the_end(unread):
    """Beats are left out while many wait; the end is not."""
    manager, process, _ = unread
    process.terminate()
    # Longer than the daemon takes to say so, shorter than it waits for its manager.
    time.sleep(0.05)
    while not manager.recv(100).startswith(b"STOPPING=1"):
        pass
    assert process.wait(5) == 0


def test_without_a_watchdog_nothing_is_sent(daemon):
    assert not daemon.notify.await_line("WATCHDOG=1", 0.5)


def test_a_start_that_fails_says_why(start, tmp_path):
    first = start()
    with pytest.raises(AssertionError, match="no READY=1; status 69"):
        start(listen=[f"http://127.0.0.1:{first.port}"])
    # The socket of the failed one, still bound.
    log = (tmp_path / "daemon1/log").read_text()
    assert f"critical: cannot listen on http://127.0.0.1:{first.port}: bind: Address already in use" in log


def test_a_failed_start_tells_the_manager_the_number_of_the_error(daemon, tmp_path):
    other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    other.bind(str(tmp_path / "manager"))
    other.settimeout(10)
    command = [BINARY, "serve", "--config", daemon.config]
    environment = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "manager")}
    subprocess.run(command, env=environment, capture_output=True, timeout=10)
    assert other.recv(65_536).startswith(b"FDSTORE=1")
    told = other.recv(65_536).decode().splitlines()
    other.close()
    assert "ERRNO=98" in told
    assert any(line.startswith("STATUS=cannot listen on") for line in told)


# Reload


def test_a_reload_says_when_it_begins_and_when_it_is_over(daemon):
    before = time.monotonic_ns() // 1000
    reload(daemon)
    told = daemon.notify.received
    assert told.index("RELOADING=1") < told.index("READY=1")
    (since,) = (int(line.partition("=")[2]) for line in told if line.startswith("MONOTONIC_USEC="))
    assert before <= since <= time.monotonic_ns() // 1000
    until(lambda: "the configuration was read again and is in force" in daemon.log())


def test_a_reload_takes_settings_and_page_over_and_nobody_notices(daemon):
    client = daemon.client()
    caller = client.peer("tulip")
    held = caller.hold()
    client.settle()
    assert client.get("/", host="call.example").status == 421
    (daemon.web_root / "new.css").write_text("body { color: red }\n")
    reload(daemon, allowed_hosts=["call.example"], limits={"body_bytes": 256})
    assert client.get("/", host="call.example").status == 200
    assert client.get("/new.css").status == 200
    assert client.request("POST", "/v1/dial", [("Content-Type", "application/json")], b" " * 300).status == 413
    # The poll that was held is answered as if nothing had been.
    client.peer("tulip")
    assert held.response().json()["events"][0]["type"] == "joined"


def test_a_reload_that_cannot_be_keeps_the_old_settings_and_names_the_line(daemon):
    client = daemon.client()
    reload(daemon, log_level="loud")
    log = until(lambda: (text := daemon.log()) and "settings stay" in text and text)
    assert re.search(r"error: the settings stay as they were: .*holdline\.toml:\d+:13: log_level: expected one of", log)
    assert client.get("/healthz").status == 200
    # A page that is gone is no reason to serve none.
    reload(daemon, web_root="/nowhere")
    until(lambda: "web_root: /nowhere: No such file or directory" in daemon.log())
    assert client.get("/").status == 200


def test_a_reload_says_what_only_a_restart_takes_over(daemon):
    reload(daemon, listen=["http://127.0.0.1:1"])
    until(lambda: "a restart is needed for the new value of listen" in daemon.log())
    assert daemon.client().get("/healthz").status == 200


def test_a_hundred_reloads_under_load(daemon):
    client = daemon.client()
    caller = client.peer("tulip")
    client.peer("tulip")
    for _ in range(100):
        daemon.signal(signal.SIGHUP)
        assert client.get("/healthz").status == 200
    assert caller.poll().status == 200
    until(lambda: daemon.notify.await_line("READY=1", 1))


# Passed sockets


@pytest.fixture
def passed(tmp_path):
    """Listening sockets as a manager opens them, before there is a daemon."""
    opened = []

    def listen(family=socket.AF_INET, address=("127.0.0.1", 0)):
        made = socket.socket(family)
        made.bind(address)
        made.listen()
        opened.append(made)
        return made

    yield listen
    for each in opened:
        each.close()


@pytest.fixture
def activated(tmp_path):
    """Starts the daemon with passed sockets, and without `listen` being free."""
    running = []

    def run(sockets, names, listen) -> tuple[subprocess.Popen, os.PathLike]:
        (tmp_path / "web").mkdir(exist_ok=True)
        (tmp_path / "web/index.html").write_text("<!doctype html>")
        config = tmp_path / "activated.toml"
        config.write_text(f'listen = ["{listen}"]\nweb_root = "{tmp_path}/web"\n')
        log = tmp_path / f"activated{len(running)}.log"

        def take_their_places():
            # From 3 on, whatever stood there before.
            copies = [os.dup(each.fileno()) for each in sockets]
            high = [os.dup2(copy, 100 + index) for index, copy in enumerate(copies)]
            for index, descriptor in enumerate(high):
                os.dup2(descriptor, 3 + index)

        environment = os.environ | {"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(names)}
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", BINARY, "serve", "--config", config],
                env=environment, stderr=file, preexec_fn=take_their_places, close_fds=False)
        running.append(process)
        return process, log

    yield run
    for process in running:
        process.kill()
        process.wait()


def test_passed_sockets_take_the_place_of_listen(passed, activated):
    first, second = passed(), passed()
    port = first.getsockname()[1]
    process, log = activated([first, second], ["http", "http"], "http://127.0.0.1:1")
    for each in (first, second):
        assert Client(each.getsockname(), Secrets(), host="localhost").get("/healthz").status == 200
    until(lambda: f"listening on http://127.0.0.1:{port}" in log.read_text())
    until(lambda: "is passed over" in log.read_text())
    assert log.read_text().count("is passed over") == 1
    # The socket outlives the daemon: who comes meanwhile waits, and the next one answers.
    process.terminate()
    assert process.wait(5) == 0
    waiting = Client(first.getsockname(), Secrets(), host="localhost").start("GET", "/healthz")
    activated([first, second], ["http", "http"], f"http://127.0.0.1:{port}")
    assert waiting.response().status == 200


def test_passed_sockets_that_are_those_of_listen_are_nothing_to_speak_of(passed, activated):
    only = passed()
    _, log = activated([only], ["http"], f"http://127.0.0.1:{only.getsockname()[1]}")
    assert Client(only.getsockname(), Secrets(), host="localhost").get("/healthz").status == 200
    assert "passed over" not in log.read_text()


def test_a_passed_descriptor_that_does_not_listen_is_an_error(activated):
    with socket.socket() as idle:
        process, log = activated([idle], ["http"], "http://127.0.0.1:1")
        assert process.wait(5) == 69
    assert "cannot listen on a socket of the service manager" in log.read_text()


# The control socket


def test_holdline_status(controlled):
    client = controlled.client()
    client.peer("tulip").hold()
    client.get("/", host="elsewhere.example")
    client.settle()
    text = status(controlled).stdout
    assert "1 waiting, 0 connecting, 1 since start" in text
    assert f"http://127.0.0.1:{controlled.port}" in text
    assert "1 unknown-host" in text
    told = json.loads(status(controlled, "--json").stdout)
    assert told["calls"]["waiting"] == told["pollsHeld"] == told["refused"]["unknown-host"] == 1
    assert told["listeners"] == [f"http://127.0.0.1:{controlled.port}"]
    assert told["memory"]["residentBytes"] > 1_000_000
    assert abs(told["startedAt"] - time.time()) < 60


def test_the_control_socket_serves_metrics_and_nothing_of_the_relay(controlled):
    path = str(controlled.folder / "control.sock")
    assert os.stat(path).st_mode & 0o777 == 0o660
    client = controlled.client(path)
    assert "holdline_calls" in str(parse(client.get("/metrics").body.decode()))
    assert client.get("/").status == 404
    assert client.post_json("/v1/dial", {"code": "tulip"}).status == 404


def test_status_without_a_daemon(tmp_path):
    done = subprocess.run([BINARY, "status", "--socket", tmp_path / "none"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 1
    assert "No such file or directory (is the daemon running?)" in done.stderr


def test_status_is_answered_when_all_connections_are_taken(start, tmp_path):
    daemon = start(limits={"connections": 2}, control_socket=str(tmp_path / "daemon0/control.sock"))
    client = daemon.client()
    for code in ("tulip", "maple"):
        client.peer(code).hold()
    assert "2 waiting" in until(lambda: (text := status(daemon).stdout) and "polls held   2" in text and text)


def test_a_control_socket_that_cannot_be_opened_stops_nothing(start):
    daemon = start(control_socket="/nowhere/control.sock")
    assert daemon.client().get("/healthz").status == 200
    until(lambda: "no control socket: cannot listen on unix:/nowhere/control.sock" in daemon.log())


def test_the_control_socket_is_in_the_directory_of_the_service(start, tmp_path, monkeypatch):
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    start()
    assert (tmp_path / "control.sock").is_socket()


# Proxies


def test_a_trusted_proxy_says_who_dials(start):
    """Each client has its own share of dials."""
    daemon = start(limits={"dials_per_minute": 1})
    client = daemon.client()
    dial = lambda *hops: client.post_json("/v1/dial", {"code": "tulip"}, [("X-Forwarded-For", hop) for hop in hops]).status
    assert dial("192.168.1.7") == 201
    assert dial("192.168.1.7") == 429
    assert dial("192.168.1.8") == 201
    # Whatever a client invents stands before its own address.
    assert dial("10.9.9.9, 192.168.1.8") == 429
    assert dial("10.9.9.9", "192.168.1.8:40000") == 429
    # Proxies in a row: the last that is none is the client.
    assert dial("192.168.1.8, 127.0.0.1") == 429
    assert dial("[2001:db8::1]:443") == 201
    assert dial("2001:db8::2") == 429, "a household has a /64"
    assert dial("nonsense") == 201, "the proxy itself"
    assert dial() == 429
    until(lambda: re.search(r"warning: refused 192\.168\.1\.7: 429 too-many-dials", daemon.log()))


def test_nobody_else_is_believed(start):
    daemon = start(limits={"dials_per_minute": 1}, trusted_proxies=["192.0.2.0/24"])
    client = daemon.client()
    assert client.post_json("/v1/dial", {"code": "tulip"}, [("X-Forwarded-For", "192.168.1.7")]).status == 201
    assert client.post_json("/v1/dial", {"code": "tulip"}, [("X-Forwarded-For", "192.168.1.8")]).status == 429


# The address to invite to


@pytest.mark.parametrize(("host", "expected"), [("localhost:8080", ":8080/"), ("127.0.0.1", ".local/")])
def test_nobody_else_reaches_this_machine_as_localhost(daemon, host, expected):
    response = daemon.client().get("/address", host=host)
    assert response.status == 200
    name = socket.gethostname().split(".")[0].lower()
    assert response.json() == {"link": f"http://{name}.local{expected.removeprefix('.local')}"}


def test_the_address_that_the_page_was_opened_by_is_good_enough(start):
    daemon = start(allowed_hosts=["call.example"])
    assert daemon.client().get("/address", host="call.example").status == 204


def test_the_public_url_goes_before_all(start):
    daemon = start(public_url="https://call.example.org")
    assert daemon.client().get("/address").json() == {"link": "https://call.example.org/"}


# The log


def test_a_flood_of_refusals_is_one_line(daemon):
    client = daemon.client()
    for _ in range(50):
        client.get("/", host="elsewhere.example")
    until(lambda: "421 unknown-host" in daemon.log())
    assert daemon.log().count("unknown-host") == 1


def test_what_clients_send_is_escaped_in_the_log(daemon):
    client = daemon.client()
    client.get("/v1/events", [("Origin", "http://\u202e\x9b31m".encode().decode("latin-1"))])
    log = until(lambda: (text := daemon.log()) and "cross-origin" in text and text)
    line = next(line for line in log.splitlines() if "cross-origin" in line)
    assert line.isprintable()
    assert "\\u{202e}" in line


@pytest.mark.parametrize("plain", [False, True], ids=["colour", "NO_COLOR"])
def test_a_terminal_shows_lines_in_colour(tmp_path, plain):
    (tmp_path / "wrong.toml").write_text("listne = []\n")
    terminal, end = pty.openpty()
    environment = os.environ | ({"NO_COLOR": "1"} if plain else {})
    done = subprocess.run([BINARY, "serve", "--config", tmp_path / "wrong.toml"], stderr=end, env=environment, timeout=10)
    os.close(end)
    shown = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert done.returncode == 78
    assert re.search(r"wrong\.toml:1:1: listne: ", shown)
    assert ("\x1b[1;31mcritical" in shown) is not plain
    assert ("\x1b" in shown) is not plain


def test_the_catalog_explains_every_message():
    """Each kind of line has its entry in both languages, and there is no other."""
    source = (REPOSITORY / "Sources/Relay/Log.swift").read_text()
    known = set(re.findall(r'"([0-9a-f]{32})"', source))
    fields = set(re.findall(r'= "([A-Z_]+)"', source))
    for name in ("holdline.catalog", "holdline.ru.catalog"):
        text = (REPOSITORY / "packaging/journal" / name).read_text()
        entries = re.findall(r"^-- ([0-9a-f]{32})\nSubject: .+\nDefined-By: holdline\nDocumentation: .+\n\n\S", text, re.M)
        assert sorted(entries) == sorted(known), name
        assert set(re.findall(r"@([A-Z_]+)@", text)) <= fields, name
    assert len(known) > 15

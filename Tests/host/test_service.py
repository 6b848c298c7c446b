"""The service as systemd runs it: status, reload, watchdog, sockets, limits, control."""

import json
import re
import socket
import stat

import pytest

from support.daemon import until
from support.messages import offer

SERVICE = "holdline.service"
SOCKET = "holdline-http.socket"
HTTPS_SOCKET = "holdline-https.socket"
STATUS = re.compile(r"(\d+) waiting, (\d+) connecting, (\d+) polls? held, (\d+) calls? since start")


def status(host) -> tuple[int, ...]:
    """What the line of status counts: waiting, connecting, polls held, calls since start."""
    line = STATUS.search(host.show(SERVICE, "StatusText"))
    return tuple(map(int, line.groups())) if line else ()


def main_pid(host) -> str:
    return host.show(SERVICE, "MainPID")


def test_status_tells_what_goes_on(host):
    assert status(host) == (0, 0, 0, 0)
    waiting = host.client().peer()
    poll = waiting.hold()
    until(lambda: status(host) == (1, 0, 1, 1))
    poll.connection.close()
    assert waiting.leave().status == 204
    until(lambda: status(host) == (0, 0, 0, 1))


def test_a_failed_start_says_why(host):
    host.configure('web_root = "/nowhere"\n')
    host.attempt("systemctl", "restart", SERVICE)
    until(lambda: host.show(SERVICE, "StatusErrno") == "2")
    assert "/nowhere" in host.show(SERVICE, "StatusText")


def test_a_wrong_configuration_is_not_tried_again(host):
    host.configure("log_level = 'info'\nlistne = []\n")
    assert host.attempt("systemctl", "restart", SERVICE).returncode != 0
    assert (host.show(SERVICE, "ExecMainStatus"), host.show(SERVICE, "NRestarts")) == ("78", "0")
    assert host.show(SERVICE, "ActiveState") == "failed"
    assert "listne" in host.show(SERVICE, "StatusText")
    wrong = host.journal(CONFIG_LINE="2")
    assert wrong and wrong[-1]["CONFIG_FILE"] == "/etc/holdline/holdline.toml"
    assert int(wrong[-1]["PRIORITY"]) <= 3


def test_reload_takes_a_good_file_and_ends_nothing(host):
    daemon = main_pid(host)
    client = host.client()
    waiting = client.peer()
    poll = waiting.hold()
    host.configure("[limits]\ndials_per_minute = 1\n")
    host.reload()
    assert host.show(SERVICE, "ActiveState") == "active"
    assert [client.dial("another word").status for _ in range(2)][-1] == 429
    assert main_pid(host) == daemon
    assert poll.is_held()
    assert waiting.post(offer(1)).status == 204
    assert waiting.leave().status == 204


def test_reload_refuses_a_wrong_file_and_names_its_line(host):
    daemon = main_pid(host)
    host.configure("\n[limits]\ndials_per_minute = 'few'\n")
    assert host.attempt("systemctl", "reload", SERVICE).returncode != 0
    assert host.show(SERVICE, "ActiveState") == "active"
    assert any("holdline.toml:3" in entry["MESSAGE"] for entry in host.journal(_SYSTEMD_UNIT=SERVICE))
    assert host.client().dial("a word").status == 201
    assert main_pid(host) == daemon


def test_a_signal_with_a_wrong_file_keeps_the_old_settings(host):
    """Where nobody has checked before."""
    host.configure("[limits]\ndials_per_minute = 1\n")
    host.reload()
    host.configure("[limits]\n\n\ndials_per_minute = 'few'\n")
    host.run("systemctl", "kill", "--kill-whom=main", "--signal=HUP", SERVICE)
    wrong = until(lambda: host.journal(SYSLOG_IDENTIFIER="holdline", CONFIG_LINE="4"))
    assert wrong[-1]["CONFIG_FILE"] == "/etc/holdline/holdline.toml"
    assert int(wrong[-1]["PRIORITY"]) <= 4
    client = host.client()
    assert [client.dial("a word").status for _ in range(2)][-1] == 429


def test_an_idle_daemon_keeps_its_watchdog_quiet(host):
    host.drop_in(SERVICE, "[Service]\nWatchdogSec=1\n")
    host.run("systemctl", "restart", SERVICE)
    daemon = main_pid(host)
    # A poll that is held for three seconds: three times as long as the daemon may be silent.
    host.configure("[relay]\npoll_seconds = 3\n")
    host.reload()
    assert host.client().peer().hold().response().status == 204
    assert main_pid(host) == daemon


def test_it_survives_a_kill_every_second(host):
    for _ in range(8):
        killed = main_pid(host)
        host.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", SERVICE)
        until(lambda: main_pid(host) not in (killed, "0") and host.show(SERVICE, "ActiveState") == "active")


def test_the_first_connection_starts_it(host):
    host.attempt("systemctl", "stop", SERVICE)
    assert host.show(SERVICE, "ActiveState") == "inactive"
    assert host.client().get("/healthz").status == 200
    assert host.show(SERVICE, "ActiveState") == "active"


def test_its_addresses_are_those_of_the_socket_unit(host):
    host.drop_in(SOCKET, "[Socket]\nListenStream=\nListenStream=127.0.0.2:9000\n")
    host.run("systemctl", "restart", SOCKET)
    assert host.client(("127.0.0.2", 9000)).get("/").status == 200
    with host.inside(), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 8080), 5)
    host.run("systemctl", "restart", SERVICE)
    assert host.client(("127.0.0.2", 9000)).get("/").status == 200


def test_the_port_of_https_is_that_of_the_socket_unit(host):
    daemon = main_pid(host)
    host.drop_in(HTTPS_SOCKET, "[Socket]\nListenStream=\nListenStream=127.0.0.1:443\n")
    host.run("systemctl", "restart", HTTPS_SOCKET)
    told = until(lambda: host.attempt("holdline", "status").stdout)
    assert "127.0.0.1:443" in told and "8443" not in told
    assert main_pid(host) not in (daemon, "0")
    assert host.client().get("/healthz").status == 200


def test_a_listen_that_does_not_count_is_said_once(host):
    host.configure('listen = ["http://127.0.0.1:9999"]\n')
    before = host.run("date", "+%s").strip()
    host.run("systemctl", "restart", SERVICE)
    assert host.client().get("/healthz").status == 200

    def told() -> list[str]:
        entries = host.journal(f"--since=@{before}", SYSLOG_IDENTIFIER="holdline")
        return [entry["MESSAGE"] for entry in entries if "9999" in entry["MESSAGE"]]

    assert len(until(told)) == 1


def test_its_limits_are_in_force(host):
    limits = host.path(f"/proc/{main_pid(host)}/limits").read_text()
    assert re.search(r"^Max open files +16384 +16384 ", limits, re.MULTILINE)
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
    assert host.show(SERVICE, "MemoryMax") == str(512 * 1_048_576)
    for unit in (SOCKET, HTTPS_SOCKET):
        assert host.show(unit, "Backlog") == "4096"


def test_status_on_the_control_socket(host):
    host.client().peer()
    told = json.loads(host.run("holdline", "status", "--json"))
    version = host.run("dpkg-query", "--show", "--showformat=${Version}", "holdline")
    assert told["version"] == version
    text = host.run("holdline", "status")
    assert version in text and "0.0.0.0:8080" in text and "0.0.0.0:8443" in text


def test_who_may_ask_for_the_status(host):
    control = host.path("/run/holdline/control.sock").stat()
    group = host.run("getent", "group", "holdline").split(":")[2]
    assert stat.S_ISSOCK(control.st_mode)
    assert (stat.S_IMODE(control.st_mode), str(control.st_gid)) == (0o660, group)
    nobody = ["setpriv", "--reuid=nobody", "--clear-groups"]
    assert host.attempt(*nobody, "--regid=nogroup", "holdline", "status").returncode != 0
    assert host.attempt(*nobody, f"--regid={group}", "holdline", "status").returncode == 0


def test_it_ends_in_time_and_is_off_after(host):
    held = host.client().peer().hold()
    host.run("systemctl", "stop", SOCKET, HTTPS_SOCKET, SERVICE)
    assert host.show(SERVICE, "Result") == "success"
    assert held.connection.response().status in (204, 503)
    host.power_off()

"""The command: version, help, `check`, and errors that say what to do."""

import os
import re
import socket
import subprocess

import pytest

from support.daemon import BINARY, REPOSITORY
from support.settings import free_port

EXAMPLE = REPOSITORY / "etc/holdline/holdline.toml"


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=10,
                          env=os.environ | {"SWIFT_BACKTRACE": "enable=no"} | environment)


@pytest.fixture
def config(tmp_path):
    """Writes a configuration file."""

    def write(text: str):
        path = tmp_path / "holdline.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_version():
    result = run("--version")
    assert result.returncode == 0
    assert re.fullmatch(r"(holdline )?\d+\.\d+\.\d+\S*\n", result.stdout)


def test_help_names_what_there_is():
    result = run("--help")
    assert result.returncode == 0
    for word in ("serve", "check", "--version"):
        assert word in result.stdout
    help_of_serve = run("serve", "--help").stdout
    for flag in ("--config", "--listen", "--web-root"):
        assert flag in help_of_serve
    assert "--config" in run("check", "--help").stdout


@pytest.mark.parametrize("arguments", [["serve", "--nothing"], ["nothing"], ["check", "--listen", "x"], ["serve", "x"]],
                         ids=" ".join)
def test_what_is_not_known_is_refused(arguments):
    result = run(*arguments)
    assert result.returncode not in (0, -6, -11, 1 << 7)
    assert result.stdout == "" and result.stderr


def test_check_of_a_good_file(config):
    for text in ("", 'listen = ["http://127.0.0.1:0"]\n[relay]\npoll_seconds = 20\n'):
        result = run("check", "--config", config(text))
        assert (result.returncode, result.stdout.strip()) == (0, "configuration OK"), result


def test_check_of_the_file_that_comes_with_it():
    result = run("check", "--config", EXAMPLE)
    assert (result.returncode, result.stdout.strip()) == (0, "configuration OK"), result


WRONG = [
    ("unknown key", "# a comment\nlistne = []\n", 2, "listne"),
    ("unknown key in a table", "[limits]\n\nconections = 5\n", 3, "conections"),
    ("unknown table", "[nothing]\nx = 1\n", 1, "nothing"),
    ("wrong type", "[limits]\ncalls = 'many'\n", 2, "calls"),
    ("wrong type of a list", 'listen = "http://127.0.0.1:8080"\n', 1, "listen"),
    ("wrong type in a list", "allowed_hosts = ['a', 5]\n", 1, "allowed_hosts"),
    ("a fraction", "[relay]\npoll_seconds = 2.5\n", 2, "poll_seconds"),
    ("out of range", "[relay]\npoll_seconds = 0\n", 2, "poll_seconds"),
    ("below zero", "[limits]\nconnections = -1\n", 2, "connections"),
    ("https without a port", 'listen = ["https://127.0.0.1"]\n', 1, "listen"),
    ("half of a certificate", '[tls]\nmode = "files"\nkey = "/etc/key.pem"\n', 2, "tls.certificate"),
    ("no address", 'listen = ["127.0.0.1:8080"]\n', 1, "listen"),
    ("port out of range", 'listen = ["http://127.0.0.1:80800"]\n', 1, "listen"),
    ("no listener", "listen = []\n", 1, "listen"),
    ("log level", "\nlog_level = 'loud'\n", 2, "log_level"),
    ("ice server without urls", "[[ice_servers]]\nusername = 'a'\n", 1, "urls"),
    ("no TOML", "listen = [\n", None, None),
    ("twice", "log_level = 'info'\nlog_level = 'info'\n", 2, "log_level"),
]


@pytest.mark.parametrize("text, line, key", [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_wrong_file_is_refused_by_file_line_and_key(config, command, text, line, key):
    path = config(text)
    result = run(command, "--config", path)
    assert result.returncode > 0
    assert "configuration OK" not in result.stdout
    assert str(path) in result.stderr
    if line is not None:
        assert re.search(rf"{re.escape(str(path))}:{line}\b", result.stderr), result.stderr
    if key is not None:
        assert key in result.stderr


def test_a_file_that_is_not_there(tmp_path):
    for command in ("check", "serve"):
        result = run(command, "--config", tmp_path / "nothing.toml")
        assert result.returncode > 0
        assert "nothing.toml" in result.stderr


def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = run("serve", "--listen", address, "--web-root", tmp_path, NOTIFY_SOCKET="")
    assert result.returncode > 0
    assert address in result.stderr or address.removeprefix("http://") in result.stderr
    assert "in use" in result.stderr.lower()


def test_an_address_that_is_not_of_this_machine(tmp_path):
    result = run("serve", "--listen", f"http://192.0.2.1:{free_port()}", "--web-root", tmp_path)
    assert result.returncode > 0 and "192.0.2.1" in result.stderr


def test_a_page_that_is_not_there(tmp_path):
    result = run("serve", "--listen", f"http://127.0.0.1:{free_port()}", "--web-root", tmp_path / "nothing")
    assert result.returncode > 0
    assert "web_root" in result.stderr or "web-root" in result.stderr
    assert str(tmp_path / "nothing") in result.stderr


def test_a_secret_of_the_file_is_in_no_message(config):
    text = '[[ice_servers]]\nurls = ["turn:turn.example.org"]\nusername = "u"\ncredential = "hunter2-very-secret"\n'
    for suffix in ("", "nothing = 1\n", "credential = 5\n", "x = \n"):
        result = run("check", "--config", config(text + suffix))
        assert "hunter2" not in result.stdout + result.stderr

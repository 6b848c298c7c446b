"""`holdline trust`: what it makes of what the daemon says. The daemon is played here, so that every case comes up."""

import json
import os
import re
import socket
import subprocess
import sys
import threading

import pytest

from support.daemon import BINARY

FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))
AUTO = {
    "mode": "auto", "httpsPort": 8443, "httpPort": 8080, "hostName": "pi", "authority": "holdline home CA (pi, 1a2b3c)",
    "fingerprint": FINGERPRINT, "ends": "2036-11-20",
    "pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
}
FILES = {"mode": "files", "httpsPort": 8443, "httpPort": 8080, "hostName": "call.example.org"}

# Addresses that this machine has here, beside those that it is to leave out.
ADDRESSES = ["192.168.7.5/24", "10.77.0.9/24", "172.17.0.1/16", "100.64.0.9/10", "203.0.113.7/24", "169.254.3.4/16",
             "fd00:77::9/64", "2001:db8:1::9/64", "fe80::77/64"]


@pytest.fixture
def trust(tmp_path):
    """Runs the command against a control socket that gives this answer."""
    path = tmp_path / "control.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    asked = []

    def answer(text: str) -> None:
        connection, _ = listener.accept()
        with connection:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += connection.recv(4_096)
            asked.append(request.split(b"\r\n")[0].decode())
            connection.sendall(text.encode())

    def run(body, *arguments: str, status: str = "200 OK", wrapper=()) -> subprocess.CompletedProcess:
        body = body if isinstance(body, str) else json.dumps(body)
        text = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        thread = threading.Thread(target=answer, args=[text], daemon=True)
        thread.start()
        done = subprocess.run([*wrapper, BINARY, "trust", "--socket", path, *arguments], capture_output=True, text=True,
                              timeout=10, env=os.environ | {"SWIFT_BACKTRACE": "enable=no"})
        if "--install" not in arguments:
            thread.join(5)
            assert asked == ["GET /trust.json HTTP/1.1"]
        return done

    yield run
    listener.close()


def words(text: str) -> list[str]:
    """What is printed, less the QR code."""
    return re.sub("[▀▄█]", " ", text).split()


NAMESPACE = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--net"]


@pytest.fixture(scope="session")
def alone() -> list[str]:
    """What runs a command on a machine without a network."""
    if subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("no network namespaces here")
    return NAMESPACE


@pytest.fixture(scope="session")
def machine(alone) -> list[str]:
    """What runs a command on a machine with these addresses: a network that ends with the command."""
    commands = ["ip link add home0 type veth peer name home1", "ip link set home1 up", "ip link set home0 up"]
    commands += [f"ip address add {address} dev home0 {'nodad' if ':' in address else ''}" for address in ADDRESSES]
    commands += ["ip route add default via 10.77.0.1", 'exec "$@"']
    return [*alone, "sh", "-euc", "\n".join(commands), "sh"]


def test_it_says_what_to_open_and_what_to_trust(trust, machine):
    done = trust(AUTO, wrapper=machine)
    assert (done.returncode, done.stderr) == (0, "")
    told = words(done.stdout)
    urls = [word for word in told if "://" in word]
    # The address from which the way out begins is first, then the others as they come, then IPv6, then the name.
    assert urls == [
        "http://10.77.0.9:8080/", "https://10.77.0.9:8443/", "https://192.168.7.5:8443/", "https://172.17.0.1:8443/",
        "https://[fd00:77::9]:8443/", "https://pi.local:8443/"]
    assert "".join(word for word in told if re.fullmatch("([0-9A-F]{2}:?){16}", word)) == FINGERPRINT
    assert AUTO["authority"] in done.stdout and AUTO["ends"] in done.stdout
    assert "BEGIN CERTIFICATE" not in done.stdout and "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_its_code_is_the_address_of_the_welcome_page(trust, machine, tmp_path):
    done = trust(AUTO, wrapper=machine)
    assert scanned(done.stdout, tmp_path) == "http://10.77.0.9:8080/"


def scanned(text: str, folder) -> str:
    """What zbarimg reads in the code that was printed, on a terminal with light text on dark."""
    lines = [line for line in text.splitlines() if re.fullmatch("[▀▄█ ]+", line) and "█" in line]
    rows = [[255 if mark in half else 0 for mark in line] for line in lines for half in ("█▀", "█▄")]
    width = max(map(len, rows))
    image = b"".join(bytes(value for value in row for _ in range(4)) * 4 for row in rows if len(row) == width)
    (folder / "code.pgm").write_bytes(f"P5 {width * 4} {len(image) // width // 4} 255\n".encode() + image)
    return subprocess.run(["zbarimg", "--nodbus", "--quiet", "--raw", folder / "code.pgm"], capture_output=True, text=True,
                          check=True).stdout.strip()


@pytest.mark.parametrize("colour", [True, False])
def test_on_a_terminal_the_code_has_colours_of_its_own(trust, colour):
    """Unless somebody wants none."""
    text = on_terminal(trust, [] if colour else ["env", "NO_COLOR=1"])
    lines = [line for line in text.splitlines() if "█" in line or "▄" in line]
    assert len(lines) >= 10
    for line in lines:
        assert (line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m")) == colour


def on_terminal(trust, wrapper: list[str]) -> str:
    """What the command prints on a terminal."""
    relay = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))"
    done = trust(AUTO, wrapper=["env", "--unset=NO_COLOR", sys.executable, "-c", relay, *wrapper])
    assert done.returncode == 0
    return done.stdout.replace("\r\n", "\n")


def test_a_machine_without_an_address_at_home_has_its_name(trust, alone):
    told = words(trust(AUTO | {"hostName": "pi.example.org"}, wrapper=alone).stdout)
    assert [word for word in told if "://" in word] == ["http://pi.local:8080/", "https://pi.local:8443/"]


def test_ports_that_go_without_saying_are_not_said(trust):
    told = words(trust(AUTO | {"httpsPort": 443, "httpPort": 80}).stdout)
    assert "https://pi.local/" in told and not [word for word in told if re.search(r"://.*:(80|443)/", word)]


def test_without_a_welcome_page_it_says_how_the_certificate_gets_over(trust):
    told = trust({name: value for name, value in AUTO.items() if name != "httpPort"})
    assert told.returncode == 0 and "holdline trust --json" in told.stdout
    assert "https://pi.local:8443/" in told.stdout and "█" not in told.stdout


def test_where_https_is_for_this_machine_alone_it_says_so(trust):
    told = trust({name: value for name, value in AUTO.items() if name not in ("httpPort", "httpsPort")})
    assert told.returncode == 0 and "No other device" in told.stdout and "://" not in told.stdout


def test_with_certificates_from_files_nothing_is_to_be_installed(trust, tmp_path):
    told = trust(FILES)
    assert told.returncode == 0 and "nothing to install" in told.stdout
    assert [word for word in words(told.stdout) if "://" in word] == ["https://call.example.org:8443/"]
    assert scanned(told.stdout, tmp_path) == "https://call.example.org:8443/"


def test_json_is_what_the_daemon_says(trust):
    assert json.loads(trust(AUTO | {"later": [1, {"x": None}]}, "--json").stdout)["pem"] == AUTO["pem"]


def test_what_is_not_known_yet_is_passed_over(trust):
    assert "pi.local" in trust(AUTO | {"later": [1, {"x": None}]}).stdout


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"mode": "auto"}', '{"mode": "magic"}', '{"mode": 1}', '{"mode": "auto"',
                                  '{"mode": "files"} x'])
def test_an_answer_that_is_none_is_said(trust, body):
    done = trust(body)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is this holdline's socket?" in done.stderr


def test_a_daemon_without_https_is_said(trust):
    done = trust("no", status="404 Not Found")
    assert (done.returncode, done.stdout) == (1, "")
    assert "serves no HTTPS" in done.stderr


def test_no_daemon_is_said(tmp_path):
    done = subprocess.run([BINARY, "trust", "--socket", tmp_path / "none"], capture_output=True, text=True, timeout=10)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is the daemon running?" in done.stderr


def test_install_and_json_do_not_go_together(trust):
    assert subprocess.run([BINARY, "trust", "--json", "--install"], capture_output=True, timeout=10).returncode == 64


# A machine of two folders: mounts of its own, over the real ones.
STORE = """
mount -t tmpfs none /usr/local/share
mount --bind "$1" /usr/sbin/update-ca-certificates 2>/dev/null || exit 77
shift
"$@"
status=$?
for file in /usr/local/share/ca-certificates/*; do echo "FILE $file $(stat -c %a "$file")"; cat "$file"; done
exit $status
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_install_puts_the_certificate_where_the_system_looks(trust, tmp_path):
    updater = tmp_path / "updater"
    updater.write_text('#!/bin/sh\necho "run with <$*>, $PATH"\ntest -z "$SECRET"\n')
    updater.chmod(0o755)
    store = ["env", "SECRET=x", "unshare", "--mount", "--propagation", "private", "sh", "-c", STORE, "sh", updater]
    done = trust(AUTO, "--install", wrapper=store)
    if done.returncode == 77:
        pytest.skip("no update-ca-certificates here")
    assert done.returncode == 0, done.stderr
    path = "/usr/local/share/ca-certificates/holdline-home-ca.crt"
    assert done.stdout.startswith("run with <>, /usr/sbin:/usr/bin:/sbin:/bin\n")
    assert done.stdout.endswith(f"FILE {path} 644\n{AUTO['pem']}")
    assert FINGERPRINT in done.stdout and f"rm {path}" in done.stdout and "Firefox" in done.stdout

    again = trust(AUTO, "--install", wrapper=[*store[:-3], STORE.replace("shift\n", f"shift; mkdir {path.rpartition('/')[0]}; "
                                                                       f"echo old >{path}\n"), "sh", updater])
    assert again.stdout.startswith("run with <--fresh>") and again.stdout.endswith(f"FILE {path} 644\n{AUTO['pem']}")

    updater.write_text("#!/bin/sh\nexit 3\n")
    failed = trust(AUTO, "--install", wrapper=store)
    assert failed.returncode == 1 and "update-ca-certificates failed (3)" in failed.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another")
def test_who_is_not_root_installs_nothing(trust):
    done = trust(AUTO, "--install", wrapper=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    assert (done.returncode, done.stdout) == (1, "")
    assert "sudo holdline trust --install" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_with_certificates_from_files_there_is_nothing_to_install(trust):
    done = trust(FILES, "--install")
    assert (done.returncode, done.stdout) == (1, "")
    assert "come from files" in done.stderr

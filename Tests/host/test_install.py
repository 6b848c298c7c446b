"""The package on a plain Debian: installed, upgraded, removed, purged; and what is in it."""

import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

from support.daemon import REPOSITORY, until
from support.notify import NotifySocket
from support.settings import free_port, toml

UNITS = ("holdline-http.socket", "holdline-https.socket", "holdline.service")


def edit(path: Path, pattern: str, by) -> None:
    """Changes lines of a file. What is not there to be changed is an error."""
    text, count = re.subn(pattern, by, path.read_text(), flags=re.MULTILINE)
    assert count, f"{pattern} is not in {path}"
    path.write_text(text)


@pytest.fixture
def plain_package(package, repack):
    """An earlier version that had one socket, on this machine alone, and kept nothing."""

    def change(folder: Path) -> None:
        units = folder / "lib/systemd/system"
        (units / "holdline-https.socket").unlink()
        edit(units / "holdline-http.socket", r"^ListenStream=(0\.0\.0\.0|\[::\])", lambda found: {
            "0.0.0.0": "ListenStream=127.0.0.1", "[::]": "ListenStream=[::1]"}[found[1]])
        edit(units / "holdline.service", r"^(Wants|PartOf|StateDirectory\w*)=.*$| holdline-https\.socket", "")
        for script in ("postinst", "prerm", "postrm"):
            edit(folder / "DEBIAN" / script, " holdline-https.socket", "")
        edit(folder / "DEBIAN/md5sums", r"^.*holdline-https\.socket\n", "")

    return repack("0.0.1", change)


def test_it_runs_once_it_is_installed(bare, package):
    said = bare.install(package)
    assert "http://127.0.0.1:8080" in said
    for unit in UNITS:
        assert bare.run("systemctl", "is-active", unit) == "active\n"
        assert bare.run("systemctl", "is-enabled", unit) == "enabled\n"
    assert "sudo holdline trust" in said
    for address in (("127.0.0.1", 8080), ("::1", 8080)):
        assert bare.client(address).get("/healthz").status == 200
    page = bare.client().get("/")
    assert page.status == 200 and b"<title>" in page.body


def test_its_start_is_no_reason_to_worry(host):
    """Nothing worse than a notice, from the daemon or from systemd about it."""
    entries = [entry for unit in UNITS for entry in host.journal(UNIT=unit)]
    entries += host.journal(_SYSTEMD_UNIT="holdline.service")
    assert entries
    assert [entry["MESSAGE"] for entry in entries if int(entry["PRIORITY"]) < 5] == []
    assert host.run("systemctl", "--failed", "--no-legend") == ""


def test_nothing_of_swift_is_missed(host):
    libraries = host.run("ldd", "/usr/bin/holdline")
    assert "not found" not in libraries and "swift" not in libraries.lower()
    assert host.attempt("sh", "-c", "command -v swift").returncode != 0


def test_its_units_are_what_systemd_expects(host):
    assert host.attempt("systemd-analyze", "verify", "--man=no", *UNITS).stderr == ""


def test_an_upgrade_keeps_what_the_administrator_has_chosen(host, next_package):
    host.configure('log_level = "debug"\n')
    host.run("systemctl", "disable", "--now", *UNITS)
    host.install(next_package)
    assert host.path("/etc/holdline/holdline.toml").read_text() == 'log_level = "debug"\n'
    for unit in UNITS:
        assert host.attempt("systemctl", "is-enabled", unit).stdout == "disabled\n"
        assert host.attempt("systemctl", "is-active", unit).stdout == "inactive\n"


def test_an_upgrade_opens_what_is_new_and_what_has_moved(bare, package, plain_package):
    bare.install(plain_package)
    daemon = bare.show("holdline.service", "MainPID")
    assert daemon != "0" and listening(bare) == {"127.0.0.1:8080", "[::1]:8080"}
    said = bare.install(package)
    assert "not open" not in said and "Job" not in said
    assert listening(bare) == {f"{address}:{port}" for address in ("0.0.0.0", "[::]") for port in (8080, 8443)}
    for unit in UNITS:
        assert bare.run("systemctl", "is-active", unit) == "active\n"
        assert bare.run("systemctl", "is-enabled", unit) == "enabled\n"
    assert bare.show("holdline.service", "MainPID") != daemon
    assert bare.client().get("/healthz").status == 200
    entries = bare.journal(UNIT="holdline-https.socket")
    assert [entry["MESSAGE"] for entry in entries if int(entry["PRIORITY"]) < 5] == []


def listening(host) -> set[str]:
    """The addresses of TCP that are listened on in the machine's network."""
    listed = subprocess.run([*host.network.enter, "ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    return {line.split()[3].replace("*:", "[::]:") for line in listed.splitlines()}


def test_the_port_of_https_is_taken_and_the_page_is_there(bare, package):
    with bare.inside():
        other = socket.create_server(("0.0.0.0", 8443))
    with other:
        said = bare.install(package)
        assert bare.client().get("/").status == 200
    assert "systemctl edit holdline-https.socket" in said
    bare.run("systemctl", "restart", "holdline.service")
    assert "0.0.0.0:8443" in listening(bare)


def test_who_wants_no_https_masks_it(host, next_package):
    host.run("systemctl", "mask", "--now", "holdline-https.socket")
    host.run("systemctl", "restart", "holdline.service")
    assert host.client().get("/").status == 200
    host.install(next_package)
    assert host.client().get("/").status == 200
    assert listening(host) == {"0.0.0.0:8080", "[::]:8080"}


def test_an_address_that_is_taken_is_said_with_what_to_do(bare, package):
    with bare.inside():
        other = socket.create_server(("127.0.0.1", 8080))
    with other:
        said = bare.install(package)
    assert "systemctl edit holdline-http.socket" in said
    bare.run("systemctl", "restart", "holdline.service")
    assert bare.client().get("/healthz").status == 200


def test_a_machine_without_ipv6_has_it_on_ipv4(bare, package):
    bare.network.run("sysctl", "--quiet", "--write", "net.ipv6.conf.all.disable_ipv6=1")
    bare.install(package)
    assert bare.client().get("/healthz").status == 200


def files(host) -> set[str]:
    """Every file of the machine that is not another's bookkeeping."""
    found = host.run("find", "/", "-xdev", "-not", "-path", "/var/log/*", "-not", "-path", "/var/cache/*",
                     "-not", "-path", "/var/lib/dpkg/*", "-not", "-path", "/root/*", "-not", "-path", "/tmp/*",
                     "-not", "-path", "/var/tmp/*", "-not", "-path", "/var/lib/apt/*")
    found += host.run("find", "/run", "/dev/shm", "-name", "*holdline*")
    return set(found.splitlines())


def test_removal_stops_it_and_keeps_the_configuration(host):
    host.run("apt-get", "remove", "--yes", "holdline")
    with host.inside(), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 8080), 5)
    assert listening(host) == set()
    assert host.path("/etc/holdline/holdline.toml").exists()
    assert not host.path("/run/holdline").exists()


@pytest.mark.parametrize("state", ["running", "failed"])
def test_purge_leaves_nothing(bare, package, state):
    before = files(bare)
    bare.install(package)
    bare.drop_in("holdline-http.socket", "[Socket]\nBacklog=100\n")
    if state == "failed":
        bare.configure("nothing = 1\n")
        bare.attempt("systemctl", "restart", "holdline.service")
        until(lambda: bare.show("holdline.service", "ActiveState") == "failed")
    bare.run("apt-get", "purge", "--yes", "holdline")
    # The user stays, as Debian has it; with it come the copies that are made when users change.
    assert files(bare) - before <= {"/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock"}
    for command in ("list-unit-files", "list-units"):
        assert bare.attempt("systemctl", command, "--all", "--no-legend", "holdline*").stdout == ""
    assert bare.run("dpkg-query", "--show", "--showformat=${Package}\n").count("holdline") == 0


def test_shells_complete_it(host):
    assert "_holdline" in host.run("bash", "-c", "source /usr/share/bash-completion/completions/holdline; complete -p holdline")
    for path in ("/usr/share/zsh/vendor-completions/_holdline", "/usr/share/fish/vendor_completions.d/holdline.fish"):
        text = host.path(path).read_text()
        assert all(word in text for word in ("serve", "check", "status", "trust"))


def test_make_install_puts_the_same_files_under_any_prefix(package, tmp_path):
    def install() -> None:
        subprocess.run(["make", "--silent", "install", f"DESTDIR={tmp_path}", "PREFIX=/opt/call"], cwd=REPOSITORY, check=True)

    install()
    elsewhere = {"/opt/call/": "/usr/", "/usr/lib/systemd/system/": "/lib/systemd/system/", "site-functions": "vendor-completions"}
    made = {f"/{path.relative_to(tmp_path)}" for path in tmp_path.rglob("*") if path.is_file()}
    for own, debian in elsewhere.items():
        made = {path.replace(own, debian) for path in made}
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    packed = {line.split()[-1].removeprefix(".").removesuffix(".gz") for line in listed.splitlines() if line[0] == "-"}
    of_debian = {f"/usr/share/doc/holdline/{name}" for name in ("copyright", "changelog", "CHANGELOG.md")}
    of_debian.add("/usr/share/lintian/overrides/holdline")
    assert packed - of_debian == made

    unit = (tmp_path / "opt/call/lib/systemd/system/holdline.service").read_text()
    assert "ExecStart=/opt/call/bin/holdline serve" in unit and "/usr/bin/holdline" not in unit
    config = tmp_path / "etc/holdline/holdline.toml"
    assert 'web_root = "/opt/call/share/holdline/web"' in config.read_text()
    config.write_text("# mine\n")
    install()
    assert config.read_text() == "# mine\n"


def test_the_package_is_small(package):
    assert package.stat().st_size <= 5_000_000


def test_the_idle_daemon_is_small(host):
    assert host.client().get("/").status == 200
    status = host.run("cat", f"/proc/{host.show('holdline.service', 'MainPID')}/status")
    assert int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1_024 <= 10_000_000


def test_it_is_ready_at_once(package, tmp_path):
    """Within 50 ms of exec, of five times: the machine has other things to do as well."""
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    config = tmp_path / "holdline.toml"
    config.write_text(toml({"listen": [f"http://127.0.0.1:{free_port()}"], "web_root": f"{tmp_path}/usr/share/holdline/web"}))

    def seconds_to_ready() -> float:
        notify = NotifySocket(tmp_path / "notify")
        began = time.monotonic()
        daemon = subprocess.Popen([tmp_path / "usr/bin/holdline", "serve", "--config", config],
                                  env={"NOTIFY_SOCKET": str(notify.path)}, stderr=subprocess.DEVNULL)
        try:
            assert notify.await_line("READY=1", 10, alive=lambda: daemon.poll() is None)
            return time.monotonic() - began
        finally:
            daemon.terminate()
            daemon.wait()
            notify.close()

    assert min(seconds_to_ready() for _ in range(5)) <= 0.05


def test_lintian_has_nothing_to_say(package):
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", package], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr

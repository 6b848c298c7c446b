"""HTTPS at home: another device on the network comes to trust the installed service, and what keeps that so."""

import hashlib
import http.client
import re
import shlex
import socket
import ssl
import stat
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from lab.namespace import Namespace
from support.daemon import REPOSITORY, until

BOX, PHONE = "10.77.0.1", "10.77.0.2"
BOX6, PHONE6 = "fd00:77::1", "fd00:77::2"
PLAIN, SECURE = 8080, 8443
NAME = "host.local"
STATE = "/var/lib/holdline"
STORED = "/usr/local/share/ca-certificates/holdline-home-ca.crt"
SERVICE = "holdline.service"


class Device:
    """Another device in the same network."""

    def __init__(self, machine) -> None:
        self.network = Namespace(beside=machine.network)
        machine.plug_in(self.network, {f"{BOX}/24": f"{PHONE}/24", f"{BOX6}/64": f"{PHONE6}/64"})

    def connect(self, port: int, address: str = BOX) -> socket.socket:
        with self.network.inside():
            return socket.create_connection((address, port), 10)

    def ask(self, target: str, method: str = "GET", body: str | None = None, address: str = BOX) -> http.client.HTTPResponse:
        """Over plain HTTP."""
        return exchange(self.connect(PLAIN, address), f"{bracketed(address)}:{PLAIN}", target, method, body)

    def ask_securely(self, target: str, trust: ssl.SSLContext, name: str = BOX, address: str = BOX, method: str = "GET",
                     body: str | None = None) -> http.client.HTTPResponse:
        """Over HTTPS, as one who looks for `name` and trusts no more than `trust` says."""
        secure = trust.wrap_socket(self.connect(SECURE, address), server_hostname=name)
        return exchange(secure, f"{bracketed(name)}:{SECURE}", target, method, body)

    def trust(self) -> ssl.SSLContext:
        """What it has installed: the authority's certificate, as the plain port gives it."""
        return ssl.create_default_context(cadata=self.ask("/ca.pem").text)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def exchange(connection: socket.socket, host: str, target: str, method: str, body: str | None) -> http.client.HTTPResponse:
    """Sends one request and reads the answer, whose body is in `text`."""
    asked = http.client.HTTPConnection(host)
    asked.sock = connection
    asked.request(method, target, body, {"Content-Type": "application/json"} if body else {})
    answer = asked.getresponse()
    answer.text = answer.read().decode("utf-8", "replace")
    asked.close()
    return answer


@pytest.fixture
def phone(host):
    device = Device(host)
    yield device
    device.network.close()


def state(host) -> dict[str, bytes]:
    """Every file that the service keeps."""
    folder = host.path(STATE)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "address"), [(BOX, BOX), (BOX6, BOX6), (NAME, BOX), (NAME, BOX6)])
def test_a_device_that_trusts_the_authority_has_the_call_over_https(phone, name, address):
    trust = phone.trust()
    page = phone.ask_securely("/", trust, name, address)
    assert page.status == 200 and "<title>" in page.text
    dialled = phone.ask_securely("/v1/dial", trust, name, address, "POST", '{"code": "a word that nobody may read"}')
    assert dialled.status == 201


def test_one_that_does_not_trust_it_is_told_so_by_its_browser(phone):
    with pytest.raises(ssl.SSLCertVerificationError):
        phone.ask_securely("/", ssl.create_default_context())
    # Nor does who trusts it take it for somebody else. The service may refuse the name before it comes to that.
    with pytest.raises(ssl.SSLError):
        phone.ask_securely("/", phone.trust(), "example.org")


@pytest.mark.parametrize("address", [BOX, BOX6])
def test_to_the_network_the_plain_port_is_the_welcome_page_alone(host, phone, address):
    first = phone.ask("/", address=address)
    assert first.status in (302, 303, 307)
    location = re.fullmatch(rf"(?:http://{re.escape(bracketed(address))}:{PLAIN})?(/trust/?)", first.getheader("Location"))
    welcome = phone.ask(location[1], address=address)
    assert welcome.status == 200 and "<title>" in welcome.text
    assert phone.ask("/ca.pem", address=address).text.startswith("-----BEGIN CERTIFICATE-----\n")
    for target in ("/index.html", "/main.js", "/sw.js", "/status", "/status.json", "/metrics", "/ca.key"):
        assert phone.ask(target, address=address).status != 200, target
    assert phone.ask("/v1/dial", "POST", '{"code": "somebody"}', address).status >= 400
    assert "PRIVATE KEY" not in phone.ask("/ca.pem", address=address).text
    # On the machine itself it is the page.
    assert "<title>" in host.client().get("/").body.decode()
    assert host.client().dial("somebody").status == 201


def test_what_it_keeps_is_for_its_user_alone(host):
    owner = host.run("id", "--user", "holdline").strip()
    assert "ca.key" in state(host) and "ca.crt" in state(host)
    for path in (host.path(STATE), *host.path(STATE).rglob("*")):
        told = path.stat()
        assert str(told.st_uid) == owner, path
        if path.suffix != ".crt":
            assert stat.S_IMODE(told.st_mode) & 0o077 == 0, path
    assert stat.S_IMODE(host.path(STATE).stat().st_mode) == 0o700
    assert stat.S_IMODE(host.path(f"{STATE}/ca.key").stat().st_mode) == 0o600


def test_trust_says_what_the_device_sees(host, phone):
    der = ssl.PEM_cert_to_DER_cert(phone.ask("/ca.pem").text)
    told = host.run("holdline", "trust")
    words = told.split()
    assert f"http://{BOX}:{PLAIN}/" in words
    assert {f"https://{host}:{SECURE}/" for host in (BOX, f"[{BOX6}]", NAME)} <= set(words)
    assert hashlib.sha256(der).hexdigest().upper() in re.sub(r"[\s:]", "", told)
    assert "█" in told


def curl(host, url: str) -> int:
    """The exit status of a curl that trusts what the system trusts: 60 is a certificate that it does not."""
    return host.attempt("curl", "--silent", "--fail", "--output", "/dev/null", "--resolve", f"{NAME}:{SECURE}:{BOX}",
                        url).returncode


def test_install_has_the_machine_trust_it_until_that_is_taken_back(host, phone):
    urls = [f"https://{name}:{SECURE}/healthz" for name in (BOX, NAME, "127.0.0.1")]
    assert [curl(host, url) for url in urls] == [60] * 3
    done = host.attempt("holdline", "trust", "--install")
    assert done.returncode == 0, done.stderr
    assert [curl(host, url) for url in urls] == [0] * 3
    assert stat.S_IMODE(host.path(STORED).stat().st_mode) == 0o644
    # Once more does no harm.
    host.run("holdline", "trust", "--install")
    assert [curl(host, url) for url in urls] == [0] * 3

    steps = [line.split("sudo ", 1)[1] for line in done.stdout.splitlines() if line.startswith("    sudo ")]
    assert len(steps) == 2
    for step in steps:
        host.run(*shlex.split(step))
    assert [curl(host, url) for url in urls] == [60] * 3
    assert host.run("find", "/etc/ssl/certs", "-lname", "*holdline*") == ""


def test_a_new_authority_takes_the_place_of_the_old_one(host, phone):
    """As docs/trust.md has it."""
    host.run("holdline", "trust", "--install")
    old = phone.trust()
    commands, = re.findall(r"^## A new authority$.*?^```sh\n(.*?)^```$",
                           (REPOSITORY / "docs/trust.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for command in commands.splitlines():
        host.run(*shlex.split(command.removeprefix("sudo ")))
    with pytest.raises(ssl.SSLCertVerificationError):
        phone.ask_securely("/healthz", old)
    assert phone.ask_securely("/healthz", phone.trust()).status == 200
    assert curl(host, f"https://{BOX}:{SECURE}/healthz") == 60
    host.run("holdline", "trust", "--install")
    assert curl(host, f"https://{BOX}:{SECURE}/healthz") == 0


def test_who_is_not_root_installs_nothing(host):
    group = host.run("getent", "group", "holdline").split(":")[2]
    nobody = ["setpriv", "--reuid=nobody", f"--regid={group}", "--clear-groups"]
    done = host.attempt(*nobody, "holdline", "trust", "--install")
    assert done.returncode == 1 and "sudo holdline trust --install" in done.stderr
    assert host.attempt(*nobody, "holdline", "trust").returncode == 0


def test_restart_upgrade_and_removal_keep_what_devices_trust(host, phone, package, next_package):
    trust = phone.trust()
    assert phone.ask_securely("/healthz", trust).status == 200
    # What is signed is served first and written then.
    until(lambda: any(path.startswith("servers/") for path in state(host)))
    kept = state(host)
    host.run("systemctl", "restart", SERVICE)
    assert phone.ask_securely("/healthz", trust).status == 200
    assert state(host) == kept
    host.install(next_package)
    assert phone.ask_securely("/healthz", trust).status == 200
    assert state(host) == kept
    host.run("apt-get", "remove", "--yes", "holdline")
    assert state(host) == kept
    host.install(package)
    assert phone.ask_securely("/healthz", trust).status == 200
    assert state(host) == kept


def test_purge_takes_it_away(host):
    assert state(host)
    host.run("apt-get", "purge", "--yes", "holdline")
    assert not host.path(STATE).exists()


# Certificates from files.

DOMAIN = "call.example.org"
LINEAGE = f"/etc/letsencrypt/live/{DOMAIN}"
HOOK = "/etc/letsencrypt/renewal-hooks/deploy/holdline"


def renew(host, folder) -> bytes:
    """Puts a new certificate where certbot has it, and gives it, as DER."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={DOMAIN}", "-addext", f"subjectAltName=DNS:{DOMAIN}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True)
    host.path(LINEAGE).mkdir(parents=True, exist_ok=True)
    host.path("/etc/letsencrypt/live").chmod(0o700)
    for file in ("privkey.pem", "fullchain.pem"):
        host.path(f"{LINEAGE}/{file}").write_text((folder / file).read_text())
    return ssl.PEM_cert_to_DER_cert((folder / "fullchain.pem").read_text())


def deploy(host, domains: str = DOMAIN) -> None:
    """What certbot does after a renewal."""
    host.run("env", f"RENEWED_LINEAGE={LINEAGE}", f"RENEWED_DOMAINS={domains}", HOOK)


def served(host) -> bytes:
    """The certificate that a visitor is shown."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with host.inside():
        connection = socket.create_connection(("127.0.0.1", SECURE), 10)
    with anybody.wrap_socket(connection, server_hostname=DOMAIN) as secure:
        return secure.getpeercert(binary_form=True)


@pytest.fixture
def certbot(host, tmp_path):
    """The service with a certificate that certbot has got, as docs/trust.md has it."""
    host.path(HOOK).parent.mkdir(parents=True)
    host.run("install", "/usr/share/doc/holdline/examples/certbot-deploy-hook", HOOK)
    first = renew(host, tmp_path)
    deploy(host)
    settings, = re.findall(r"^(\[tls\]\nmode = \"files\"\n.*?)^```$",
                           (REPOSITORY / "docs/trust.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    host.configure(settings)
    host.run("systemctl", "restart", SERVICE)
    assert served(host) == first
    return host


def test_a_renewed_certificate_is_served_and_no_call_ends(certbot, tmp_path):
    daemon = certbot.show(SERVICE, "MainPID")
    waiting = certbot.client().peer()
    poll = waiting.hold()
    second = renew(certbot, tmp_path)
    deploy(certbot, f"www.example.org {DOMAIN}")
    until(lambda: served(certbot) == second)
    assert certbot.show(SERVICE, "MainPID") == daemon and poll.is_held()
    assert waiting.leave().status == 204

    group = int(certbot.run("getent", "group", "holdline").split(":")[2])
    for path, mode in (("", 0o750), ("/fullchain.pem", 0o640), ("/privkey.pem", 0o640)):
        told = certbot.path(f"/etc/holdline/tls{path}").stat()
        assert (stat.S_IMODE(told.st_mode), told.st_uid, told.st_gid) == (mode, 0, group), path
    assert {path.name for path in certbot.path("/etc/holdline/tls").iterdir()} == {"fullchain.pem", "privkey.pem"}


def test_a_renewal_of_another_name_changes_nothing(certbot, tmp_path):
    before = served(certbot)
    renew(certbot, tmp_path)
    deploy(certbot, "other.example.org")
    assert served(certbot) == before


def test_a_renewal_starts_no_service_that_is_stopped(certbot, tmp_path):
    certbot.run("systemctl", "stop", SERVICE)
    second = renew(certbot, tmp_path)
    deploy(certbot)
    assert certbot.show(SERVICE, "ActiveState") == "inactive"
    assert served(certbot) == second


def test_with_certificates_from_files_there_is_nothing_to_install(certbot):
    assert "nothing to install" in certbot.run("holdline", "trust")
    done = certbot.attempt("holdline", "trust", "--install")
    assert done.returncode == 1 and "come from files" in done.stderr
    assert not certbot.path(STORED).exists()


def test_what_avahi_announces_is_what_is_served(host):
    group = ElementTree.fromstring(host.path("/etc/avahi/services/holdline.service").read_text())
    service, = group.findall("service")
    assert (service.findtext("type"), service.findtext("port")) == ("_https._tcp", str(SECURE))
    assert f":{SECURE} " in host.show("holdline-https.socket", "Listen")

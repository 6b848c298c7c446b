"""Which certificate whom is shown, from where it comes, and what is said where it is no use."""

import os
import signal
import socket
import ssl
import subprocess

import pytest

from support.conformance import assert_refused
from support.daemon import BINARY, until
from support.settings import has_ipv6
from support.tls import Secure, make_certificate, openssl

HOST = socket.gethostname().split(".")[0].lower()


@pytest.fixture
def secure(start, tmp_path):
    return Secure(start, tmp_path)


def shown(secure, name: str | None = None, host: str = "127.0.0.1") -> str:
    """The certificate that a client is shown which trusts nobody, PEM."""
    tls = ssl.create_default_context()
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, secure.port)) as raw, tls.wrap_socket(raw, server_hostname=name) as connection:
        return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))


def names(pem: str) -> str:
    return openssl("x509", "-noout", "-ext", "subjectAltName", text=pem).split("\n")[1].strip()


def reload(secure, **changes) -> None:
    secure.daemon.configure(secure.settings | changes)
    secure.daemon.notify.forget()
    secure.daemon.signal(signal.SIGHUP)
    assert secure.daemon.notify.await_line("READY=1", 5), secure.daemon.log()


# From the home CA.


@pytest.mark.parametrize("name", ["localhost", f"{HOST}.local", f"{HOST}.lan", f"{HOST}.home.arpa", f"{HOST}-2.local"])
def test_a_name_of_this_machine_has_a_certificate(secure, name):
    """Also the name that Avahi gives it where another machine has its own."""
    connection = secure.connect(name)
    connection.send(secure.client().encode("GET", "/healthz", host=name), "GET")
    assert connection.response().status == 200
    assert names(shown(secure, name)) == f"DNS:{name}"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", pytest.param("::1", marks=pytest.mark.skipif(
    not has_ipv6(), reason="this machine has no IPv6"))])
def test_an_address_has_one_without_being_told(secure, host):
    secure.connect(host=host)
    pem = shown(secure, host=host)
    assert names(pem).startswith("IP Address:")
    assert "holdline" in openssl("x509", "-noout", "-issuer", text=pem)


@pytest.mark.parametrize("name", [
    "example.org", "other.local", f"{HOST}-1.local", f"{HOST}-x.local", f"{HOST}-1000.local", "local", "a." + HOST + ".local",
])
def test_other_names_have_none(secure, name):
    """Who asks for one is shown that of the address, which their browser does not take."""
    assert names(shown(secure, name)) == "IP Address:127.0.0.1"
    assert_refused(secure.client().get("/healthz", host=name), 421, "unknown-host")


def test_a_name_of_allowed_hosts_has_one_if_it_is_of_a_home(start, tmp_path):
    secure = Secure(start, tmp_path, allowed_hosts=["nas.home", "call.example.org"])
    assert names(shown(secure, "nas.home")) == "DNS:nas.home"
    assert names(shown(secure, "call.example.org")) == "IP Address:127.0.0.1"
    log = secure.daemon.log()
    assert "allowed_hosts has call.example.org, for which the home CA cannot sign" in log
    assert "allowed_hosts has nas.home" not in log


def test_a_restart_shows_the_same(start, tmp_path):
    """So that somebody who clicked a warning away is not asked again."""
    first = Secure(start, tmp_path)
    before = [first.ca.read_text(), shown(first), shown(first, "localhost")]
    first.daemon.finish()
    second = Secure(start, tmp_path)
    assert [second.ca.read_text(), shown(second), shown(second, "localhost")] == before


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN CERTIFICATE-----\n", os.urandom(300)], ids=["empty", "torn", "noise"])
def test_a_damaged_file_is_set_aside_and_made_anew(start, tmp_path, damage):
    first = Secure(start, tmp_path)
    authority, before = first.ca.read_text(), shown(first)
    first.daemon.finish()
    (first.state / "servers/127.0.0.1.pem").write_bytes(damage)
    second = Secure(start, tmp_path)
    assert second.ca.read_text() == authority
    assert shown(second) != before
    second.connect()
    assert "127.0.0.1.pem: " in second.daemon.log() and "set aside as " in second.daemon.log()
    second.daemon.finish()
    (first.state / "ca.key").write_bytes(damage)
    third = Secure(start, tmp_path)
    assert third.ca.read_text() != authority
    third.connect()


def test_a_state_directory_that_is_none_is_said(start, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AssertionError, match=r"file/state: Not a directory"):
        Secure(start, tmp_path, state=tmp_path / "file/state")


def test_what_is_secret_is_for_nobody_else(secure):
    shown(secure)
    until(lambda: (secure.state / "servers/127.0.0.1.pem").exists())
    assert oct(secure.state.stat().st_mode & 0o777) == "0o700"
    for file in (secure.state / "ca.key", secure.state / "servers/127.0.0.1.pem"):
        assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_the_ca_is_handed_out_in_three_forms(secure):
    client = secure.plain_client()
    pem, der, profile = (client.get(f"/ca.{form}") for form in ("pem", "crt", "mobileconfig"))
    assert pem.body.decode() == secure.ca.read_text()
    assert ssl.DER_cert_to_PEM_cert(der.body).split() == secure.ca.read_text().split()
    assert der.header("Content-Type") == "application/x-x509-ca-cert"
    assert profile.header("Content-Type") == "application/x-apple-aspen-config"
    assert b"com.apple.security.root" in profile.body
    report = secure.client().get("/trust.json").json()
    assert report["address"] == f"https://{HOST}.local:{secure.port}/", "this machine's name, as others know it"
    assert report["fingerprint"] in openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", secure.ca)
    assert_refused(client.request("POST", "/ca.pem", body=b""), 405, "method-not-allowed")


def test_without_https_there_is_no_ca(daemon):
    client = daemon.client()
    for path in ("/ca.pem", "/trust.json", "/trust/address.svg"):
        assert_refused(client.get(path), 404, "not-found")


def test_the_address_for_another_device(secure):
    """On this machine: the name that others know it by; from elsewhere: the welcome page of where it was opened."""
    there = secure.plain_client().get("/address", host=f"localhost:{secure.plain_port}").json()
    assert there == {"link": f"https://{HOST}.local:{secure.port}/"}, "plain HTTP is on loopback alone here"
    assert secure.client().get("/address").json() == there
    assert secure.client().get("/address", host=f"{HOST}.local:{secure.port}").status == 204


def test_a_text_as_a_qr_code(secure):
    client = secure.client()
    fields = [("Content-Type", "text/plain;charset=UTF-8")]
    drawn = client.request("POST", "/qr", fields, "https://pi.local/#тюльпан".encode())
    assert drawn.status == 200 and drawn.header("Content-Type") == "image/svg+xml"
    assert drawn.body.startswith(b"<svg ")
    assert client.request("POST", "/qr", fields, b"x" * 1_024).status == 200
    assert_refused(client.request("POST", "/qr", fields, b"x" * 1_025), 413, "too-large")
    assert_refused(client.request("POST", "/qr", fields, b""), 400, "invalid-request")
    assert_refused(client.request("POST", "/qr", fields, b"\xff"), 400, "invalid-request")
    assert_refused(client.post_json("/qr", "x"), 415, "unsupported-media-type")
    assert_refused(client.get("/qr"), 405, "method-not-allowed")
    foreign = [*fields, ("Origin", "https://evil.example")]
    assert_refused(client.request("POST", "/qr", foreign, b"x"), 403, "cross-origin")


# From files.


def files(certificate, key) -> dict:
    return {"tls": {"mode": "files", "certificate": str(certificate), "key": str(key)}}


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_files_are_served(start, tmp_path, kind):
    certificate, key = make_certificate(tmp_path / "own", kind=kind)
    secure = Secure(start, tmp_path, **files(certificate, key), allowed_hosts=["files.example"])
    for name in (None, "files.example", "anything.example"):
        assert shown(secure, name) == certificate.read_text()
    client = secure.client(tls=secure.trust(ca=certificate))
    page = client.get("/")
    assert page.header("Strict-Transport-Security") == "max-age=31536000"
    assert secure.plain_client().get("/").header("Strict-Transport-Security") is None
    assert_refused(client.get("/ca.pem"), 404, "not-found")
    assert not secure.state.exists(), "no home CA is made"


def test_the_home_ca_asks_for_no_hsts(secure):
    assert secure.client().get("/").header("Strict-Transport-Security") is None


def test_a_reload_takes_new_files_and_drops_nobody(start, tmp_path):
    certificate, key = make_certificate(tmp_path / "own")
    secure = Secure(start, tmp_path, **files(certificate, key))
    caller, callee = secure.client(tls=secure.trust(ca=certificate)).pair()
    caller.read()
    held = caller.hold()
    assert held.is_held()
    new, new_key = make_certificate(tmp_path / "new")
    certificate.write_text(new.read_text())
    key.write_text(new_key.read_text())
    reload(secure)
    assert shown(secure) == new.read_text()
    caller.client.tls = callee.client.tls = secure.trust(ca=new)
    assert held.is_held(), "the connection is as it was"
    assert callee.leave().status == 204
    assert held.response().json()["events"][0]["type"] == "left"


@pytest.mark.parametrize("wrong", ["another key", "no certificate", "no key", "gone", "ended", "not yet"])
def test_wrong_files_are_said_and_a_reload_keeps_the_old(start, tmp_path, wrong):
    certificate, key = make_certificate(tmp_path / "own")
    secure = Secure(start, tmp_path, **files(certificate, key))
    before = shown(secure)
    other, other_key = make_certificate(tmp_path / "other", "other.example")
    named = certificate
    if wrong == "another key":
        key.write_text(other_key.read_text())
        named = key
    elif wrong == "no certificate":
        certificate.write_text("nonsense")
    elif wrong == "no key":
        key.write_text("nonsense")
        named = key
    elif wrong == "gone":
        certificate.unlink()
    else:
        days = {"ended": ("20200101000000Z", "20200201000000Z"), "not yet": ("20500101000000Z", "20500201000000Z")}[wrong]
        made = tmp_path / "own" / "request"
        openssl("req", "-new", "-key", key, "-subj", "/CN=x", "-out", made)
        index = tmp_path / "own" / "index"
        index.write_text("")
        settings = tmp_path / "own" / "settings"
        settings.write_text(
            f"[ca]\ndefault_ca=x\n[x]\ndatabase={index}\nnew_certs_dir={tmp_path}\nserial={tmp_path}/serial\n"
            "rand_serial=yes\npolicy=p\ndefault_md=sha256\n[p]\ncommonName=supplied\n")
        openssl(
            "ca", "-batch", "-config", settings, "-selfsign", "-keyfile", key, "-in", made, "-out", certificate,
            "-startdate", days[0], "-enddate", days[1], "-notext")
    reload(secure)
    assert shown(secure) == before
    log = secure.daemon.log()
    assert "the settings stay as they were: " in log and str(named) in log.split("the settings stay as they were: ")[1]
    checked = subprocess.run([BINARY, "check", "--config", secure.daemon.config], capture_output=True, text=True)
    assert checked.returncode == 78 and str(named) in checked.stderr
    secure.daemon.finish()
    started = subprocess.run(
        [BINARY, "serve", "--config", secure.daemon.config], capture_output=True, text=True, timeout=10)
    assert started.returncode == 69 and str(named) in started.stderr


def test_from_files_to_the_home_ca_and_back(start, tmp_path):
    certificate, key = make_certificate(tmp_path / "own")
    secure = Secure(start, tmp_path, **files(certificate, key))
    reload(secure, tls={"mode": "auto"})
    assert names(shown(secure)) == "IP Address:127.0.0.1"
    reload(secure, **files(certificate, key))
    assert shown(secure) == certificate.read_text()

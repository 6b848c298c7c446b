"""The proxies of docs/operations.md, with the configurations that stand there."""

import re
import ssl
import subprocess
import time

import pytest

from support.client import ClientInside
from support.daemon import REPOSITORY
from support.messages import answer, candidate, end_of_candidates, offer

TEXT = (REPOSITORY / "docs/operations.md").read_text(encoding="utf-8")
NAME = "call.example.org"
CERTIFICATE = f"/etc/ssl/{NAME}.pem"
KEY = f"/etc/ssl/private/{NAME}.key"

# The block of the document that is its configuration, where it goes, and whether what is there is kept before it.
PROXIES = {
    "nginx": ("nginx", "/etc/nginx/sites-enabled/holdline", False),
    "haproxy": ("haproxy", "/etc/haproxy/haproxy.cfg", True),
    "caddy": ("caddyfile", "/etc/caddy/Caddyfile", False),
}


def block(kind: str) -> str:
    """The one block of code of this kind in the document."""
    found, = re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


class ThroughProxy(ClientInside):
    """A client that speaks TLS with the proxy, from an address that nobody trusts."""

    def __init__(self, machine, trust: ssl.SSLContext) -> None:
        super().__init__(machine, ("127.0.0.1", 443), machine.secrets, host=NAME, source="127.0.0.2")
        self._trust = trust

    def connect(self, **options):
        connection = super().connect(**options)
        connection.socket = self._trust.wrap_socket(connection.socket, server_hostname=NAME)
        return connection


@pytest.fixture(params=PROXIES)
def through(request, host, tmp_path):
    """A client of the service behind a proxy. Polls last as long as they do by default."""
    kind, path, keeps = PROXIES[request.param]
    certify(host, tmp_path)
    host.configure(block("toml") + "[limits]\ndials_per_minute = 3\n")
    host.reload()
    configuration = host.path(path)
    configuration.write_text((configuration.read_text() + "\n" if keeps else "") + block(kind))
    host.run("systemctl", "start", f"{request.param}.service")
    client = ThroughProxy(host, ssl.create_default_context(cafile=tmp_path / "certificate.pem"))
    yield client
    client.close()


def certify(host, folder) -> None:
    """Makes the certificate of the document's examples, and puts it where they look for it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"], check=True, capture_output=True)
    certificate, key = (folder / "certificate.pem").read_text(), (folder / "key.pem").read_text()
    for path, text in ((CERTIFICATE, certificate), (KEY, key), (f"/etc/ssl/private/{NAME}.both.pem", certificate + key)):
        host.path(path).parent.mkdir(parents=True, exist_ok=True)
        host.path(path).write_text(text)
    # Caddy reads it as a user of its own.
    host.run("chown", "-R", "caddy", "/etc/ssl/private")


def test_a_whole_call_goes_through(through, host):
    page = through.get("/")
    assert page.status == 200 and b"<title>" in page.body
    caller = through.peer("a word for two")
    waiting = caller.hold()
    assert waiting.is_held()
    callee = through.peer("a word for two")
    began = time.monotonic()
    assert [event["type"] for event in caller.take(waiting.response())] == ["joined"]
    assert time.monotonic() - began < 2, "an event is passed on as it comes"
    assert caller.post(offer(1), candidate(2), end_of_candidates(3)).status == 204
    assert [event["type"] for event in callee.read()] == ["offer", "candidate", "candidate"]
    waiting = caller.hold()
    assert callee.post(answer(1), end_of_candidates(2)).status == 204
    assert caller.take(waiting.response())[0]["type"] == "answer"
    for peer in (caller, callee):
        assert peer.leave("connected").status == 204

    # And a poll that nothing comes for is answered by the relay, not by the proxy's patience.
    began = time.monotonic()
    assert through.peer("nobody else").hold().response(40).status == 204
    assert 20 < time.monotonic() - began < 35


def test_who_came_through_is_known_by_an_own_address(through, host):
    """And by none that it has made up."""
    fields = [("X-Forwarded-For", "203.0.113.9"), ("Content-Type", "application/json")]
    dials = [through.request("POST", "/v1/dial", fields, b'{"code": "somebody"}').status for _ in range(4)]
    assert dials[-1] == 429
    refused = [entry for entry in host.journal(SYSLOG_IDENTIFIER="holdline") if "LIMIT" in entry]
    assert refused and refused[-1]["CLIENT"] == "127.0.0.2"

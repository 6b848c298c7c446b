"""The home CA as a device gets to know it, and as somebody uses it who has its key."""

from __future__ import annotations

import http.client
import pathlib
import subprocess

from lab.namespace import Namespace
from support.tls import openssl

# What a certificate of a server says beside its name. It is good for less than browsers allow.
SERVER = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth"]
DAYS = 30


def get(
    namespace: Namespace, host: str, port: int, path: str, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """What a device there is answered over plain http: the status and the body."""
    connection = http.client.HTTPConnection(host, port)
    with namespace.connect(host, port) as connection.sock:
        connection.request("GET", path, headers={"Connection": "close", **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read()


def trust(store: pathlib.Path, certificate: pathlib.Path) -> None:
    """Adds a CA to a store of NSS, which Chromium and Firefox both have; makes the store if there is none."""
    store.mkdir(parents=True, exist_ok=True)
    if not (store / "cert9.db").exists():
        certutil(store, "-N", "--empty-password")
    certutil(store, "-A", "-n", "home", "-t", "C,,", "-i", str(certificate))


def certutil(store: pathlib.Path, *command: str) -> None:
    subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, capture_output=True)


class Authority:
    def __init__(self, state: pathlib.Path, certificate: pathlib.Path):
        """`state`: the folder of the daemon that is the CA. `certificate`: PEM, as a device has fetched it."""
        self.state = state
        self.certificate = certificate

    def sign(self, folder: pathlib.Path, name: str) -> pathlib.Path:
        """A certificate for this name or IPv4 address, with its key in the same file, made with the CA's key and
        without asking the daemon."""
        file, key, request = (folder / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        kind = "IP" if name.replace(".", "").isdigit() else "DNS"
        # A common name would be held to the CA's constraints as well.
        extensions = [*SERVER, f"subjectAltName=critical,{kind}:{name}"]
        openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/",
            "-keyout", key, "-out", request, *(part for extension in extensions for part in ("-addext", extension)),
        )
        openssl(
            "x509", "-req", "-in", request, "-CA", self.state / "ca.crt", "-CAkey", self.state / "ca.key",
            "-days", DAYS, "-copy_extensions", "copyall", "-out", file,
        )
        file.write_text(file.read_text() + key.read_text())
        return file


def fingerprint(certificate: pathlib.Path) -> str:
    """As it is shown: pairs of digits between colons."""
    return openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").strip().partition("=")[2]

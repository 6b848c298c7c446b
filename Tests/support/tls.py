"""The daemon over TLS: its address, what its clients trust, and certificates from elsewhere."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
from pathlib import Path

from .client import Client
from .connection import Connection
from .daemon import Daemon
from .settings import free_port, has_ipv6


def openssl(*arguments: str | Path, text: str = "", check: bool = True) -> str:
    """What the command says, errors included."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=30,
    )
    assert done.returncode == 0 or not check, done.stdout
    return done.stdout


def client_hello(name: str = "localhost") -> bytes:
    """The first bytes of a client that means it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


class Secure:
    """A daemon that speaks TLS on one port and plain HTTP on another."""

    def __init__(self, start, folder: Path, state: Path | None = None, **settings) -> None:
        self.state = state or folder / "state"
        self.port = free_port()
        host = "[::]" if has_ipv6() else "0.0.0.0"
        listen = [f"https://{host}:{self.port}"]
        self.settings = {"state_directory": str(self.state)} | settings
        self._start = start
        self.plain_port = free_port()
        self.settings["listen"] = [*listen, f"http://127.0.0.1:{self.plain_port}"]
        self.daemon: Daemon = start(**self.settings)

    @property
    def ca(self) -> Path:
        return self.state / "ca.crt"

    def trust(self, **options) -> ssl.SSLContext:
        """A client's view: it trusts the home CA and nobody else."""
        context = ssl.create_default_context(cafile=options.pop("ca", self.ca))
        for name, value in options.items():
            setattr(context, name, value)
        return context

    def connect(self, name: str | None = None, host: str = "127.0.0.1", **options) -> Connection:
        return Connection((host, self.port), tls=options.pop("tls", None) or self.trust(), name=name, **options)

    def client(self, **options) -> Client:
        return self.daemon.client(("127.0.0.1", self.port), tls=options.pop("tls", None) or self.trust(), **options)

    def plain_client(self) -> Client:
        return self.daemon.client(("127.0.0.1", self.plain_port))


def make_certificate(folder: Path, name: str = "files.example", days: int = 30, kind: str = "ec") -> tuple[Path, Path]:
    """A certificate of its own authority, with its key, as an operator may bring them."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    form = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl(
        "req", "-x509", *form, "-nodes", "-keyout", key, "-out", certificate, "-days", days, "-subj", f"/CN={name}",
        "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1",
    )
    return certificate, key

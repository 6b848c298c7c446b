"""Writes the configuration file of a daemon under test."""

from __future__ import annotations

import json
import random
import socket


def toml(settings: dict) -> str:
    """A TOML document: plain keys first, then tables, then arrays of tables."""
    lines = [f"{key} = {value(entry)}" for key, entry in settings.items() if is_plain(entry)]
    for key, entry in settings.items():
        if isinstance(entry, dict):
            lines += ["", f"[{key}]"] + [f"{name} = {value(inner)}" for name, inner in entry.items()]
        elif not is_plain(entry):
            for table in entry:
                lines += ["", f"[[{key}]]"] + [f"{name} = {value(inner)}" for name, inner in table.items()]
    return "\n".join(lines) + "\n"


def is_plain(entry) -> bool:
    return not isinstance(entry, dict) and not (isinstance(entry, list) and entry and isinstance(entry[0], dict))


def value(entry) -> str:
    """A TOML value. JSON's spelling of strings, whole numbers, booleans and flat arrays is TOML's as well."""
    return json.dumps(entry, ensure_ascii=False)


def has_ipv6() -> bool:
    """Whether this machine has the loopback address of IPv6; some containers have none."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on, below the range that outgoing connections are given."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue

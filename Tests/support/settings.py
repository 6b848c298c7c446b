"""Writes the configuration file of a daemon under test."""

from __future__ import annotations

import json
import os
import random
import socket
from collections import deque


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


# Ports below the range that outgoing connections are given. Workers of pytest-xdist have a part each, and what one has
# given a moment ago is not given again: nobody may have bound it yet.
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
_PORTS = range(20_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), 32_000, _WORKERS)
_given: deque[int] = deque(maxlen=100)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = random.choice(_PORTS)
        if port in _given:
            continue
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
        _given.append(port)
        return port

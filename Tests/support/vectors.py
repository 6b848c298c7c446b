"""The file of HTTP/1.1 request vectors: what each one sends, and whether what came back is a permitted reading."""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .daemon import REPOSITORY
from .http import ProtocolViolation, Response, ResponseReader

FOLDER = Path(os.environ.get("HOLDLINE_HTTP_VECTORS", REPOSITORY.parent / "shared/http-vectors"))
SMUGGLED = b"SMUGGLED"
# What is answered to a request that was not dispatched, and to no other.
REFUSALS = {400, 408, 411, 413, 414, 417, 421, 431, 501, 505}
FILE_NAME = re.compile(r"(?:http://[^/]+)?/([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})(?:\?.*)?")


@dataclass(frozen=True)
class Vector:
    """One line of the file. `requests` is the only permitted reading: pairs of method and target. `incomplete` ones are
    refused only because they end too early."""

    name: str
    data: bytes
    expect: str
    must: int
    requests: tuple[tuple[str, str], ...]
    hosts: frozenset[str]
    incomplete: bool

    @property
    def first_method(self) -> str:
        return self.data.lstrip(b"\r\n").split(b" ")[0].decode("latin-1")


def load() -> list[Vector]:
    """All vectors but those of the category `host`, which ask for another list of hosts than any daemon has."""
    vectors = []
    for line in (FOLDER / "http-vectors.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["cat"] == "host":
            continue
        requests = entry["requests"]
        vectors.append(Vector(
            entry["name"], base64.b64decode(entry["bytes"]), entry["expect"], entry["must"],
            tuple((request["method"], request["target"]) for request in requests),
            frozenset(value for request in requests for name, value in request["headers"] if name.lower() == "host"),
            entry.get("incomplete", False)))
    return vectors


def file_of(target: str) -> str | None:
    """The name of the page's file that a target stands for, where it is a plain one."""
    plain = FILE_NAME.fullmatch(target)
    return plain[1] if plain else None


def make_page(folder: Path, vectors: list[Vector]) -> None:
    """Files whose content says under which target they were asked for."""
    folder.mkdir()
    (folder / "index.html").write_bytes(b"index")
    for vector in vectors:
        for _, target in vector.requests:
            if name := file_of(target):
                (folder / name).write_bytes(content_of(name))
    (folder / "smuggled").write_bytes(SMUGGLED)


def content_of(name: str) -> bytes:
    return b"the file " + name.encode()


def allowed_hosts(vectors: list[Vector]) -> list[str]:
    """The hosts of all permitted requests, without their ports."""
    hosts = {re.sub(r":\d*$", "", host).strip("[]").lower() for vector in vectors for host in vector.hosts}
    return sorted(host for host in hosts if re.fullmatch(r"[a-z0-9.:-]+", host) and not host.startswith("."))


def fault(vector: Vector, received: bytes) -> str | None:
    """Why what was received, up to the close, is no permitted reading of the vector; None where it is one."""
    if SMUGGLED in received:
        return "the smuggled request was dispatched"
    try:
        responses = responses_in(vector, received)
    except ProtocolViolation as violation:
        return f"no responses: {violation}"
    dispatched = responses[:-1] if responses and is_refusal(responses[-1]) else responses
    if len(dispatched) > len(vector.requests):
        return f"{len(dispatched)} requests were dispatched, {len(vector.requests)} may be"
    for response, (method, target) in zip(dispatched, vector.requests, strict=False):
        if is_refusal(response):
            return f"the connection goes on after a {response.status}"
        name = file_of(target)
        if method == "GET" and name and (response.status, response.body) != (200, content_of(name)):
            return f"GET {target} was answered {response.status} {response.body[:60]!r}"
        if response.status >= 500:
            return f"{method} {target} was answered {response.status}"
    if len(dispatched) < vector.must:
        return f"{len(dispatched)} requests were dispatched, {vector.must} have to be"
    if vector.expect == "ok" and len(responses) > len(dispatched):
        return f"refused with {responses[-1].status}"
    if vector.expect == "reject" and len(dispatched) > vector.must:
        return f"request {vector.must + 1} was dispatched: {dispatched[vector.must].status}"
    return None


def is_refusal(response: Response) -> bool:
    return response.status in REFUSALS


def responses_in(vector: Vector, received: bytes) -> list[Response]:
    """All final responses; nothing may be left behind them."""
    reader = ResponseReader()
    reader.feed(received)
    responses: list[Response] = []
    while reader.buffer:
        index = len(responses)
        method = vector.requests[index][0] if index < len(vector.requests) else vector.first_method
        response = reader.next(method)
        if response is None:
            raise ProtocolViolation(f"half an answer: {bytes(reader.buffer[:200])!r}")
        if response.status >= 200:
            responses.append(response)
    return responses

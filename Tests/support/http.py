"""A strict reader of HTTP/1.1 responses without any I/O: it consumes, fails, or asks for more.

It takes only what the relay may send: a known length, CRLF everywhere, no transfer coding, no folded field.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([\t\x20-\x7e]*)")
FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e]?(?:[\t\x20-\x7e]*[\x21-\x7e])?)[ \t]*")
CONTENT_LENGTH = re.compile(r"0|[1-9][0-9]*")
HEAD_LIMIT = 16_384


class ProtocolViolation(AssertionError):
    """The relay sent bytes that no strict client would take."""


@dataclass(frozen=True)
class Response:
    """One response as it was sent. `fields` keeps order and spelling; `raw` is every byte of it."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes

    def header(self, name: str) -> str | None:
        """The value of a field that may stand once, or None."""
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None

    def json(self):
        """The body, which says of itself that it is JSON."""
        media_type = (self.header("Content-Type") or "").split(";")[0].strip()
        assert media_type in ("application/json", "application/problem+json"), f"no JSON: {media_type!r}"
        return json.loads(self.body.decode("utf-8"))

    @property
    def closes(self) -> bool:
        """Whether the relay says that it closes the connection after this."""
        options = (self.header("Connection") or "").lower().split(",")
        return "close" in [option.strip() for option in options]


class ResponseReader:
    """Cuts what has been fed into responses."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self.buffer += data

    def next(self, method: str) -> Response | None:
        """The next response, given the method that it answers; None while bytes are missing."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > HEAD_LIMIT:
                raise ProtocolViolation("a response head without an end")
            return None
        status, reason, fields = read_head(bytes(self.buffer[:end]))
        length = body_length(method, status, fields)
        total = end + 4 + length
        if len(self.buffer) < total:
            return None
        raw = bytes(self.buffer[:total])
        del self.buffer[:total]
        return Response(status, reason, fields, raw[end + 4 :], raw)


def read_head(head: bytes) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """The status line and the fields, both by RFC 9112, sections 4 and 5."""
    first, *rest = head.split(b"\r\n")
    line = STATUS_LINE.fullmatch(first)
    if line is None:
        raise ProtocolViolation(f"no status line: {first!r}")
    fields = []
    for text in rest:
        field = FIELD_LINE.fullmatch(text)
        if field is None:
            raise ProtocolViolation(f"no field line: {text!r}")
        fields.append((field[1].decode(), field[2].decode()))
    return int(line[1]), line[2].decode(), tuple(fields)


def body_length(method: str, status: int, fields: tuple[tuple[str, str], ...]) -> int:
    """How many bytes of body follow (RFC 9112, 6.3), where a length is always said."""
    values = [value for name, value in fields if name.lower() == "content-length"]
    if any(name.lower() == "transfer-encoding" for name, _ in fields):
        raise ProtocolViolation("a transfer coding: every answer is complete, with its length")
    if status < 200 or status == 204:
        if values:
            raise ProtocolViolation(f"a {status} has no Content-Length (RFC 9110, 8.6)")
        return 0
    if len(values) > 1 or any(not CONTENT_LENGTH.fullmatch(value) for value in values):
        raise ProtocolViolation(f"Content-Length {values}")
    if method == "HEAD" or status == 304:
        return 0
    if not values:
        raise ProtocolViolation(f"a {status} without Content-Length")
    return int(values[0])

"""A proxy before the relay that knows where a reply begins and ends: it loses replies, is slow, or is away.

It passes every byte on as it came, the `Host` too. A request whose reply is lost reaches the relay, which acts upon it.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import threading
import time

from .http import ResponseReader

CHUNK_BYTES = 65_536
HEAD_END = b"\r\n\r\n"
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)

# What belongs to the protocol. A page whose files are lost is no page, and nothing could be seen of the rest.
RELAYED = re.compile(r"(GET|POST) /v1/")


class Request:
    """One request as it was sent."""

    def __init__(self, raw: bytes):
        self.raw = raw
        self.line = raw.split(b" HTTP/", 1)[0].decode("latin-1")
        self.method = self.line.split(" ", 1)[0]


class FaultProxy:
    """A reply is lost whole and the connection with it, or, every other time that it has a body, from the middle of
    that on: browsers repeat by themselves what a kept connection was closed upon, and then no page sees the loss."""

    def __init__(self, listener: socket.socket, target: str):
        """`target`: the unix socket of the relay, which is the same in every network of this machine."""
        self.lose_every = 0
        self.delay_seconds = 0.0
        self.lost: list[str] = []
        self.passed: list[str] = []
        self._listener = listener
        self._target = target
        self._is_away = False
        self._replies = 0
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def is_away(self) -> bool:
        return self._is_away

    @is_away.setter
    def is_away(self, is_away: bool) -> None:
        """Away: all connections are cut, and new ones as soon as they are made."""
        self._is_away = is_away
        if is_away:
            self._cut()

    def stop(self) -> None:
        self.is_away = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _cut(self) -> None:
        with self._lock:
            for connection in self._connections:
                # Who waits for its next byte is woken and closes it. The client may have been quicker.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as relay:
            with self._lock:
                self._connections.add(client)
            try:
                if not self._is_away:
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    relay.connect(self._target)
                    self._pass_all(client, relay)
            except OSError:
                pass
            finally:
                with self._lock:
                    self._connections.discard(client)

    def _pass_all(self, client: socket.socket, relay: socket.socket) -> None:
        """One request after the other, until somebody closes or a reply is lost."""
        requests, replies = bytearray(), ResponseReader()
        while (request := read_request(client, requests)) is not None:
            relay.sendall(request.raw)
            reply = self._reply(request, client, relay, replies)
            if reply is None:
                return
            time.sleep(self.delay_seconds)
            kept = self._kept(request, reply)
            client.sendall(reply.raw[:kept])
            if kept < len(reply.raw) or reply.closes:
                return

    def _reply(self, request: Request, client: socket.socket, relay: socket.socket, replies: ResponseReader):
        """The reply to a request; None if the client goes before it, of which the relay is to know, or the relay."""
        while (reply := replies.next(request.method)) is None:
            readable, _, _ = select.select([client, relay], [], [])
            if client in readable and client.recv(1, socket.MSG_PEEK) == b"":
                return None
            if relay in readable:
                data = relay.recv(CHUNK_BYTES)
                if data == b"":
                    return None
                replies.feed(data)
        return reply

    def _kept(self, request: Request, reply) -> int:
        """How many bytes of a reply arrive."""
        if RELAYED.match(request.line) is None:
            return len(reply.raw)
        with self._lock:
            self._replies += 1
            if self.lose_every == 0 or self._replies % self.lose_every != 0:
                self.passed.append(request.line)
                return len(reply.raw)
            self.lost.append(request.line)
            is_halved = len(self.lost) % 2 == 0 and len(reply.body) > 0
        return len(reply.raw) - len(reply.body) // 2 if is_halved else 0


def read_request(client: socket.socket, buffer: bytearray) -> Request | None:
    """The next request; None: the client has closed."""
    while (raw := take_request(buffer)) is None:
        data = client.recv(CHUNK_BYTES)
        if data == b"":
            return None
        buffer += data
    return Request(raw)


def take_request(buffer: bytearray) -> bytes | None:
    """The next whole request, with its body of a known length, taken off the buffer."""
    end = buffer.find(HEAD_END)
    if end < 0:
        return None
    length = CONTENT_LENGTH.search(buffer, 0, end)
    total = end + len(HEAD_END) + (int(length[1]) if length else 0)
    if len(buffer) < total:
        return None
    raw = bytes(buffer[:total])
    del buffer[:total]
    return raw

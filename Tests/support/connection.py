"""One socket to the relay, blocking, with time limits on every wait."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections import deque

from .http import Response, ResponseReader

# How long any awaited thing may take. Generous: it is reached only where something is broken.
PATIENCE = 10.0
# How long a thing that must not happen is watched for.
WATCH = 0.15


class Connection:
    """A connection that sends what it is told, byte for byte, and reads strictly."""

    def __init__(
        self, address, source: str | None = None, receive_buffer: int | None = None,
        tls: ssl.SSLContext | None = None, name: str | None = None, session: ssl.SSLSession | None = None,
    ) -> None:
        """`address` is a path of a unix socket or a pair of host and port; `source` the address to come from. `tls`: what
        the server is trusted by, and asked for `name`, or for its address."""
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
        else:
            self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source is not None:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_hostname=name or address[0], suppress_ragged_eofs=False, session=session)
        self.reader = ResponseReader()
        self.interim: list[Response] = []
        self._asked: deque[str] = deque()

    def send(self, data: bytes, *methods: str) -> Connection:
        """Sends bytes as they are. `methods` are those of the requests that end in them, for their answers."""
        self._asked.extend(methods)
        self.socket.sendall(data)
        return self

    def response(self, patience: float = PATIENCE) -> Response:
        """The next final response. Interim ones are put aside into `interim`."""
        assert self._asked, "nothing has been asked on this connection"
        deadline = time.monotonic() + patience
        while True:
            response = self.reader.next(self._asked[0])
            if response is None:
                data = self._receive(deadline)
                assert data, f"closed instead of an answer; so far {bytes(self.reader.buffer)!r}"
                self.reader.feed(data)
            elif response.status < 200:
                self.interim.append(response)
            else:
                self._asked.popleft()
                return response

    def interim_response(self, patience: float = PATIENCE) -> Response:
        """The next response, which has to be an interim one."""
        deadline = time.monotonic() + patience
        while (response := self.reader.next(self._asked[0])) is None:
            data = self._receive(deadline)
            assert data, "closed instead of an interim response"
            self.reader.feed(data)
        assert 100 <= response.status < 200, response
        return response

    def rest(self, patience: float = PATIENCE) -> bytes:
        """Everything that still comes until the relay closes. A reset counts as a close."""
        deadline = time.monotonic() + patience
        data = bytes(self.reader.buffer)
        self.reader.buffer.clear()
        try:
            while piece := self._receive(deadline):
                data += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
        return data

    def is_silent(self, seconds: float = WATCH) -> bool:
        """Whether nothing comes, not even a close, for so long."""
        if self.reader.buffer:
            return False
        self.socket.settimeout(seconds)
        try:
            self.reader.feed(self.socket.recv(65_536))
            return False
        except TimeoutError:
            return True

    def half_close(self) -> Connection:
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _receive(self, deadline: float) -> bytes:
        self.socket.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            return self.socket.recv(65_536)
        except TimeoutError:
            raise AssertionError(f"no answer in time; so far {bytes(self.reader.buffer)!r}") from None

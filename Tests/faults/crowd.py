"""Many clients at once, from many addresses, as bad as a test wants them."""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import struct
from collections.abc import Iterator

# Addresses of the loopback network that a crowd comes from: what is bounded for each address is another test's matter.
SOURCES = [f"127.9.{number // 200}.{number % 200 + 1}" for number in range(1_000)]
# <linux/in.h>: the port is chosen by connect, for the pair of addresses, and not by bind, for the source alone.
IP_BIND_ADDRESS_NO_PORT = 24
RESET = struct.pack("ii", 1, 0)


class Crowd:
    """Sockets that have been told to connect, and whatever came of it. It closes them all at the end."""

    def __init__(self, port: int, receive_buffer: int | None = None) -> None:
        self.port = port
        self._receive_buffer = receive_buffer
        self._sources = itertools.cycle(SOURCES)
        self.sockets: list[socket.socket] = []

    def knock(self, count: int) -> list[socket.socket]:
        """So many more connects, none of which is waited for."""
        added = [self._knock() for _ in range(count)]
        self.sockets += added
        return added

    def connect(self, count: int) -> list[socket.socket]:
        """So many more connections, each there."""
        added = self.knock(count)
        with selectors.DefaultSelector() as selector:
            for each in added:
                selector.register(each, selectors.EVENT_WRITE)
            while selector.get_map():
                ready = selector.select(10)
                assert ready, "the relay takes no connection"
                for key, _ in ready:
                    error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    assert error == 0, f"connect: errno {error}"
                    selector.unregister(key.fileobj)
        return added

    def send(self, data: bytes) -> None:
        """The same bytes on each that is still open; those that the relay has closed are left out from now on."""
        for each in list(self.sockets):
            try:
                each.send(data)
            except BlockingIOError:
                pass
            except OSError:
                self.remove(each)

    def closed(self) -> list[socket.socket]:
        """Those that the relay has closed since, be it with an answer before, which are left out from now on."""
        gone = [each for each in self.sockets if is_closed(each)]
        for each in gone:
            self.remove(each)
        return gone

    def remove(self, each: socket.socket) -> None:
        self.sockets.remove(each)
        each.close()

    def reset(self) -> None:
        """Closes all with RST instead of FIN."""
        for each in self.sockets:
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            each.close()
        self.sockets.clear()

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_) -> None:
        for each in self.sockets:
            each.close()

    def __iter__(self) -> Iterator[socket.socket]:
        return iter(self.sockets)

    def __len__(self) -> int:
        return len(self.sockets)

    def _knock(self) -> socket.socket:
        made = socket.socket()
        made.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        if self._receive_buffer is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        made.bind((next(self._sources), 0))
        made.setblocking(False)
        made.connect_ex(("127.0.0.1", self.port))
        return made


def is_closed(connection: socket.socket) -> bool:
    """Whether the relay has closed; what it has said before is read and dropped."""
    try:
        while connection.recv(65_536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True

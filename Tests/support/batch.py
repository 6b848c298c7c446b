"""Many connections in lock step: each round sends one piece on each of them, so that pieces arrive one by one."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest

# Connections at once. While a round goes over all of them, the relay has time to read the piece before.
WIDTH = 200
PATIENCE = 10.0


def exchange(port: int, inputs: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """Sends each input on a connection of its own, piece by piece, half-closes, and gives what came up to the close."""
    rest = iter(inputs)
    while batch := list(islice(rest, WIDTH)):
        connections = [connect(port, number) for number in range(len(batch))]
        for pieces in zip_longest(*batch):
            for connection, piece in zip(connections, pieces, strict=True):
                if piece:
                    send(connection, piece)
        for connection in connections:
            finish(connection)
        for connection in connections:
            yield read_to_end(connection)


def connect(port: int, number: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(PATIENCE)
    # Four addresses of the loopback network have four times the ports that wait out their closed connections.
    connection.connect((f"127.0.0.{1 + number % 4}", port))
    return connection


def send(connection: socket.socket, piece: bytes) -> None:
    """Sends a piece. The relay may have refused the request and closed by now: what it said is read later."""
    try:
        connection.sendall(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass


def finish(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def read_to_end(connection: socket.socket) -> bytes:
    received = bytearray()
    try:
        while data := connection.recv(65_536):
            received += data
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        connection.close()
    return bytes(received)

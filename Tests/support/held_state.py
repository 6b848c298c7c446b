"""The memory that a daemon keeps its calls in, as whoever holds it for the next one can read and change it."""

from __future__ import annotations

import os
import struct
import zlib

HEADER = 4_096
# Where the numbers of the header stand (`StateMemory`): the size of a half, which one is in use, and the bytes committed of
# each.
CAPACITY, CURRENT, COMMITTED = 8, 16, 24


class Held:
    """The memory that a service manager holds, between two processes."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        capacity = self.number(CAPACITY)
        half = self.number(CURRENT) & 1
        self.start = HEADER + half * capacity
        self.committed_at = COMMITTED + 8 * half
        self.committed = self.number(self.committed_at)
        self.image = os.pread(descriptor, self.start + self.committed, 0)

    def number(self, place: int) -> int:
        return int.from_bytes(os.pread(self.descriptor, 8, place), "little")

    def write(self, place: int, data: bytes) -> None:
        assert os.pwrite(self.descriptor, data, place) == len(data)

    def records(self) -> list[tuple[int, int]]:
        """Where each begins and ends in its half."""
        places, position = [], 0
        while position < self.committed:
            count = int.from_bytes(self.image[self.start + position:][:4], "little")
            places.append((position, position + 8 + count))
            position += 8 + count
        return places

    def frame(self, record: bytes, position: int) -> bytes:
        """A record as it stands there in a half: behind its length and its checksum."""
        start = (position * 0x9E3779B1 + len(record) + 0x484C444E) & 0xFFFFFFFF
        return struct.pack("<II", len(record), zlib.crc32(record, start)) + record

    def replace(self, version: int, *records: bytes) -> None:
        """Puts these records, and the version that they are of, in the place of those that are there."""
        half = b""
        for record in records:
            half += self.frame(record, len(half))
        self.write(self.start, half)
        self.write(self.committed_at, len(half).to_bytes(8, "little"))
        self.write(CURRENT + 1, version.to_bytes(7, "little"))

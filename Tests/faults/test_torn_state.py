"""Fault 22: what was kept of the calls is torn, or is no state of holdline's. The daemon sets it aside, says so, and
starts with nothing; the unit tests (`SavedStateTests`) cut it at every byte."""

from __future__ import annotations

import os

import pytest

from support.daemon import until
from support.held_state import CURRENT, HEADER, Held
from support.messages import candidate, offer


@pytest.fixture
def torn(start):
    """A daemon that was killed in the middle of a call, and its memory."""
    daemon = start()
    client = daemon.client()
    caller, callee = client.pair()
    assert caller.post(offer(1), candidate(2)).status == 204
    assert callee.read()
    daemon.kill()
    return daemon, Held(daemon.notify.held["calls"]), caller


def assert_starts_with_nothing(daemon, caller, reason: str) -> None:
    daemon.launch()
    # Lines are written beside the relay's work.
    until(lambda: f"the calls of before the restart are set aside{reason}" in daemon.log())
    assert caller.poll().status == 401
    # It keeps calls again, and is not damaged any more.
    anew = daemon.client().peer()
    daemon.kill()
    said = daemon.log().count("set aside")
    daemon.launch()
    assert anew.poll().status == 204
    assert daemon.log().count("set aside") == said
    assert list(daemon.notify.held) == ["calls"]


def test_22_a_record_with_a_byte_that_is_another(torn):
    daemon, held, caller = torn
    begin, end = held.records()[1]
    place = held.start + (begin + end) // 2
    held.write(place, bytes([held.image[place] ^ 1]))
    assert_starts_with_nothing(daemon, caller, f", at byte {begin}: a record whose checksum is wrong")


def test_22_a_record_that_is_cut_off(torn):
    daemon, held, caller = torn
    begin, _ = held.records()[-1]
    held.write(held.committed_at, (held.committed - 1).to_bytes(8, "little"))
    assert_starts_with_nothing(daemon, caller, f", at byte {begin}: a record that is cut off")


def test_22_records_of_a_version_to_come(torn):
    daemon, held, caller = torn
    held.write(CURRENT + 1, bytes([99]))
    assert_starts_with_nothing(daemon, caller, ", at byte 0: records of version 99, which is not read")


@pytest.mark.parametrize("size", [0, 1, HEADER, HEADER + 1_000])
def test_22_memory_that_is_cut_off(torn, size):
    daemon, held, caller = torn
    os.ftruncate(held.descriptor, size)
    if size == 0:
        daemon.launch()
        assert caller.poll().status == 401
    else:
        assert_starts_with_nothing(daemon, caller, ": ")


def test_22_memory_of_something_else(torn):
    daemon, held, caller = torn
    held.write(0, os.urandom(HEADER))
    assert_starts_with_nothing(daemon, caller, ": it is no state of holdline's, or of another version")


def test_22_a_descriptor_of_something_else(torn):
    daemon, held, caller = torn
    read, write = os.pipe()
    os.dup2(read, held.descriptor)
    os.close(read)
    os.close(write)
    daemon.launch()
    assert caller.poll().status == 401
    assert daemon.client().peer().poll().status == 204


def test_22_every_way_of_tearing_starts(torn):
    """Cut and turned over at places all over it: it always starts, and whoever was there is there or is not."""
    daemon, held, caller = torn
    places = range(held.start, held.start + held.committed, max(1, held.committed // 40))
    statuses = set()
    for place in places:
        for torn_byte in (held.image[place] ^ 0xFF, 0):
            descriptor = daemon.notify.held["calls"]
            os.ftruncate(descriptor, HEADER)
            os.ftruncate(descriptor, HEADER + 2 * held.number(8))
            os.pwrite(descriptor, held.image, 0)
            os.pwrite(descriptor, bytes([torn_byte]), place)
            daemon.launch()
            statuses.add(caller.poll().status)
            daemon.kill()
    daemon.launch()
    assert 401 in statuses and statuses <= {401, 200, 204}
    print(f"\nfault 22: {2 * len(places)} torn states, {2 * len(places)} starts")

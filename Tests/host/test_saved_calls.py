"""What systemd holds of the calls while the service restarts: for how long, how much, and what becomes of it when it is
damaged."""

import os
import signal
import struct
from pathlib import Path

from support.messages import event_of, offer

SERVICE = "holdline.service"
SET_ASIDE = "d37084acccd94738b3796eb1c747a088"
RESTORED = "62324c691eab4ba7b3b96dd366b70093"
# The layout is told in Sources/SavedState/StateMemory.swift.
HEADER_BYTES = 4_096
CAPACITY, CURRENT = 8, 16


def descriptors_held(host) -> str:
    return host.show(SERVICE, "NFileDescriptorStore")


def told(host, kind: str) -> list[str]:
    return [entry["MESSAGE"] for entry in host.journal(SYSLOG_IDENTIFIER="holdline", MESSAGE_ID=kind)]


def is_known(peer) -> bool:
    response = peer.poll()
    assert response.status in (204, 401), response
    return response.status == 204


def test_a_restart_keeps_the_calls_and_one_descriptor(host):
    client = host.client()
    caller = client.peer("a word")
    message = offer(1)
    assert caller.post(message).status == 204
    for _ in range(12):
        host.run("systemctl", "reset-failed", SERVICE)
        host.run("systemctl", "restart", SERVICE)
    assert descriptors_held(host) == "1"
    assert client.peer("a word").read() == [event_of(message, 1)]
    assert told(host, RESTORED)[-1].startswith("1 call")


def test_nothing_is_kept_over_a_stop(host):
    peer = host.client().peer()
    host.run("systemctl", "stop", SERVICE)
    assert descriptors_held(host) == "0"
    host.run("systemctl", "start", SERVICE)
    assert not is_known(peer)
    assert descriptors_held(host) == "1"


def test_nothing_is_kept_over_a_reboot(host):
    peer = host.client().peer()
    assert is_known(peer)
    host.reboot()
    assert not is_known(peer)
    assert told(host, SET_ASIDE) == []


def test_a_file_takes_the_place_of_what_systemd_holds(host):
    """It holds tokens: nothing of them is left elsewhere."""
    in_memory = host.client().peer()
    host.configure('calls_file = "/var/lib/holdline/calls"\n')
    host.run("systemctl", "restart", SERVICE)
    assert not is_known(in_memory)
    assert descriptors_held(host) == "0"
    in_file = host.client().peer()
    host.kill(SERVICE)
    assert is_known(in_file)
    host.configure("")
    host.run("systemctl", "restart", SERVICE)
    assert not is_known(in_memory) and not is_known(in_file)
    assert descriptors_held(host) == "1"


def overwrite(state: int, position: int, by: bytes) -> None:
    was = os.pread(state, len(by), position)
    assert was != by and os.pwrite(state, by, position) == len(by)


def no_magic(state: int) -> None:
    overwrite(state, 0, bytes(8))


def of_a_version_to_come(state: int) -> None:
    overwrite(state, CURRENT + 1, b"\xff")


def a_changed_byte(state: int) -> None:
    """In the first record."""
    capacity, current = struct.unpack("<QQ", os.pread(state, 16, CAPACITY))
    position = HEADER_BYTES + (current & 1) * capacity + 12
    overwrite(state, position, bytes([os.pread(state, 1, position)[0] ^ 0x10]))


def cut_short(state: int) -> None:
    os.truncate(state, HEADER_BYTES + 100)


def state_of(process: int) -> Path:
    """The memory that a daemon keeps its calls in, as root can open it."""
    state, = [path for path in Path(f"/proc/{process}/fd").iterdir() if os.readlink(path).startswith("/memfd:holdline")]
    return state


def test_what_is_damaged_is_set_aside_and_said(host):
    client = host.client()
    for number, damage in enumerate((no_magic, of_a_version_to_come, a_changed_byte, cut_short)):
        peer = client.peer()
        process = host.process(SERVICE)
        os.kill(process, signal.SIGSTOP)
        opened = os.open(state_of(process), os.O_RDWR)
        try:
            damage(opened)
        finally:
            os.close(opened)
        host.kill(SERVICE)
        assert not is_known(peer), damage
        assert (len(told(host, SET_ASIDE)), len(told(host, RESTORED))) == (number + 1, number), damage
        # What comes after it is kept again.
        peer = client.peer()
        host.run("systemctl", "restart", SERVICE)
        assert is_known(peer)
        assert (len(told(host, SET_ASIDE)), len(told(host, RESTORED))) == (number + 1, number + 1), damage
        assert descriptors_held(host) == "1"
        # The next damage is to meet one call alone.
        assert peer.leave().status == 204

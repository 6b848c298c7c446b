"""What systemd holds of the calls while the service restarts: for how long, how much, and what becomes of it when it is
damaged."""

import base64
import contextlib
import os
import secrets
import signal
import struct
from collections.abc import Iterator
from pathlib import Path

from support.client import Peer
from support.held_state import CURRENT, HEADER, Held
from support.messages import event_of, offer

SERVICE = "holdline.service"
SET_ASIDE = "d37084acccd94738b3796eb1c747a088"
RESTORED = "62324c691eab4ba7b3b96dd366b70093"


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


@contextlib.contextmanager
def held_while_killed(host) -> Iterator[Held]:
    """What systemd holds for the next daemon. This one stands still within the block, and is killed then."""
    process = host.process(SERVICE)
    os.kill(process, signal.SIGSTOP)
    state, = [path for path in Path(f"/proc/{process}/fd").iterdir() if os.readlink(path).startswith("/memfd:holdline")]
    descriptor = os.open(state, os.O_RDWR)
    try:
        yield Held(descriptor)
    finally:
        os.close(descriptor)
    host.kill(SERVICE)


def a_changed_byte(held: Held) -> None:
    held.write(held.start + 12, bytes([held.image[held.start + 12] ^ 1]))


def cut_short(held: Held) -> None:
    os.truncate(held.descriptor, HEADER + 100)


def of_a_version_to_come(held: Held) -> None:
    held.write(CURRENT + 1, bytes([99]))


def test_what_is_damaged_is_set_aside_and_said(host):
    client = host.client()
    for number, damage in enumerate((a_changed_byte, cut_short, of_a_version_to_come)):
        peer = client.peer()
        with held_while_killed(host) as held:
            damage(held)
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


def test_what_the_version_before_has_kept_goes_on(host):
    """As an upgrade finds it: a caller that waits, written down by version 1."""
    token, code = secrets.token_bytes(32), b"from the version before"
    DIALLED, AT, CALL, NO_KEY, REPLACES_NOBODY = 1, 1, 7, b"\0", b"\0"
    record = struct.pack("<BQ4QII", DIALLED, AT, *struct.unpack(">4Q", token), CALL, len(code))
    with held_while_killed(host) as held:
        held.replace(1, record + code + NO_KEY + REPLACES_NOBODY)
    client = host.client()
    text = base64.urlsafe_b64encode(token).decode().rstrip("=")
    caller = Peer(client, {"token": text, "role": "caller"})
    assert is_known(caller)
    assert told(host, SET_ASIDE) == []
    assert client.peer(code.decode()).role == "callee"
    assert [event["type"] for event in caller.read()] == ["joined"]

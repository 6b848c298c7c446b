"""Calls outlive the process: in memory that the service manager holds, or in a file. Killed or ended in order, a restart
is nothing that a client notices, but for a poll that ends."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from support.client import Peer
from support.daemon import Daemon
from support.messages import answer, candidate, offer
from support.secrets import new_code


@pytest.fixture(params=["held", "file"])
def kept(request, start, tmp_path):
    """A daemon whose calls outlive it, one way and the other."""
    settings = {"calls_file": str(tmp_path / "calls")} if request.param == "file" else {}
    return start(**settings)


def killed(daemon) -> None:
    daemon.kill()
    daemon.launch()


def ended(daemon) -> None:
    daemon.signal(signal.SIGTERM)
    daemon.await_end()
    daemon.launch()


def types(events: list[dict]) -> list[str]:
    return [event["type"] for event in events]


@pytest.mark.parametrize("restart", [killed, ended])
def test_a_call_goes_on_wherever_it_stood(kept, restart):
    client = kept.client()
    code = new_code()
    caller = client.peer(code)
    restart(kept)
    # Posted before the other is there, and kept.
    assert caller.post(offer(1), candidate(2)).status == 204
    restart(kept)
    callee = client.peer(code)
    assert callee.role == "callee"
    restart(kept)
    assert types(caller.read()) == ["joined"]
    first = callee.poll()
    assert types(first.json()["events"]) == ["offer", "candidate"]
    restart(kept)
    # The answer may have been lost on the way: what was not acknowledged comes again, the same bytes.
    assert callee.poll().body == first.body
    callee.take(first)
    assert callee.post(answer(1)).status == 204
    restart(kept)
    assert callee.post(answer(1), candidate(2)).status == 204
    assert types(caller.read()) == ["answer", "candidate"]
    assert callee.poll().status == 204
    restart(kept)
    assert caller.poll().status == 204
    assert caller.leave("connected").status == 204
    restart(kept)
    assert caller.poll().status == 401
    assert callee.leave("connected").status == 204
    assert callee.poll().status == 401


def test_candidates_before_their_description_are_held_back_over_a_restart(kept):
    client = kept.client()
    caller, callee = client.pair()
    assert caller.post(candidate(1), candidate(2)).status == 204
    killed(kept)
    assert callee.read() == []
    assert caller.post(offer(3)).status == 204
    assert types(callee.read()) == ["offer", "candidate", "candidate"]


def test_a_repeated_dial_is_known_after_a_restart(kept):
    client = kept.client()
    code, key = new_code(), "k" * 22
    first = client.dial(code, key)
    killed(kept)
    assert client.dial(code, key).json() == first.json()
    assert client.dial(code, "l" * 22).json()["role"] == "callee"
    assert client.dial(new_code(), key).status == 422


def test_who_left_is_gone_after_a_restart_too(kept):
    client = kept.client()
    caller, callee = client.pair()
    assert caller.leave("hangup").status == 204
    killed(kept)
    assert caller.poll().status == 401
    assert callee.read()[-1]["reason"] == "hangup"
    assert callee.poll().status == 401
    killed(kept)
    assert callee.poll().status == 401


def test_who_is_silent_has_a_whole_grace_again(start):
    daemon = start(relay={"grace_seconds": 2})
    client = daemon.client()
    caller, callee = client.pair()
    poll = callee.hold(0)
    killed(daemon)
    assert callee.hold(0).response().json()["events"] == [{"seq": 1, "type": "left", "reason": "timeout"}]
    assert caller.poll().status == 401
    poll.connection.close()


def test_a_poll_that_was_held_is_answered_at_an_orderly_end(kept):
    caller = kept.client().peer()
    poll = caller.hold()
    assert poll.is_held()
    kept.signal(signal.SIGTERM)
    assert poll.response().status == 204
    kept.await_end()
    kept.launch()
    assert caller.poll().status == 204


def test_whoever_asks_while_the_daemon_ends_is_told_to_come_again_at_once(kept):
    client = kept.client()
    caller = client.peer()
    # An answer that is not read keeps the daemon from ending, for a while.
    connection = client.connect()
    kept.client().settle()
    kept.signal(signal.SIGTERM)
    assert kept.notify.await_line("STOPPING=1", 3)
    response = caller.poll(connection=connection)
    assert (response.status, response.header("Retry-After")) in [(503, "0"), (204, None)], response
    kept.await_end()


def test_nothing_accepted_is_lost_by_a_kill(kept):
    """One posts without pause while the daemon is killed again and again; what was answered 204 is there, once."""
    client = kept.client()
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    done = threading.Event()
    read: list[dict] = callee.read()
    accepted = 1

    def post() -> None:
        nonlocal accepted
        while not done.is_set():
            try:
                response = caller.post(candidate(accepted + 1))
            except (OSError, AssertionError):
                continue
            assert response.status == 204, response
            accepted += 1

    poster = threading.Thread(target=post)
    poster.start()
    for _ in range(20):
        before = accepted
        while accepted < before + 5:
            pass
        killed(kept)
        read += callee.read()
    done.set()
    poster.join()
    read += callee.read()
    assert [event["seq"] for event in read] == list(range(1, accepted + 1))
    assert types(read) == ["offer"] + ["candidate"] * (accepted - 1)


def test_nothing_is_left_of_a_call_that_is_over(kept, tmp_path):
    """Nothing of what was said, and no token, is in the memory when nobody is there any more."""
    client = kept.client()
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    for peer in (caller, callee):
        assert peer.leave().status == 204
    descriptor = kept.notify.held.get("calls")
    path = f"/proc/self/fd/{descriptor}" if descriptor is not None else tmp_path / "calls"
    with open(path, "rb") as memory:
        while block := memory.read(1 << 20):
            assert block.count(0) > len(block) - 64, "something is left"


@pytest.mark.parametrize("restart", [killed, ended])
def test_without_a_manager_and_a_file_nothing_is_kept(start, restart):
    daemon = start()
    os.close(daemon.notify.held.pop("calls"))
    caller = daemon.client().peer()
    daemon.kill()
    daemon.launch()
    assert caller.poll().status == 401


def test_a_file_that_cannot_be_had_is_said(start, tmp_path):
    first = start(calls_file=str(tmp_path / "calls"))
    for path, reason in [("calls", "another process has it"), ("nowhere/calls", "No such file or directory")]:
        with pytest.raises(AssertionError) as failure:
            Daemon(tmp_path / "other" / path, {"calls_file": str(tmp_path / path)})
        assert reason in str(failure.value)
    assert first.client().peer().poll().status == 204


def test_a_file_is_for_its_owner_alone(start, tmp_path):
    path = tmp_path / "calls"
    path.write_bytes(b"")
    path.chmod(0o644)
    daemon = start(calls_file=str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert "set aside" not in daemon.log()


def test_the_manager_holds_one_descriptor_however_often(start):
    daemon = start()
    for _ in range(3):
        killed(daemon)
        assert list(daemon.notify.held) == ["calls"]
        assert daemon.notify.received.count("FDSTORE=1") == 0, "it is held already"


def test_larger_limits_take_what_is_there_along(start):
    daemon = start(limits={"calls": 2})
    client = daemon.client()
    caller, callee = client.pair()
    assert caller.post(offer(1)).status == 204
    daemon.configure({"limits": {"calls": 50_000, "mailboxes_bytes": 268_435_456}})
    daemon.signal(signal.SIGHUP)
    assert daemon.notify.await_line("READY=1", 5)
    assert types(callee.read()) == ["offer"]
    killed(daemon)
    assert callee.post(answer(1)).status == 204
    assert types(caller.read()) == ["joined", "answer"]
    Peer(client, client.dial(new_code()).json())

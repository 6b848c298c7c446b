"""Many pairs at once: nothing is lost, nothing comes twice, everything in order."""

import asyncio

import pytest

from support.async_peer import AsyncPeer
from support.messages import answer, candidate, event_of, offer
from support.secrets import new_code

PAIRS = 60
MESSAGES = 40


def conversation() -> tuple[list[dict], list[dict]]:
    """What the caller and the callee post: a description first, then candidates."""
    ids = range(2, MESSAGES + 1)
    return [offer(1), *map(candidate, ids)], [answer(1), *map(candidate, ids)]


async def call(port: int, number: int, loss: float, secrets) -> None:
    code = new_code()
    secrets.add(code)
    caller, callee = AsyncPeer(port, 2 * number, loss), AsyncPeer(port, 2 * number + 1, loss)
    await caller.dial(code)
    await callee.dial(code)
    assert (caller.role, callee.role) == ("caller", "callee")
    secrets.add(caller.token, callee.token)
    offered, answered = conversation()

    to_caller: list[dict] = []
    to_callee: list[dict] = []
    await caller.post_all(offered[:1])
    await callee.read_on(to_callee, 1)
    await asyncio.gather(
        caller.post_all(offered[1:]), callee.post_all(answered),
        caller.read_on(to_caller, MESSAGES + 1), callee.read_on(to_callee, MESSAGES))
    assert to_callee == [event_of(message, seq) for seq, message in enumerate(offered, 1)]
    assert to_caller == [{"seq": 1, "type": "joined"}] + [
        event_of(message, seq) for seq, message in enumerate(answered, 2)]
    for peer in (caller, callee):
        assert (await peer.ask_once("POST", "/v1/leave", {"reason": "connected"}, "", lost=False)).status == 204


@pytest.mark.parametrize("loss", [0.0, 0.3], ids=["sound network", "three in ten answers lost"])
def test_pairs_at_once_lose_and_repeat_nothing(daemon, loss):
    async def all_calls():
        await asyncio.gather(*(call(daemon.port, number, loss, daemon.secrets) for number in range(PAIRS)))

    asyncio.run(asyncio.wait_for(all_calls(), 60))

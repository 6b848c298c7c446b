"""Pairs of peers that set up calls without pause, and keep account of what the relay owes them.

Each call has a code of its own. Both sides dial it at once, post a description and numbered candidates, in batches, poll
for all that the other has posted, and leave. They keep at it as the protocol tells clients to: a dial has its key, a
message its id, a poll its cursor, so whatever becomes of a request it is sent again until it is answered.

    async with asyncio.timeout(60):
        tally = await Pairs([Way("127.0.0.1", 8080)], count=50).run(seconds=30)
    tally.assert_sound()

As a process of its own, in whichever network it is started (from the folder Tests):

    python3 -m support.pairs --way http://127.0.0.1:8080 --pairs 50 --seconds 30

prints the account as one line of JSON, with --every also in between. SIGTERM ends it early: calls that have begun are
brought to their end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import ssl
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .http import Response, ResponseReader
from .messages import answer, candidate, offer
from .secrets import new_code, new_key

# How long any request but a poll may take, and how much longer than its hold a poll.
REQUEST_SECONDS = 10.0
POLL_SLACK_SECONDS = 10.0
# How long a call may take, all repeats included, until it counts as one that does not come about.
CALL_SECONDS = 120.0


@dataclass(frozen=True)
class Way:
    """A way to the relay: its own address, or that of a proxy before it. `tls`: by what its certificate is trusted."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    # What is asked for as `Host`; the address where it is empty.
    name: str = ""

    @classmethod
    def parse(cls, url: str, ca: str | None = None, name: str = "") -> Way:
        parts = urlsplit(url)
        tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        return cls(parts.hostname, parts.port, tls, name)


class Broken(Exception):
    """The relay owes this call something that it will not get. `kind` is one of those of ``Tally.faults``."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"{kind}: {what}")
        self.kind = kind


@dataclass
class Tally:
    """What has been, and what should not have been."""

    calls: int = 0
    # Taken by the relay, with 204.
    messages: int = 0
    # Requests that were sent again, and answers that asked for that, by their code.
    repeats: int = 0
    refused: Counter = field(default_factory=Counter)
    # Polls that a later one took over from: a client that has given one up may meet it.
    superseded: int = 0
    # From the first dial until both have read everything, of each call.
    seconds: list[float] = field(default_factory=list)
    # By kind, what went wrong in which call: `lost`: a message that was taken, or the whole call, is gone; `twice`;
    # `disorder`; `altered`: not what was posted; `stalled`: the call did not come about in time; `answer`: one that the
    # protocol does not have here.
    faults: dict[str, list[str]] = field(default_factory=dict)
    # Calls whose tokens the relay no longer knew, where that is to be expected.
    forgotten: int = 0

    def assert_sound(self) -> None:
        assert not self.faults, self.faults
        assert self.calls > 0, "no call has come about"

    def percentile(self, share: float) -> float:
        """Seconds that so large a share of the calls has taken at most."""
        if len(self.seconds) < 2:
            return self.seconds[0] if self.seconds else 0.0
        return statistics.quantiles(self.seconds, n=1000, method="inclusive")[min(int(share * 1000), 999) - 1]

    def summary(self) -> dict:
        """For people and for other processes."""
        return {
            "calls": self.calls, "messages": self.messages, "repeats": self.repeats, "refused": dict(self.refused),
            "superseded": self.superseded, "forgotten": self.forgotten,
            "seconds": {"median": round(self.percentile(0.5), 3), "p99": round(self.percentile(0.99), 3),
                        "most": round(max(self.seconds, default=0.0), 3)},
            "faults": {kind: len(what) for kind, what in self.faults.items()},
            "first": {kind: what[:3] for kind, what in self.faults.items()},
        }


class Line:
    """One connection at a time, kept from request to request."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def is_kept(self) -> bool:
        return self._stream is not None

    async def ask(self, method: str, target: str, fields: str, body: bytes | None, patience: float) -> Response | None:
        """None: no whole answer came in time, for whatever reason."""
        host = self.way.name or f"{self.way.host}:{self.way.port}"
        head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{fields}"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        whole = False
        try:
            async with asyncio.timeout(patience):
                if self._stream is None:
                    self._stream = await asyncio.open_connection(self.way.host, self.way.port, ssl=self.way.tls)
                reader, writer = self._stream
                writer.write(head.encode() + b"\r\n" + (body or b""))
                await writer.drain()
                answers = ResponseReader()
                while (response := answers.next(method)) is None:
                    data = await reader.read(65_536)
                    if not data:
                        return None
                    answers.feed(data)
                whole = not response.closes
                return response
        except (OSError, TimeoutError):
            return None
        finally:
            # A cancelled request too: what is still to come on this connection is no answer to the next one.
            if not whole:
                self.close()

    def close(self) -> None:
        if self._stream is not None:
            self._stream[1].transport.abort()
            self._stream = None


class Side:
    """One peer of one call."""

    def __init__(self, pairs: Pairs, ways: Sequence[Way]) -> None:
        self.pairs, self.tally, self.random = pairs, pairs.tally, pairs.random
        # As a browser: one connection that polls, one for what is posted.
        self._polls, self._posts = [Line(way) for way in ways]
        self.token, self.role = "", ""
        self.poll_seconds = 0.0
        self.cursor = 0
        # Set once the other side's description is read.
        self.described = asyncio.Event()

    async def dial(self, code: str) -> None:
        body = json.dumps({"code": code}).encode()
        response = await self._ask(self._posts, "POST", "/v1/dial", body, f"Idempotency-Key: {new_key()}\r\n")
        self._expect(response, 201)
        told = response.json()
        self.token, self.role, self.poll_seconds = told["token"], told["role"], told["pollSeconds"]

    async def post(self, messages: list[dict]) -> None:
        """In order, in batches of one to five. An answer waits for its offer."""
        while messages:
            count = self.random.randint(1, 5)
            batch, messages = messages[:count], messages[count:]
            if any(message["type"] == "answer" for message in batch):
                await self.described.wait()
            body = json.dumps({"messages": batch}).encode()
            self._expect(await self._ask(self._posts, "POST", "/v1/messages", body), 204)
            self.tally.messages += len(batch)

    async def read(self, expected: list[dict]) -> None:
        """Polls until all that is expected has been read, which are events without their `seq`."""
        while self.cursor < len(expected):
            target = f"/v1/events?after={self.cursor}"
            response = await self._ask(self._polls, "GET", target, patience=self.poll_seconds + POLL_SLACK_SECONDS)
            if response.status == 409 and response.json()["code"] == "superseded":
                # An earlier poll of this very client, which it has given up, has come after this one.
                self.tally.superseded += 1
            elif response.status != 204:
                self._expect(response, 200)
                for event in response.json()["events"]:
                    self._take(event, expected)

    def _take(self, event: dict, expected: list[dict]) -> None:
        seq = event.pop("seq")
        if self.cursor < len(expected) and seq == self.cursor + 1 and event == expected[self.cursor]:
            self.cursor = seq
            if event["type"] in ("offer", "answer"):
                self.described.set()
            return
        what = f"event {seq} {event} behind event {self.cursor}"
        if event["type"] == "left":
            raise Broken("lost", f"the call: {what}")
        if seq <= self.cursor or event in expected[: self.cursor]:
            raise Broken("twice", what)
        raise Broken("disorder" if event in expected else "altered", what)

    async def leave(self, reason: str) -> None:
        response = await self._ask(self._posts, "POST", "/v1/leave", json.dumps({"reason": reason}).encode())
        # 401: it was done, and its answer lost.
        if response.status != 401:
            self._expect(response, 204)

    def close(self) -> None:
        for line in (self._polls, self._posts):
            line.close()

    async def _ask(
        self, line: Line, method: str, target: str, body: bytes | None = None, fields: str = "",
        patience: float = REQUEST_SECONDS
    ) -> Response:
        """A request, until it is answered with something that is not to pass."""
        if self.token:
            fields += f"Authorization: Bearer {self.token}\r\n"
        shortest, longest = self.pairs.backoff
        wait = shortest
        while True:
            was_kept = line.is_kept
            response = await line.ask(method, target, fields, body, patience)
            if response is not None and response.status not in (408, 429) and response.status < 500:
                return response
            self.tally.repeats += 1
            if response is None:
                # A kept connection may have been closed for its age: another one is tried at once.
                if not was_kept:
                    await asyncio.sleep(wait * self.random.uniform(0.5, 1))
                    wait = min(2 * wait, longest)
                continue
            self.tally.refused[response.json()["code"]] += 1
            if (after := response.header("Retry-After")) is not None:
                await asyncio.sleep(int(after) + shortest * self.random.random())
            else:
                await asyncio.sleep(wait * self.random.uniform(0.5, 1))
                wait = min(2 * wait, longest)

    def _expect(self, response: Response, status: int) -> None:
        if response.status == status:
            return
        code = response.json()["code"] if response.body else ""
        kind = "lost" if code in ("invalid-token", "call-over") else "answer"
        raise Broken(kind, f"{response.status} {code} to the {self.role or 'dialling'} side at event {self.cursor}")


def conversation(candidates: int) -> dict[str, list[dict]]:
    """What either role posts. The callee's first candidates go before its answer, and are held back until it."""
    first = candidates // 2
    return {
        "caller": [offer(1), *map(candidate, range(2, candidates + 2))],
        "callee": [*map(candidate, range(1, first + 1)), answer(first + 1),
                   *map(candidate, range(first + 2, candidates + 2))],
    }


def events_of(posted: list[dict], role: str) -> list[dict]:
    """What a peer of this role reads of what the other has posted: the description first, then the rest in order."""
    in_order = sorted(posted, key=lambda message: message["type"] == "candidate")
    events = [{"type": message["type"], "data": message["data"]} for message in in_order]
    return [{"type": "joined"}, *events] if role == "caller" else events


class Pairs:
    """`count` pairs at once. Each side of each call takes one of the `ways` for its polls and one for its posts."""

    def __init__(
        self, ways: Sequence[Way], count: int, seed: int = 1, candidates: int = 8, pause: float = 0.0,
        backoff: tuple[float, float] = (0.5, 8.0), forgiving: bool = False
    ) -> None:
        """`pause`: seconds between two calls of a pair. `forgiving`: the relay may be started without its state, and then
        a pair whose call it no longer knows dials again, as the page does."""
        self.ways, self.count, self.candidates, self.pause = ways, count, candidates, pause
        self.backoff, self.forgiving = backoff, forgiving
        self.random = random.Random(seed)
        self.tally = Tally()
        self._is_ending = False

    async def run(self, seconds: float | None = None) -> Tally:
        """Until so much time has passed, or until ``end`` is called; calls that have begun are brought to their end."""
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, self.end)
        await asyncio.gather(*(self._pair(number) for number in range(self.count)))
        return self.tally

    def end(self) -> None:
        self._is_ending = True

    async def _pair(self, number: int) -> None:
        turn = 0
        while not self._is_ending:
            turn += 1
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    await self._call()
                self.tally.calls += 1
            except TimeoutError:
                self._note("stalled", f"pair {number}, call {turn}: not within {CALL_SECONDS:.0f} s")
            except Broken as broken:
                if self.forgiving and broken.kind == "lost":
                    self.tally.forgotten += 1
                else:
                    self._note(broken.kind, f"pair {number}, call {turn}: {broken}")
            await asyncio.sleep(self.pause)

    async def _call(self) -> None:
        code, began = new_code(), time.monotonic()
        said = conversation(self.candidates)
        sides = [Side(self, self.random.choices(self.ways, k=2)) for _ in range(2)]
        try:
            await together(side.dial(code) for side in sides)
            roles = [side.role for side in sides]
            if sorted(roles) != ["callee", "caller"]:
                raise Broken("lost", f"two who dialled the same are {roles}")
            heard = {"caller": events_of(said["callee"], "caller"), "callee": events_of(said["caller"], "callee")}
            await together(
                work for side in sides for work in (side.post(said[side.role]), side.read(heard[side.role])))
            self.tally.seconds.append(time.monotonic() - began)
            await together(side.leave("connected") for side in sides)
        finally:
            for side in sides:
                side.close()

    def _note(self, kind: str, what: str) -> None:
        self.tally.faults.setdefault(kind, []).append(what)


async def together(works: Iterator) -> None:
    """All at once; the first that fails ends the others, and is what is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except* Broken as broken:
        raise broken.exceptions[0] from None


async def main(options: argparse.Namespace) -> Tally:
    ways = [Way.parse(url, options.ca, options.name) for url in options.way]
    pairs = Pairs(
        ways, options.pairs, options.seed, options.candidates, options.pause, (options.backoff, 16 * options.backoff),
        options.forgiving)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, pairs.end)

    async def tell() -> None:
        while True:
            await asyncio.sleep(options.every)
            print(json.dumps(pairs.tally.summary()), flush=True)

    telling = asyncio.create_task(tell()) if options.every else None
    tally = await pairs.run(options.seconds)
    if telling is not None:
        telling.cancel()
    print(json.dumps(tally.summary()), flush=True)
    return tally


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="pairs", description=__doc__.splitlines()[0])
    made.add_argument("--way", action="append", required=True, help="http://HOST:PORT or https://HOST:PORT, repeatable")
    made.add_argument("--ca", help="what https is trusted by")
    made.add_argument("--name", default="", help="what is asked for as Host")
    made.add_argument("--pairs", type=int, default=50)
    made.add_argument("--seconds", type=float, help="until SIGTERM where left out")
    made.add_argument("--every", type=float, help="seconds between two accounts")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--candidates", type=int, default=8)
    made.add_argument("--pause", type=float, default=0.0)
    made.add_argument("--backoff", type=float, default=0.5, help="the first wait of sixteen times as long a back-off")
    made.add_argument("--forgiving", action="store_true", help="a call that the relay no longer knows is dialled anew")
    return made


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(parser().parse_args())).faults else 0)

"""A proxy before the relay that does what bad networks do: it cuts connections, delays them, and says requests twice.

What is said twice is a request that changes something: a second poll with the same token takes over from the first, which
is no fault of a network but another tab. All that it does is drawn from a seed.

    python3 -m support.chaos_proxy --listen 127.0.0.1:9000 --target 127.0.0.1:8080

runs one as a process of its own (from the folder Tests), which prints what it has done as JSON when SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
from collections import Counter

from .fault_proxy import CHUNK_BYTES, take_request


class ChaosProxy:
    """`cut`: the share of pieces, either way, upon which a connection breaks, with or without what it was to carry.
    `twice`: the share of posts that reach the relay on another connection as well, before or after. `delay`: up to how
    many seconds a piece lags."""

    def __init__(
        self, target: tuple[str, int], seed: int = 1, cut: float = 0.02, twice: float = 0.1, delay: float = 0.05
    ) -> None:
        self.target, self.cut, self.twice, self.delay = target, cut, twice, delay
        self.random = random.Random(seed)
        # What was done, by its name: "connections", "cut", "twice", "delayed", "refused".
        self.done: Counter = Counter()
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """The port that it listens on."""
        self._server = await asyncio.start_server(self._serve, host, port, backlog=1_024)
        return self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.close()

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self.done["connections"] += 1
        relay = None
        try:
            relay_reader, relay = await asyncio.open_connection(*self.target)
            ways = [asyncio.ensure_future(self._requests(client_reader, relay)),
                    asyncio.ensure_future(self._answers(relay_reader, client))]
            # Whichever end closes first closes the other one.
            _, pending = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in pending:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except OSError:
            # The relay is not there, or is being started.
            self.done["refused"] += 1
        except asyncio.CancelledError:
            # The proxy is ending: nobody waits for this.
            pass
        finally:
            for end in (client, relay):
                if end is not None:
                    end.transport.abort()

    async def _requests(self, client: asyncio.StreamReader, relay: asyncio.StreamWriter) -> None:
        buffer = bytearray()
        while data := await client.read(CHUNK_BYTES):
            buffer += data
            while (request := take_request(buffer)) is not None:
                is_twice = request.startswith(b"POST ") and self.random.random() < self.twice
                is_first = self.random.random() < 0.5
                if is_twice and is_first:
                    await self._repeat(request)
                if not await self._pass_on(request, relay):
                    return
                if is_twice and not is_first:
                    await self._repeat(request)

    async def _answers(self, relay: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while data := await relay.read(CHUNK_BYTES):
            if not await self._pass_on(data, client):
                return

    async def _pass_on(self, data: bytes, to: asyncio.StreamWriter) -> bool:
        """False: the connection broke upon it. Then none of it, half of it or all of it has arrived."""
        if self.delay:
            self.done["delayed"] += 1
            await asyncio.sleep(self.delay * self.random.random())
        is_cut = self.random.random() < self.cut
        to.write(data[: self.random.choice([0, len(data) // 2, len(data)])] if is_cut else data)
        await to.drain()
        if is_cut:
            self.done["cut"] += 1
            # What was written goes out before the end does.
            to.close()
            await asyncio.wait_for(asyncio.gather(to.wait_closed(), return_exceptions=True), 1)
        return not is_cut

    async def _repeat(self, request: bytes) -> None:
        """The same request on a connection of its own, whose answer nobody reads."""
        self.done["twice"] += 1
        try:
            reader, writer = await asyncio.open_connection(*self.target)
            writer.write(request)
            await asyncio.wait_for(reader.read(CHUNK_BYTES), 1)
            writer.close()
        except (OSError, TimeoutError):
            pass


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


async def main(options: argparse.Namespace) -> None:
    proxy = ChaosProxy(options.target, options.seed, options.cut, options.twice, options.delay)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    print(await proxy.start(*options.listen), flush=True)
    await ended.wait()
    proxy.stop()
    print(json.dumps(proxy.done), flush=True)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="chaos_proxy", description=__doc__.splitlines()[0])
    made.add_argument("--target", type=address, required=True, help="HOST:PORT of the relay")
    made.add_argument("--listen", type=address, default=("127.0.0.1", 0))
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--cut", type=float, default=0.02)
    made.add_argument("--twice", type=float, default=0.1)
    made.add_argument("--delay", type=float, default=0.05)
    return made


if __name__ == "__main__":
    asyncio.run(main(parser().parse_args()))

"""A peer that posts and polls at the same time, over a network that loses what it is told to lose."""

from __future__ import annotations

import asyncio
import json
import random

from .http import Response, ResponseReader

PATIENCE = 30.0


class AsyncPeer:
    """One side of a call. With `loss` above 0 it drops that share of the answers unread, and asks again."""

    def __init__(self, port: int, seed: int, loss: float = 0.0) -> None:
        self.port = port
        self.random = random.Random(seed)
        self.loss = loss
        self.token = ""
        self.role = ""

    async def dial(self, code: str) -> None:
        key = f"{self.random.getrandbits(128):032x}"
        response = await self.ask("POST", "/v1/dial", {"code": code}, f"Idempotency-Key: {key}\r\n")
        assert response.status == 201, response
        self.token, self.role = response.json()["token"], response.json()["role"]

    async def post_all(self, messages: list[dict]) -> None:
        """Posts in order, in batches of one to five."""
        while messages:
            count = self.random.randint(1, 5)
            batch, messages = messages[:count], messages[count:]
            response = await self.ask("POST", "/v1/messages", {"messages": batch})
            assert response.status == 204, response

    async def read_on(self, events: list[dict], count: int) -> None:
        """Polls on from the `events` read so far and adds to them until there are `count`."""
        while len(events) < count:
            response = await self.ask("GET", f"/v1/events?after={len(events)}")
            if response.status == 200:
                events += response.json()["events"]
            else:
                # A poll whose answer this peer has dropped may still be held when the next one comes.
                assert response.status in (204, 409), response

    async def ask(self, method: str, target: str, body: object = None, fields: str = "") -> Response:
        """A request, repeated until its answer is not lost."""
        while True:
            response = await self.ask_once(method, target, body, fields, lost=self.random.random() < self.loss)
            if response is not None:
                return response

    async def ask_once(self, method: str, target: str, body: object, fields: str, lost: bool) -> Response | None:
        """A request on a connection of its own. One that is lost is cut off in the middle or before its answer."""
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}"
        head += f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n" if body is not None else ""
        request = head.encode() + b"\r\n" + data
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            if lost:
                writer.write(request[: self.random.choice([len(request) // 2, len(request)])])
                await writer.drain()
                await asyncio.sleep(self.random.random() * 0.02)
                return None
            writer.write(request)
            return await asyncio.wait_for(self.read(reader, method), PATIENCE)
        finally:
            writer.close()

    async def read(self, stream: asyncio.StreamReader, method: str) -> Response:
        parser = ResponseReader()
        while (response := parser.next(method)) is None:
            data = await stream.read(65_536)
            assert data, "closed instead of an answer"
            parser.feed(data)
        return response

"""Ends TLS before a server that speaks none."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import socket
import ssl
import threading

CHUNK_BYTES = 65_536


class TLSDoor:
    """Who closes on one side is closed upon on the other."""

    def __init__(self, listener: socket.socket, certificate: pathlib.Path, target: str | tuple[str, int]):
        """`certificate`: PEM, with its key in the same file. `target`: a unix socket or an address."""
        self._target = target
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=[listener, context], daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, sock=listener, ssl=context))
        self._loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError), contextlib.closing(writer):
            there, back = await self._connect()
            with contextlib.closing(back):
                ways = [asyncio.create_task(way) for way in (copy(reader, back), copy(there, writer))]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, str):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()

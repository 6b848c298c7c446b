"""Clients of the relay: plain requests, and peers that know the protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .conformance import assert_conforms
from .connection import PATIENCE, Connection
from .http import Response
from .secrets import Secrets, new_code

JSON = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Exchange:
    """A request that was answered."""

    method: str
    target: str
    response: Response


class Client:
    """Sends requests, one a connection unless told otherwise, and checks what holds for every answer."""

    def __init__(
        self, address, secrets: Secrets, host: str | None = None, source: str | None = None, tls=None
    ) -> None:
        """`tls`: by what the relay's certificate is trusted; without it there is no TLS."""
        self.address = address
        self.tls = tls
        self.secrets = secrets
        self.source = source
        self.host = host if host is not None else authority(address)
        self.exchanges: list[Exchange] = []
        self._open: list[Connection] = []

    def connect(self, **options) -> Connection:
        connection = Connection(self.address, source=self.source, tls=self.tls, **options)
        self._open.append(connection)
        return connection

    def encode(self, method: str, target: str, fields=(), body: bytes | None = None, host: str | None = None) -> bytes:
        """The bytes of a request with the fields that every request needs."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host if host is None else host}"]
        lines += [f"{name}: {value}" for name, value in fields]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")

    def start(self, method: str, target: str, fields=(), body: bytes | None = None,
              connection: Connection | None = None, host: str | None = None) -> Pending:
        """Sends a request and does not wait for its answer."""
        own = connection is None
        connection = connection or self.connect()
        connection.send(self.encode(method, target, fields, body, host), method)
        return Pending(self, method, target, connection, own)

    def request(self, method: str, target: str, fields=(), body: bytes | None = None,
                connection: Connection | None = None, host: str | None = None) -> Response:
        return self.start(method, target, fields, body, connection, host).response()

    def get(self, target: str, fields=(), **options) -> Response:
        return self.request("GET", target, fields, **options)

    def post_json(self, target: str, body: object, fields=(), **options) -> Response:
        """Posts a value, or bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.request("POST", target, (JSON, *fields), data, **options)

    def dial(self, code: str, key: str | None = None, old: str | None = None, **options) -> Response:
        fields = [("Idempotency-Key", key)] if key is not None else []
        fields += [("Authorization", f"Bearer {old}")] if old is not None else []
        self.secrets.add(code, code.lower(), key)
        response = self.post_json("/v1/dial", {"code": code}, fields, **options)
        if response.status == 201:
            self.secrets.add(response.json()["token"])
        return response

    def peer(self, code: str | None = None, **options) -> Peer:
        """Dials, and is that peer."""
        response = self.dial(code or new_code(), **options)
        assert response.status == 201, response
        return Peer(self, response.json())

    def pair(self, code: str | None = None) -> tuple[Peer, Peer]:
        """Two peers of one call, the caller first. The caller has not read its `joined` yet."""
        code = code or new_code()
        caller, callee = self.peer(code), self.peer(code)
        assert (caller.role, callee.role) == ("caller", "callee")
        return caller, callee

    def settle(self) -> None:
        """Comes back when the relay has handled what was sent before: it is one loop, and this waits its turn."""
        for _ in range(2):
            assert self.get("/healthz").status == 200

    def close(self) -> None:
        for connection in self._open:
            connection.close()


class ClientInside(Client):
    """A client in another network: `network.inside()` is where its sockets are made."""

    def __init__(self, network, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self._network = network

    def connect(self, **options) -> Connection:
        with self._network.inside():
            return super().connect(**options)


class Pending:
    """A request whose answer is still to come, such as a held poll."""

    def __init__(self, client: Client, method: str, target: str, connection: Connection, own: bool) -> None:
        self.client, self.method, self.target, self.connection, self._own = client, method, target, connection, own

    def response(self, patience: float = PATIENCE) -> Response:
        response = self.connection.response(patience)
        if self._own:
            self.connection.close()
        assert_conforms(self.method, self.target, response)
        self.client.exchanges.append(Exchange(self.method, self.target, response))
        return response

    def is_held(self) -> bool:
        return self.connection.is_silent()


class Peer:
    """One side of a call. It keeps count of its messages, and of the events that it has handled."""

    def __init__(self, client: Client, dialled: dict) -> None:
        self.client = client
        self.token: str = dialled["token"]
        self.role: str = dialled["role"]
        self.cursor = 0

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        return (("Authorization", f"Bearer {self.token}"),)

    def hold(self, after: int | None = None, fields=(), connection: Connection | None = None) -> Pending:
        """Begins a poll that may be held."""
        target = f"/v1/events?after={self.cursor if after is None else after}"
        return self.client.start("GET", target, (*self.fields, *fields), connection=connection)

    def poll(self, after: int | str | None = None, connection: Connection | None = None) -> Response:
        """A poll that is answered at once."""
        target = f"/v1/events?after={self.cursor if after is None else after}"
        return self.client.get(target, (*self.fields, ("Prefer", "wait=0")), connection=connection)

    def read(self) -> list[dict]:
        """What there is to read above the cursor; the next call acknowledges it."""
        response = self.poll()
        return self.take(response) if response.status == 200 else self._nothing(response)

    def take(self, response: Response) -> list[dict]:
        """The events of an answer, handled: each has the next `seq`."""
        assert response.status == 200, response
        events = response.json()["events"]
        assert [event["seq"] for event in events] == list(range(self.cursor + 1, self.cursor + 1 + len(events)))
        self.cursor = events[-1]["seq"]
        return events

    def post(self, *messages: object, **options) -> Response:
        for message in messages:
            self.client.secrets.add_message(message)
        return self.client.post_json("/v1/messages", {"messages": list(messages)}, self.fields, **options)

    def post_bytes(self, body: bytes) -> Response:
        return self.client.post_json("/v1/messages", body, self.fields)

    def leave(self, reason: str = "hangup") -> Response:
        return self.client.post_json("/v1/leave", {"reason": reason}, self.fields)

    def _nothing(self, response: Response) -> list[dict]:
        assert response.status == 204, response
        return []


def authority(address) -> str:
    """The Host that a browser would send for an address."""
    if isinstance(address, str):
        return "localhost"
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

"""What schemathesis has to be told beside docs/openapi.yaml: where tokens come from, and what whole numbers look like."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import requests
import schemathesis

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.messages import candidate, offer  # noqa: E402


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/v1/")
class Peers:
    """Each request is that of a peer of its own: by turns a caller who has been joined, and a callee who has an offer. So
    there is something to read at once, and the next id is 1."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.sides = itertools.cycle(("caller", "callee"))
        self.codes = (f"code of call {number}" for number in itertools.count())

    def get(self, case, context) -> str:
        code, base = next(self.codes), context.operation.schema.get_base_url()
        caller, callee = (self.post(f"{base}/v1/dial", {"code": code}, 201).json()["token"] for _ in range(2))
        if next(self.sides) == "caller":
            return caller
        self.post(f"{base}/v1/messages", {"messages": [offer(1), candidate(2)]}, 204, Authorization=f"Bearer {caller}")
        return callee

    def set(self, case, data: str, context) -> None:
        case.headers["Authorization"] = f"Bearer {data}"

    def post(self, url: str, body: object, status: int, **fields: str) -> requests.Response:
        response = self.session.post(url, json=body, headers=fields, timeout=10)
        assert response.status_code == status, response.text
        return response


@schemathesis.hook
def map_body(context, body):
    """1.0 is an integer to JSON Schema; the relay wants digits."""
    if isinstance(body, dict) and isinstance(body.get("messages"), list):
        for message in body["messages"]:
            if isinstance(message, dict) and isinstance(id := message.get("id"), float) and id.is_integer():
                message["id"] = int(id)
    return body

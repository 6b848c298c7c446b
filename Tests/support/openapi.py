"""The OpenAPI document as a judge of recorded exchanges."""

from __future__ import annotations

import yaml
from jsonschema import Draft202012Validator

from .client import Exchange
from .daemon import REPOSITORY
from .http import Response

PATH = REPOSITORY / "docs/openapi.yaml"
METHODS = ("get", "head", "post", "put", "delete", "patch", "options")


class Document:
    """docs/openapi.yaml, with its references followed."""

    def __init__(self) -> None:
        self.content = yaml.safe_load(PATH.read_text(encoding="utf-8"))

    def pairs(self) -> set[tuple[str, str]]:
        """Every declared pair of operation and status."""
        return {(name, status) for name, operation in self.operations().items() for status in operation["responses"]}

    def operations(self) -> dict[str, dict]:
        return {operation["operationId"]: operation
                for path in self.content["paths"].values()
                for method, operation in path.items() if method in METHODS}

    def examples(self, name: str) -> list[object]:
        """The request bodies that the document shows for an operation."""
        body = self.operations()[name]["requestBody"]["content"]["application/json"]
        return [example["value"] for example in body["examples"].values()]

    def judge(self, exchange: Exchange) -> tuple[str, str]:
        """Holds a response against its declaration, and says which pair of operation and status it was."""
        path = exchange.target.split("?")[0]
        operation = self.content["paths"][path][exchange.method.lower()]
        status = str(exchange.response.status)
        if status not in operation["responses"]:
            status = "default"
        declared = self.resolve(operation["responses"][status])
        self.judge_fields(declared, exchange.response)
        self.judge_body(declared, exchange)
        return operation["operationId"], status

    def judge_fields(self, declared: dict, response: Response) -> None:
        for name, reference in declared.get("headers", {}).items():
            header = self.resolve(reference)
            value = response.header(name)
            assert value is not None or not header.get("required"), f"{name} is missing: {response}"
            self.validate(header["schema"], value)

    def judge_body(self, declared: dict, exchange: Exchange) -> None:
        response, content = exchange.response, declared.get("content")
        if content is None or exchange.method == "HEAD":
            assert response.body == b"", response
            return
        media_type = (response.header("Content-Type") or "").split(";")[0]
        assert media_type in content, response
        # What is no JSON is a string to the document, bytes that are no text included.
        body = response.json() if media_type.endswith("json") else response.body.decode(errors="replace")
        self.validate(content[media_type]["schema"], body)

    def validate(self, schema: dict, value: object) -> None:
        Draft202012Validator(schema | {"components": self.content["components"]}).validate(value)

    def resolve(self, entry: dict) -> dict:
        """What a reference within the document stands for."""
        while "$ref" in entry:
            found = self.content
            for part in entry["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            entry = found
        return entry

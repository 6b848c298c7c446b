"""docs/openapi.yaml and the daemon say the same: each answer is declared, and each declaration is answered."""

from socket import gethostname

import jsonschema
import openapi_walk as walk
import pytest
from openapi_spec_validator import validate

from support.client import Exchange
from support.conformance import CODES
from support.openapi import Document
from support.tls import Secure

# Declared pairs of operation and status that no client can bring about here, with the reason.
NOT_EXERCISED: dict[tuple[str, str], str] = {
    ("page", "302"): "only other machines are sent there: Tests/host/test_trust.py",
    ("health", "503"): "only for a moment, while the relay ends",
    ("healthHead", "503"): "the same",
    ("page", "307"): "only other machines are sent on, where certificates come from files",
}


@pytest.fixture(scope="module")
def document():
    return Document()


@pytest.fixture
def exchanges(start) -> list[Exchange]:
    """All that was answered in a walk through the protocol."""
    steps = [
        (walk.whole_call, {}), (walk.errors_of_the_protocol, {}), (walk.errors_of_every_operation, {}),
        (walk.mailbox_full, {"mailbox_events": 2}), (walk.too_many_dials, {"dials_per_minute": 1}),
        (walk.overloaded, {"connections": 1}),
    ]
    found = []
    for step, limits in steps:
        client = start(limits=limits, ice_servers=[{"urls": ["stun:stun.example.org:3478"]}]).client()
        step(client)
        found += client.exchanges
    return found + walk.stopping(start())


@pytest.fixture
def exchanges_beside(start, tmp_path) -> list[Exchange]:
    """What is answered beside the protocol, without HTTPS, with it, and over plain HTTP at its side."""
    plain = start().client()
    walk.beside_the_protocol(plain, f"{gethostname().split('.')[0]}.local")
    web = tmp_path / "web"
    (web / "trust").mkdir(parents=True)
    (web / "trust/index.html").write_text("welcome")
    secure = Secure(start, tmp_path, web_root=str(web))
    clients = [secure.client(), secure.plain_client()]
    for client in clients:
        walk.trust(client)
    return [exchange for client in [plain, *clients] for exchange in client.exchanges]


def test_the_document_is_openapi(document):
    validate(document.content)
    assert document.content["openapi"].startswith("3.1.")


def test_every_answer_is_as_declared_and_every_declaration_is_answered(document, exchanges, exchanges_beside):
    met = {document.judge(exchange) for exchange in exchanges + exchanges_beside}
    assert len(exchanges) > 70
    assert document.pairs() - met == set(NOT_EXERCISED)
    assert not met & set(NOT_EXERCISED), "these are exercised after all"


def test_every_word_of_the_error_table_is_declared(document):
    text = str(document.content)
    for status, codes in CODES.items():
        for code in codes:
            assert f"'{code}'" in text, f"{status} {code}"


@pytest.mark.parametrize("name, target, status", [("dial", "/v1/dial", 201), ("messages", "/v1/messages", 204),
                                                   ("leave", "/v1/leave", 204)])
def test_the_examples_are_taken(client, document, name, target, status):
    for example in document.examples(name):
        fields = client.peer().fields if name != "dial" else ()
        schema = document.operations()[name]["requestBody"]["content"]["application/json"]["schema"]
        document.validate(schema, example)
        assert client.post_json(target, example, fields).status == status


def test_the_judge_can_say_no(document, client):
    client.peer().poll()
    dialled, polled = client.exchanges
    document.judge(dialled)
    with pytest.raises(AssertionError):
        document.judge(Exchange("GET", "/v1/events", dialled.response))
    with pytest.raises(AssertionError):
        document.judge(Exchange("POST", "/v1/dial", polled.response))
    with pytest.raises(jsonschema.ValidationError):
        document.validate({"$ref": "#/components/schemas/Event"}, {"seq": 1, "type": "joined", "more": 1})
    with pytest.raises(jsonschema.ValidationError):
        document.validate({"$ref": "#/components/schemas/Event"}, {"seq": 1, "type": "left"})

"""What an operator reads: the entries of a call, their fields, and what the catalog says of them."""

import re

import pytest

from support.messages import answer, candidate, end_of_candidates, offer
from support.secrets import new_code

CATALOGS = {"en": "holdline.catalog", "ru": "holdline.ru.catalog"}


def entries(host, **fields) -> list[dict]:
    return host.journal(_SYSTEMD_UNIT="holdline.service", SYSLOG_IDENTIFIER="holdline", **fields)


def call(client) -> None:
    """A whole call, as two pages make it."""
    caller, callee = client.pair()
    assert caller.post(offer(1), candidate(2), end_of_candidates(3)).status == 204
    assert [event["type"] for event in callee.read()] == ["offer", "candidate", "candidate"]
    assert callee.post(answer(1), end_of_candidates(2)).status == 204
    assert [event["type"] for event in caller.read()] == ["joined", "answer", "candidate"]
    for peer in (caller, callee):
        assert peer.leave("connected").status == 204


def test_a_call_reads_like_a_story(host):
    call(host.client())
    told = [entry for entry in entries(host) if "CALL_ID" in entry]
    assert len({entry["CALL_ID"] for entry in told}) == 1
    name = told[0]["CALL_ID"]
    assert all(name in entry["MESSAGE"] for entry in told)
    assert any(re.search(rf"call {name} connected in [0-9.]+ m?s", entry["MESSAGE"]) for entry in told)
    connected, = [entry for entry in told if "SETUP_MS" in entry]
    assert re.fullmatch(r"\d+", connected["SETUP_MS"])
    assert {entry["PEER_ROLE"] for entry in told if "PEER_ROLE" in entry} <= {"caller", "callee"}
    assert len(told) <= 8, "one line a step, none a message"


def test_a_call_can_be_asked_for_by_its_fields(host):
    client = host.client()
    call(client)
    lonely = client.peer()
    assert lonely.leave("hangup").status == 204
    ids = {entry["CALL_ID"] for entry in entries(host) if "CALL_ID" in entry}
    assert len(ids) == 2
    for one in ids:
        assert {entry["CALL_ID"] for entry in entries(host, CALL_ID=one)} == {one}
    left = [entry for entry in entries(host) if entry.get("REASON") == "hangup"]
    assert [entry["PEER_ROLE"] for entry in left] == ["caller"]


def test_every_entry_has_its_kind_and_its_weight(host):
    """Also what a library says for itself would be seen here: it has no kind."""
    call(host.client())
    host.reload()
    host.run("systemctl", "restart", "holdline.service")
    told = [entry for entry in host.journal(_SYSTEMD_UNIT="holdline.service") if entry["MESSAGE"] != "configuration OK"]
    assert told
    for entry in told:
        assert re.fullmatch(r"[0-9a-f]{32}", entry.get("MESSAGE_ID", "")), entry
        assert entry["SYSLOG_IDENTIFIER"] == "holdline"
        assert entry["PRIORITY"] in "34567"


def catalog(host, language: str) -> dict[str, str]:
    """The texts of a catalog file by message id."""
    text = host.path(f"/usr/lib/systemd/catalog/{CATALOGS[language]}").read_text(encoding="utf-8")
    parts = re.split(r"^-- ([0-9a-f]{32}).*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def test_the_catalog_explains_each_kind_in_both_languages(host):
    english, russian = catalog(host, "en"), catalog(host, "ru")
    assert english and english.keys() == russian.keys()
    for text in (*english.values(), *russian.values()):
        assert re.search(r"^Subject: \S", text, re.MULTILINE)
    assert all(re.search("[а-я]", text) for text in russian.values())
    call(host.client())
    host.run("journalctl", "--sync")
    assert {entry["MESSAGE_ID"] for entry in entries(host) if "MESSAGE_ID" in entry} <= english.keys()


def test_journalctl_shows_the_catalog_beside_the_lines(host):
    call(host.client())
    host.run("journalctl", "--sync")
    shown = host.run("journalctl", "--catalog", "--no-pager", "SYSLOG_IDENTIFIER=holdline")
    assert "Defined-By: holdline" in shown
    # A field that an entry does not have would stand there by its name.
    assert re.findall(r"@[A-Z_]+@", shown) == []


def test_refusals_are_counted_and_not_repeated(host):
    host.configure("[limits]\ndials_per_minute = 1\n")
    host.run("systemctl", "restart", "holdline.service")
    client = host.client()
    assert [client.dial(new_code()).status for _ in range(50)].count(429) == 49
    refused = [entry for entry in entries(host) if entry.get("LIMIT", "").endswith("dials_per_minute")]
    assert 1 <= len(refused) <= 2
    assert refused[0]["CLIENT"] == "127.0.0.1"


@pytest.mark.parametrize("code", ["\x1b[31mred", "‮right to left", "line\nbreak"], ids=["escape", "bidi", "newline"])
def test_what_a_client_sends_does_not_get_into_the_journal_raw(host, code):
    host.client().request("GET", "/", fields=[("User-Agent", code.encode("unicode_escape").decode())])
    host.client().post_json("/v1/dial", {"code": code})
    for entry in entries(host):
        assert isinstance(entry["MESSAGE"], str), "journald gives bytes where there is something to escape"
        assert not re.search(r"[\x00-\x1f\x7f‪-‮⁦-⁩]", entry["MESSAGE"])

"""`POST /v1/dial`: roles, codes as people type them, the old token."""

import re

import pytest

from support.conformance import assert_refused
from support.messages import offer
from support.secrets import new_code

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def test_the_answer_has_what_a_client_needs(client):
    response = client.dial(new_code())
    assert response.status == 201
    assert response.header("Content-Type") == "application/json"
    body = response.json()
    assert set(body) == {"token", "role", "iceServers", "pollSeconds"}
    assert TOKEN.fullmatch(body["token"]), "256 bits in base64url without padding"
    assert body["iceServers"] == []
    assert body["pollSeconds"] == 25


def test_every_peer_has_a_token_of_its_own(client):
    tokens = {client.peer().token for _ in range(50)}
    assert len(tokens) == 50


def test_ice_servers_and_poll_seconds_are_those_of_the_file(start):
    servers = [
        {"urls": ["stun:stun.example.org:3478"]},
        {"urls": ["turn:turn.example.org", "turns:turn.example.org"], "username": "u\"1", "credential": "pass\\é"},
    ]
    client = start(ice_servers=servers, relay={"poll_seconds": 7}).client()
    body = client.dial(new_code()).json()
    assert body["iceServers"] == servers
    assert body["pollSeconds"] == 7


def test_first_waits_second_joins_third_starts_anew(client):
    code = new_code()
    roles = [client.peer(code).role for _ in range(4)]
    assert roles == ["caller", "callee", "caller", "callee"]


def test_the_caller_reads_joined_and_the_callee_nothing(client):
    caller, callee = client.pair()
    assert caller.read() == [{"seq": 1, "type": "joined"}]
    assert callee.read() == []


def test_other_codes_do_not_meet(client):
    assert [client.peer(new_code()).role for _ in range(5)] == ["caller"] * 5


SAME = [
    ("capitals", "Blue River {}", "blue river {}"),
    ("all capitals", "BLUE RIVER {}", "blue river {}"),
    ("space around", "  blue river {} ", "blue river {}"),
    ("tabs and line ends around", "\t\r\nblue river {}\n", "blue river {}"),
    ("inner runs of space", "blue \t  river {}", "blue river {}"),
    ("a line end inside", "blue\nriver {}", "blue river {}"),
    ("no-break space", "blue\u00a0river {}", "blue river {}"),
    ("em and ideographic space", "\u3000blue\u2003river {}", "blue river {}"),
    ("composed and decomposed", "caf\u00e9 {}", "cafe\u0301 {}"),
    ("marks in another order", "q\u0307\u0323 {}", "q\u0323\u0307 {}"),
    ("hangul", "\ud55c\uae00 {}", "\u1112\u1161\u11ab\u1100\u1173\u11af {}"),
    ("capital with a mark", "\u00c9t\u00e9 {}", "e\u0301t\u00e9 {}"),
    ("cyrillic capitals", "\u041f\u0440\u0438\u0432\u0435\u0442 {}", "\u043f\u0440\u0438\u0432\u0435\u0442 {}"),
    ("the kelvin sign", "\u212a {}", "k {}"),
]


@pytest.mark.parametrize("first, second", [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_codes_that_people_mean_alike_meet(client, first, second):
    tail = new_code()
    assert client.peer(first.format(tail)).role == "caller"
    assert client.peer(second.format(tail)).role == "callee"


OTHER = [
    ("no space at all", "blue river {}", "blueriver {}"),
    ("an accent", "caf\u00e9 {}", "cafe {}"),
    ("compatibility forms", "\ufb01sh {}", "fish {}"),
    ("punctuation", "blue-river {}", "blue river {}"),
    ("a zero-width joiner is no space", "blue\u200dfish {}", "blue fish {}"),
]


@pytest.mark.parametrize("first, second", [row[1:] for row in OTHER], ids=[row[0] for row in OTHER])
def test_codes_that_differ_do_not_meet(client, first, second):
    tail = new_code()
    assert client.peer(first.format(tail)).role == "caller"
    assert client.peer(second.format(tail)).role == "caller"


@pytest.mark.parametrize("code", [
    "x", "x" * 128, "\U0001f41f" * 128, "e\u0301" * 128, " " * 100 + "x" * 128 + " " * 100, "\u1112\u1161\u11ab" * 128,
], ids=["one", "128", "128 beyond the first plane", "128 once composed", "128 once trimmed", "128 hangul composed"])
def test_codes_of_1_to_128_scalars_are_taken(client, code):
    assert client.dial(code).status == 201


@pytest.mark.parametrize("code", [
    "", " ", "\t\n\u3000", "x" * 129, "\U0001f41f" * 129, "e\u0301" * 129, "q\u0323" * 65,
], ids=["empty", "space", "white space", "129", "129 beyond the first plane", "129 composed",
        "130 with marks that do not compose"])
def test_codes_out_of_bounds_are_refused(client, code):
    assert_refused(client.dial(code), 400, "invalid-request")


@pytest.mark.parametrize("body", [
    b"{}", b'{"code": 7}', b'{"code": null}', b'{"code": ["a"]}', b"[]", b'"code"', b"null",
    b'{"code": "first word", "code": "second word"}', b'{"Code": "case counts"}',
], ids=lambda body: body.decode())
def test_a_body_without_one_code_is_refused(client, body):
    assert_refused(client.post_json("/v1/dial", body), 400, "invalid-request")


def test_escapes_and_unknown_members_are_read_as_json(client):
    tail = new_code()
    client.secrets.add(tail)
    first = client.post_json("/v1/dial", b'{"\\u0063ode": "\\u0411\\ud83d\\udc1f %s", "more": [1]}' % tail.encode())
    assert first.json()["role"] == "caller"
    assert client.peer(f"б🐟 {tail}").role == "callee"


def test_dialling_with_the_old_token_leaves_first(client):
    code = new_code()
    caller, callee = client.pair(code)
    again = client.peer(code, old=caller.token)
    assert again.role == "caller", "it never meets its own ghost"
    assert callee.read() == [{"seq": 1, "type": "left", "reason": "hangup"}]
    assert_refused(caller.poll(), 401, "invalid-token")
    assert client.peer(code).role == "callee"


def test_a_waiting_caller_that_dials_again_does_not_join_itself(client):
    code = new_code()
    ghost = client.peer(code)
    assert client.peer(code, old=ghost.token).role == "caller"
    assert_refused(ghost.poll(), 401, "invalid-token")


def test_a_poll_held_with_the_old_token_is_answered(client):
    caller = client.peer()
    held = caller.hold()
    client.settle()
    client.peer(old=caller.token)
    assert_refused(held.response(), 401, "invalid-token")


def test_an_unknown_old_token_is_passed_over(client):
    left = client.peer()
    assert left.leave().status == 204
    for old in (left.token, "A" * 43, "short", "not/base64url=="):
        assert client.dial(new_code(), old=old).status == 201


def test_a_refused_dial_leaves_nothing(client):
    caller, callee = client.pair()
    assert_refused(client.dial("", old=caller.token), 400, "invalid-request")
    assert_refused(client.dial(new_code(), key="short", old=caller.token), 400, "invalid-request")
    assert caller.read() == [{"seq": 1, "type": "joined"}]
    assert callee.read() == []
    assert caller.post(offer(1)).status == 204
    assert callee.read()[0]["type"] == "offer"


def test_a_dial_refused_for_want_of_room_leaves_nothing(start):
    client = start(limits={"calls": 2}).client()
    caller, callee = client.pair()
    client.peer()
    assert_refused(client.dial(new_code(), old=caller.token), 503, "overloaded")
    assert caller.read() == [{"seq": 1, "type": "joined"}]
    assert callee.read() == []

"""The `Idempotency-Key` of a dial: a retry after a lost reply dials once."""

import pytest

from support.conformance import assert_refused
from support.messages import offer
from support.secrets import new_code, new_key


def test_a_repeat_gives_the_same_token_and_dials_nothing(client):
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    assert client.dial(code, key=key).json() == first
    assert first["role"] == "caller"
    assert client.peer(code).role == "callee", "the repeat has not taken the second place"
    assert client.dial(code, key=key).json() == first, "nor does one after the other peer has joined"


def test_a_repeat_is_not_counted_as_a_dial(start):
    client = start(limits={"dials_per_minute": 1}).client()
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    for _ in range(3):
        assert client.dial(code, key=key).json() == first
    assert_refused(client.dial(code, key=new_key()), 429, "too-many-dials")


def test_a_callee_repeats_as_callee(client):
    code, key = new_code(), new_key()
    caller = client.peer(code)
    first = client.dial(code, key=key).json()
    assert first["role"] == "callee"
    assert client.dial(code, key=key).json() == first
    assert caller.read() == [{"seq": 1, "type": "joined"}], "joined once"


def test_codes_are_compared_folded(client):
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    assert client.dial(f"  {code.upper()} ", key=key).json() == first


def test_another_code_with_the_same_key_is_refused(client):
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    assert_refused(client.dial(new_code(), key=key), 422, "key-reused")
    assert client.dial(code, key=key).json() == first, "the error has lost nothing"


def test_many_at_once_dial_once(client):
    code, key = new_code(), new_key()
    body = b'{"code": "%s"}' % code.encode()
    fields = (("Content-Type", "application/json"), ("Idempotency-Key", key))
    client.secrets.add(code, key)
    pending = [client.start("POST", "/v1/dial", fields, body) for _ in range(30)]
    answers = [each.response().json() for each in pending]
    client.secrets.add(answers[0]["token"])
    assert all(answer == answers[0] for answer in answers)
    assert client.peer(code).role == "callee"


def test_a_key_whose_token_is_dead_dials_anew(client):
    code, key = new_code(), new_key()
    first = client.peer(code, key=key)
    assert first.leave().status == 204
    second = client.peer(code, key=key)
    assert second.role == "caller" and second.token != first.token
    assert second.read() == []


def test_a_repeat_leaves_no_old_call(client):
    code, key = new_code(), new_key()
    first = client.dial(code, key=key).json()
    caller, callee = client.pair()
    assert client.dial(code, key=key, old=caller.token).json() == first
    assert caller.read() == [{"seq": 1, "type": "joined"}]
    assert callee.read() == []


def test_a_retry_that_names_its_old_call_both_times_replaces_once(client):
    code, key = new_code(), new_key()
    caller, callee = client.pair(code)
    first = client.dial(code, key=key, old=caller.token).json()
    assert first["role"] == "caller"
    assert client.dial(code, key=key, old=caller.token).json() == first
    assert callee.read() == [{"seq": 1, "type": "left", "reason": "hangup"}]


def test_another_code_with_the_same_key_leaves_no_old_call(client):
    key = new_key()
    client.peer(key=key)
    caller, callee = client.pair()
    assert_refused(client.dial(new_code(), key=key, old=caller.token), 422, "key-reused")
    assert callee.read() == []
    assert caller.post(offer(1)).status == 204


@pytest.mark.parametrize("key", ["k" * 22, "k" * 64, "!" + "~" * 21, "a,b;c=\"d\"e/f\\ghijklmnopqr"],
                         ids=["22", "64", "edges of ASCII", "marks"])
def test_keys_of_the_form_are_taken(client, key):
    assert client.dial(new_code(), key=key).status == 201


@pytest.mark.parametrize("key", ["", "k" * 21, "k" * 65, "k" * 11 + " " + "k" * 11, "k" * 21 + "\u00e9"],
                         ids=["empty", "21", "65", "a space inside", "beyond ASCII"])
def test_keys_of_another_form_are_refused(client, key):
    assert_refused(client.dial(new_code(), key=key), 400, "invalid-request")


def test_two_keys_are_refused(client):
    code = new_code()
    fields = (("Idempotency-Key", new_key()), ("Idempotency-Key", new_key()))
    client.secrets.add(code, *(value for _, value in fields))
    assert_refused(client.post_json("/v1/dial", {"code": code}, fields), 400, "invalid-request")

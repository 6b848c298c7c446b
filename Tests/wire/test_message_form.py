"""The form of a posted message: what is no JSON, what is no message, and what is relayed byte for byte."""

import json

import pytest

from support.conformance import assert_refused
from support.messages import offer

GOOD_OFFER = '{"id":1,"type":"offer","data":{"type":"offer","sdp":"v=0"}}'


def batch(*messages: str) -> bytes:
    return ('{"messages":[' + ",".join(messages) + "]}").encode()


def offer_with(data: str) -> bytes:
    return batch('{"id":1,"type":"offer","data":' + data + "}")


def candidate_with(data: str) -> bytes:
    return batch(GOOD_OFFER, '{"id":2,"type":"candidate","data":' + data + "}")


NO_JSON = {
    "nothing": b"",
    "space": b"  ",
    "cut": b'{"messages":[',
    "trailing": batch(GOOD_OFFER) + b"x",
    "two values": batch(GOOD_OFFER) + b"{}",
    "trailing comma": b'{"messages":[' + GOOD_OFFER.encode() + b",]}",
    "single quotes": b"{'messages':[]}",
    "comment": b"/* */" + batch(GOOD_OFFER),
    "byte order mark": b"\xef\xbb\xbf" + batch(GOOD_OFFER),
    "NaN": candidate_with('{"n":NaN}'),
    "leading zero": candidate_with('{"n":01}'),
    "plus": candidate_with('{"n":+1}'),
    "bare point": candidate_with('{"n":1.}'),
    "raw control": candidate_with('{"n":"\x01"}'),
    "raw line end": candidate_with('{"n":"a\nb"}'),
    "unknown escape": candidate_with(r'{"n":"\x41"}'),
    "cut escape": candidate_with(r'{"n":"\u12"}'),
    "lone high surrogate": candidate_with(r'{"n":"\ud800"}'),
    "lone low surrogate": candidate_with(r'{"n":"\udc00"}'),
    "swapped surrogates": candidate_with(r'{"n":"\udc00\ud800"}'),
    "high surrogate and a letter": candidate_with(r'{"n":"\ud800a"}'),
    "lone surrogate in a name": candidate_with(r'{"\ud800":1}'),
    "stray byte": candidate_with('{"n":"@"}').replace(b"@", b"\xff"),
    "overlong": candidate_with('{"n":"@"}').replace(b"@", b"\xc0\xaf"),
    "encoded surrogate": candidate_with('{"n":"@"}').replace(b"@", b"\xed\xa0\x80"),
    "beyond Unicode": candidate_with('{"n":"@"}').replace(b"@", b"\xf4\x90\x80\x80"),
    "cut UTF-8": candidate_with('{"n":"@"}').replace(b"@", b"\xe2\x82"),
    "UTF-16": batch(GOOD_OFFER).decode().encode("utf-16-le"),
    "NUL behind": batch(GOOD_OFFER) + b"\0",
    "form feed": b"\x0c" + batch(GOOD_OFFER),
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_refused(client, body):
    caller, callee = client.pair()
    assert_refused(caller.post_bytes(body), 400, "invalid-json")
    assert callee.read() == []


NO_MESSAGE = {
    "no object": batch("1"),
    "empty object": batch("{}"),
    "no id": batch('{"type":"offer","data":{"type":"offer","sdp":""}}'),
    "id 0": batch(GOOD_OFFER.replace('"id":1', '"id":0')),
    "id below 0": batch(GOOD_OFFER.replace('"id":1', '"id":-1')),
    "id with a fraction": batch(GOOD_OFFER.replace('"id":1', '"id":1.5')),
    "id as text": batch(GOOD_OFFER.replace('"id":1', '"id":"1"')),
    "id null": batch(GOOD_OFFER.replace('"id":1', '"id":null')),
    "id twice": batch(GOOD_OFFER.replace('"id":1', '"id":1,"id":1')),
    "id twice by escape": batch(GOOD_OFFER.replace('"id":1', r'"id":1,"\u0069d":2')),
    "no type": batch('{"id":1,"data":{"type":"offer","sdp":""}}'),
    "unknown type": batch('{"id":1,"type":"bye","data":{}}'),
    "type joined": batch('{"id":1,"type":"joined","data":{}}'),
    "type left": batch('{"id":1,"type":"left","data":{}}'),
    "type in capitals": batch('{"id":1,"type":"Offer","data":{"type":"Offer","sdp":""}}'),
    "type no text": batch('{"id":1,"type":1,"data":{"type":"offer","sdp":""}}'),
    "type twice": batch(GOOD_OFFER.replace('"type":"offer","data"', '"type":"offer","type":"offer","data"')),
    "no data": batch('{"id":1,"type":"offer"}'),
    "data twice": batch(GOOD_OFFER[:-1] + ',"data":{"type":"offer","sdp":"v=0"}}'),
    "offer null": offer_with("null"),
    "offer text": offer_with('"v=0"'),
    "offer list": offer_with('[{"type":"offer","sdp":""}]'),
    "offer without type": offer_with('{"sdp":""}'),
    "offer that says answer": offer_with('{"type":"answer","sdp":""}'),
    "offer that says rollback": offer_with('{"type":"rollback","sdp":""}'),
    "offer without sdp": offer_with('{"type":"offer"}'),
    "sdp null": offer_with('{"type":"offer","sdp":null}'),
    "sdp number": offer_with('{"type":"offer","sdp":7}'),
    "inner type twice": offer_with('{"type":"offer","type":"offer","sdp":""}'),
    "sdp twice": offer_with('{"type":"offer","sdp":"","sdp":""}'),
    "sdp twice by escape": offer_with(r'{"type":"offer","sdp":"","s\u0064p":""}'),
    "candidate text": candidate_with('"candidate:1"'),
    "candidate number": candidate_with("1"),
    "candidate false": candidate_with("false"),
    "candidate list": candidate_with("[]"),
    "candidate without data": batch(GOOD_OFFER, '{"id":2,"type":"candidate"}'),
}


@pytest.mark.parametrize("body", NO_MESSAGE.values(), ids=NO_MESSAGE.keys())
def test_what_is_no_message_is_refused(client, body):
    caller, callee = client.pair()
    assert_refused(caller.post_bytes(body), 400, "invalid-message")
    assert callee.read() == [], "not even the good message beside it"


NO_BATCH = {
    "list": b"[]",
    "text": b'"messages"',
    "null": b"null",
    "no messages": b"{}",
    "messages null": b'{"messages":null}',
    "messages no list": b'{"messages":{}}',
    "no message": b'{"messages":[]}',
    "messages twice": b'{"messages":[%s],"messages":[%s]}' % (GOOD_OFFER.encode(), GOOD_OFFER.encode()),
}


@pytest.mark.parametrize("body", NO_BATCH.values(), ids=NO_BATCH.keys())
def test_a_body_without_a_list_of_messages_is_refused(client, body):
    assert_refused(client.peer().post_bytes(body), 400, "invalid-message")


RELAYED = {
    "white space": ' { "candidate"\t:\r\n "x" , "a" : [ 1 , 2 ] } '.strip(),
    "unknown members": '{"candidate":"x","future":{"deep":[[[{}]]],"true":false},"usernameFragment":null}',
    "empty object": "{}",
    "twice in what the relay does not read": '{"a":1,"a":2,"type":"x","type":"y","sdp":1,"sdp":2}',
    "numbers": '{"n":[1e5,1E+5,1.0,-0,-0.0,0.1e-7,123456789012345678901234567890,1e400]}',
    "escapes": r'{"s":"\/\b\f\n\r\t\"\\\u00e9\u00E9\ud83d\udc1f\u0000"}',
    "raw text": '{"s":"é 🐟 \u2028 \u2029 \x7f"}',
    "markup": '{"s":"</script><img src=x onerror=alert(1)>"}',
    "braces in text": r'{"s":"}]{[\"}"}',
    "null": "null",
}


@pytest.mark.parametrize("data", RELAYED.values(), ids=RELAYED.keys())
def test_data_is_relayed_byte_for_byte(client, data):
    caller, callee = client.pair()
    assert caller.post_bytes(candidate_with(data)).status == 204
    response = callee.poll(0)
    assert data.encode() in response.body
    assert response.json()["events"][1]["data"] == json.loads(data)


def test_a_description_is_relayed_byte_for_byte(client):
    data = '{ "more":[0.10],"sdp" : "v=0\\r\\na=\\u00e9" , "t\\u0079pe":"off\\u0065r","x":{"sdp":1,"sdp":2} }'
    caller, callee = client.pair()
    assert caller.post_bytes(offer_with(data)).status == 204
    assert data.encode() in callee.poll(0).body


def test_names_of_a_message_may_be_escaped_and_in_any_order(client):
    message = r'{"data":{"sdp":"v=0","type":"offer"},"more":{"id":9,"id":8},"\u0074ype":"\u006fffer","i\u0064":1}'
    caller, callee = client.pair()
    assert caller.post_bytes(b' { "more" : 1 , "messages" : [ %s ] } \r\n' % message.encode()).status == 204
    assert callee.read() == [{"seq": 1, "type": "offer", "data": {"sdp": "v=0", "type": "offer"}}]


def test_depth_is_bounded(client):
    caller, callee = client.pair()
    assert caller.post_bytes(candidate_with('{"d":' + "[" * 8 + "]" * 8 + "}")).status == 204
    assert len(callee.read()) == 2
    too_deep = '{"id":3,"type":"candidate","data":{"d":' + "[" * 20_000 + "]" * 20_000 + "}}"
    response = caller.post_bytes(batch(too_deep))
    assert response.status == 400, response
    assert callee.read() == []


def test_the_events_of_a_reply_are_one_json_value(client):
    caller, callee = client.pair()
    caller.post(offer(1))
    assert set(callee.poll(0).json()) == {"events"}

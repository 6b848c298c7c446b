"""The proxy that loses replies: that it does what the tests behind it rely on, and what the page makes of it."""

import http.client
import time

import pytest

# What the browser complains of when a reply is lost. A leave that is said again is answered 401, a poll that the relay
# still holds for the page's former request 409.
LOST_REPLIES = "ERR_(EMPTY_RESPONSE|CONNECTION_RESET|CONNECTION_CLOSED|CONTENT_LENGTH_MISMATCH)|status of (401|409)"


class Caller:
    """Asks over one connection, and over a new one when that is gone."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, method: str, path: str, body: str | None = None, token: str = "") -> tuple[int, bytes] | None:
        """None: no whole answer came."""
        fields = {"Authorization": f"Bearer {token}"} if token else {}
        fields |= {"Content-Type": "application/json"} if body else {}
        try:
            self._connection.request(method, path, body, fields)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return None

    def dial(self, word: str) -> str | None:
        answer = self.ask("POST", "/v1/dial", f'{{"code": "{word}"}}')
        return None if answer is None else answer[1].decode().split('"token":"')[1].split('"')[0]


@pytest.fixture
def caller(proxy):
    return Caller(proxy.port)


def test_every_third_reply_is_lost_and_its_request_is_not(proxy, caller):
    proxy.lose_every = 3
    token = caller.dial("plum")
    assert token is not None and caller.dial("pear") is not None
    assert caller.ask("POST", "/v1/leave", '{"reason": "hangup"}', token) is None
    # The relay has acted: the token is dead.
    assert caller.ask("GET", "/v1/events", token=token)[0] == 401
    assert caller.dial("fig") is not None
    assert caller.dial("date") is None
    assert proxy.lost == ["POST /v1/leave", "POST /v1/dial"]
    assert len(proxy.passed) == 4


def test_files_are_not_lost(proxy, caller):
    proxy.lose_every = 1
    assert caller.ask("GET", "/")[0] == 200
    assert caller.ask("GET", "/main.js")[0] == 200
    assert proxy.lost == []


def test_delay(proxy, caller):
    proxy.delay_seconds = 0.3
    begun_at = time.monotonic()
    assert caller.ask("GET", "/")[0] == 200
    assert time.monotonic() - begun_at >= 0.3


def test_away(proxy, caller):
    assert caller.ask("GET", "/")[0] == 200
    proxy.is_away = True
    assert caller.ask("GET", "/") is None
    assert caller.ask("GET", "/") is None
    proxy.is_away = False
    assert caller.ask("GET", "/")[0] == 200


def test_calls_come_about_with_every_third_reply_lost(proxy, join, browsers):
    proxy.lose_every = 3
    origin = f"http://127.0.0.1:{proxy.port}"
    ada, bo = [join(browser, tolerated=LOST_REPLIES, origin=origin) for browser in browsers]
    for word in ("quince", "medlar", "sloe"):
        ada.dial(word)
        ada.sees("waiting")
        bo.dial(word)
        for one in (ada, bo):
            one.sees("connected")
            one.sees_frames()
        bo.press("Hang up")
        ada.sees("ended", "The other person hung up.")
        bo.sees("ended")
    assert len(proxy.lost) >= 5, proxy.lost


def test_a_reload_comes_back_with_every_third_reply_lost(proxy, join, browsers):
    origin = f"http://127.0.0.1:{proxy.port}"
    ada, bo = [join(browser, tolerated=LOST_REPLIES, origin=origin) for browser in browsers]
    ada.dial("rowan")
    bo.dial("rowan")
    for one in (ada, bo):
        one.sees("connected")
    proxy.lose_every = 3
    ada.reload()
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()
    assert proxy.lost != []

"""Messages as a browser posts them."""

from __future__ import annotations

import secrets


def sdp() -> str:
    """A session description of its own, so that a test can tell it from any other."""
    return (
        f"v=0\r\no=- {secrets.randbits(62)} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
        f"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
        f"a=ice-ufrag:{secrets.token_hex(4)}\r\na=ice-pwd:{secrets.token_hex(12)}\r\n"
    )


def offer(id: int, text: str | None = None) -> dict:
    return {"id": id, "type": "offer", "data": {"type": "offer", "sdp": sdp() if text is None else text}}


def answer(id: int, text: str | None = None) -> dict:
    return {"id": id, "type": "answer", "data": {"type": "answer", "sdp": sdp() if text is None else text}}


def candidate(id: int, text: str | None = None) -> dict:
    line = f"candidate:{secrets.randbits(31)} 1 udp 2113937151 {secrets.token_hex(8)}.local 40000 typ host"
    return {"id": id, "type": "candidate",
            "data": {"candidate": line if text is None else text, "sdpMid": "0", "sdpMLineIndex": 0}}


def end_of_candidates(id: int) -> dict:
    return {"id": id, "type": "candidate", "data": None}


def padded_candidate(id: int, size: int) -> dict:
    """A candidate whose `data` is `size` bytes in the spelling that `Peer.post` uses."""
    empty = len('{"candidate": ""}')
    return {"id": id, "type": "candidate", "data": {"candidate": "c" * (size - empty)}}


def event_of(message: dict, seq: int) -> dict:
    """The event that the other peer is to read."""
    return {"seq": seq, "type": message["type"], "data": message["data"]}

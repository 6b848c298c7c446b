"""Raw requests with the only permitted reading of each, over a socket: whole, byte by byte, cut at every place.

The file of vectors is no part of this project: where it is missing, these tests say that they are skipped.
"""

import pytest

from support import vectors
from support.batch import exchange
from support.settings import free_port

pytestmark = pytest.mark.skipif(
    not vectors.FOLDER.is_dir(), reason=f"no vectors at {vectors.FOLDER} (set HOLDLINE_HTTP_VECTORS)")

# Vectors of up to so many bytes are cut at every place: all but a few dozen.
SHORT = 200
# Longer ones go in pieces of this many bytes instead of one by one; a prime, so that no cut is a round number.
LONG, PIECE = 8_192, 509


@pytest.fixture(scope="module")
def all_vectors():
    return vectors.load()


@pytest.fixture
def port(start, tmp_path, all_vectors):
    page = tmp_path / "page"
    vectors.make_page(page, all_vectors)
    port = free_port("0.0.0.0")
    start("--web-root", str(page), listen=[f"http://0.0.0.0:{port}"], allowed_hosts=vectors.allowed_hosts(all_vectors))
    return port


def assert_all_hold(port, cases):
    """Runs pairs of a vector and its bytes in pieces, and names every one that does not hold."""
    cases = list(cases)
    received = exchange(port, (pieces for _, pieces in cases))
    faults = []
    for (vector, pieces), answer in zip(cases, received, strict=True):
        if reason := vectors.fault(vector, answer):
            faults.append(f"{vector.name}, cut {[len(piece) for piece in pieces][:4]}: {reason}; {vector.data[:200]!r}")
    assert not faults, f"{len(faults)} of {len(cases)} do not hold:\n" + "\n".join(faults[:40])


def by_bytes(data: bytes) -> list[bytes]:
    step = 1 if len(data) <= LONG else PIECE
    return [data[start : start + step] for start in range(0, len(data), step)]


def test_whole(port, all_vectors):
    assert len(all_vectors) >= 700
    assert_all_hold(port, ((vector, [vector.data]) for vector in all_vectors))


def test_byte_by_byte(port, all_vectors):
    assert_all_hold(port, ((vector, by_bytes(vector.data)) for vector in all_vectors))


def test_cut_at_every_place(port, all_vectors):
    assert_all_hold(port, (
        (vector, [vector.data[:cut], vector.data[cut:]])
        for vector in all_vectors if len(vector.data) <= SHORT
        for cut in range(1, len(vector.data))))


def test_nothing_is_dispatched_behind_a_refusal(port, all_vectors):
    smuggled = b"\r\n\r\n" + b"GET /smuggled HTTP/1.1\r\nHost: localhost:8080\r\n\r\n" * 3
    refused = [vector for vector in all_vectors
               if vector.expect == "reject" and vector.must == 0 and not vector.incomplete]
    answers = exchange(port, ([vector.data, smuggled] for vector in refused))
    assert not [vector.name for vector, answer in zip(refused, answers, strict=True) if vectors.SMUGGLED in answer]


def answer_of(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.mark.parametrize("expect, must, answer", [
    ("ok", 1, b""), ("ok", 1, answer_of(400, b"")), ("ok", 1, answer_of(200, b"another file")),
    ("ok", 1, answer_of(200, b"the file a") * 2), ("ok", 1, answer_of(200, b"the file a")[:-1]),
    ("ok", 1, b"HTTP/1.1 200 X\nContent-Length: 0\n\n"), ("reject", 0, answer_of(200, b"the file a")),
    ("reject", 0, answer_of(404, b"")), ("either", 0, answer_of(400, b"") * 2), ("ok", 1, answer_of(200, b"SMUGGLED")),
])
def test_the_judge_can_say_no(expect, must, answer):
    vector = vectors.Vector("one", b"GET /a HTTP/1.1\r\n\r\n", expect, must, (("GET", "/a"),), frozenset(), False)
    assert vectors.fault(vector, answer) is not None


@pytest.mark.parametrize("expect, must, answer", [
    ("ok", 1, answer_of(200, b"the file a")), ("reject", 0, answer_of(400, b"")), ("reject", 0, b""),
    ("either", 0, answer_of(200, b"the file a")), ("either", 0, answer_of(501, b"")),
])
def test_the_judge_can_say_yes(expect, must, answer):
    vector = vectors.Vector("one", b"GET /a HTTP/1.1\r\n\r\n", expect, must, (("GET", "/a"),), frozenset(), False)
    assert vectors.fault(vector, answer) is None

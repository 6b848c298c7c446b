"""The page's files compressed: who is sent which form, and what caches are told of it. The protocol never is."""

import gzip
import re

import pytest

from support.daemon import Daemon

TEXT = "".join(f"export const line{number} = 'one of many lines that look alike';\n" for number in range(200))
COMPRESSED = ["a.html", "a.js", "a.mjs", "a.css", "a.json", "a.svg", "a.webmanifest", "a.txt"]
AS_THEY_ARE = ["a.png", "a.woff2", "a.unknown", "short.js", "empty.js"]
GZIP = ("Accept-Encoding", "gzip")
PROTECTION = ["Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "Referrer-Policy",
              "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """One for all tests here: nothing that they do is remembered."""
    folder = tmp_path_factory.mktemp("compression")
    page = folder / "page"
    page.mkdir()
    for name in COMPRESSED + AS_THEY_ARE + ["index.html"]:
        (page / name).write_text(TEXT)
    (page / "short.js").write_text(TEXT[:300])
    (page / "empty.js").write_text("")
    running = Daemon(folder / "daemon", flags=("--web-root", str(page)))
    yield running
    running.finish()


@pytest.mark.parametrize("name", COMPRESSED)
def test_text_is_compressed_for_who_takes_it(client, name):
    plain, packed = client.get(f"/{name}"), client.get(f"/{name}", [GZIP])
    assert (plain.status, plain.body, plain.header("Content-Encoding")) == (200, TEXT.encode(), None)
    assert (packed.status, packed.header("Content-Encoding")) == (200, "gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    for field in ["Content-Type", "Cache-Control", "Vary", *PROTECTION]:
        assert packed.header(field) == plain.header(field) is not None, field
    assert plain.header("Vary") == "Accept-Encoding"


def test_the_root_is_compressed_as_its_file_is(client):
    assert client.get("/", [GZIP]).body == client.get("/index.html", [GZIP]).body != client.get("/").body


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_what_would_not_gain_is_sent_as_it_is(client, name):
    response = client.get(f"/{name}", [GZIP])
    assert response.status == 200
    assert response.body == client.get(f"/{name}").body
    assert response.header("Content-Encoding") is None
    assert response.header("Vary") is None, "there is but one form"


@pytest.mark.parametrize("accepted, coding", [
    ("gzip", "gzip"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("gzip, deflate, br, zstd", "gzip"), ("*", "gzip"),
    ("br;q=1, gzip;q=0.5", "gzip"), ("gzip;q=0.001", "gzip"), ("gzip ; q=0.5", "gzip"), ("identity;q=0, gzip", "gzip"),
    ("identity;q=0.5, gzip;q=0.5", "gzip"), ("*;q=0, gzip", "gzip"), ("", None), ("br", None), ("gzip;q=0", None),
    ("gzip;q=0.000, *", None), ("identity", None), ("identity, gzip;q=0.5", None), ("*;q=0", None),
    ("identity;q=0", None), ("gzip;q=0, identity;q=0", None), ("gzip;q=2", None), ("gzip;level=9", None),
    ("gzip, =", None), ("gzip deflate", None), ("gzip;q=0.1234", None),
])
def test_the_client_chooses(client, accepted, coding):
    response = client.get("/a.js", [("Accept-Encoding", accepted)])
    assert (response.status, response.header("Content-Encoding")) == (200, coding)
    assert response.header("Vary") == "Accept-Encoding"
    assert (response.body == TEXT.encode()) == (coding is None)


def test_fields_in_several_lines_are_one_list(client):
    several = [("Accept-Encoding", "br"), ("Accept-Encoding", "gzip;q=0.1"), ("Accept-Encoding", "identity;q=0")]
    assert client.get("/a.js", several).header("Content-Encoding") == "gzip"


def test_head_has_the_fields_of_get(client):
    for accepted in ([], [GZIP]):
        get, head = client.get("/a.js", accepted), client.request("HEAD", "/a.js", accepted)
        assert head.status == 200 and head.body == b""
        dated = [field for field in get.fields if field[0] != "Date"]
        assert [field for field in head.fields if field[0] != "Date"] == dated
        assert ("Content-Length", str(len(get.body))) in head.fields


def test_each_form_has_a_strong_tag_of_its_own(client):
    plain, packed = client.get("/a.js").header("ETag"), client.get("/a.js", [GZIP]).header("ETag")
    assert plain != packed
    for tag in (plain, packed):
        assert re.fullmatch(r'"[\x21\x23-\x7e]+"', tag)


@pytest.mark.parametrize("accepted, known, status, answered", [
    # What the client has is still right, and it takes it in that form.
    ("gzip", ["packed"], 304, "packed"), ("gzip", ["plain"], 304, "plain"), ("", ["plain"], 304, "plain"),
    ("gzip", ["plain", "packed"], 304, "packed"), ("identity, gzip;q=0.5", ["plain", "packed"], 304, "plain"),
    ("identity, gzip;q=0.5", ["packed"], 304, "packed"), ("identity;q=0, gzip", ["packed"], 304, "packed"),
    ("gzip", ["*"], 304, "packed"), ("", ["*"], 304, "plain"),
    # What it has, or what a cache between has, is a form that it does not take.
    ("", ["packed"], 200, "plain"), ("gzip;q=0", ["packed"], 200, "plain"), ("br", ["packed"], 200, "plain"),
    ("identity;q=0, gzip", ["plain"], 200, "packed"),
    # It has another version.
    ("gzip", ["other"], 200, "packed"), ("", ["other"], 200, "plain"),
])
def test_a_tag_of_either_form_spares_the_body(client, accepted, known, status, answered):
    tags = {"plain": client.get("/a.js").header("ETag"), "packed": client.get("/a.js", [GZIP]).header("ETag"),
            "other": '"other"', "*": "*"}
    for weakened in ("", "W/"):
        value = ", ".join(name if name == "*" else weakened + tags[name] for name in known)
        fields = [("Accept-Encoding", accepted), ("If-None-Match", value)]
        for method in ("GET", "HEAD"):
            response = client.request(method, "/a.js", fields)
            assert (response.status, response.header("ETag")) == (status, tags[answered])
            assert response.header("Vary") == "Accept-Encoding"
            if status == 304:
                assert response.header("Content-Encoding") is None and response.body == b""


def test_the_protocol_and_the_health_are_never_compressed(client):
    """An attacker's text beside a secret, compressed together, would tell the secret by its length."""
    for response in (client.get("/healthz", [GZIP]), client.get("/v1/events", [GZIP]), client.get("/v1/none", [GZIP])):
        assert response.header("Content-Encoding") is None and response.header("Vary") is None


def test_a_dial_is_answered_as_it_is(client):
    response = client.post_json("/v1/dial", {"code": "tulip"}, [GZIP])
    assert response.status == 201 and response.json()["token"]
    assert response.header("Content-Encoding") is None and response.header("Vary") is None


def test_the_policies_name_what_the_page_uses(client):
    response = client.get("/")
    permissions = response.header("Permissions-Policy").replace(" ", "").split(",")
    for feature in ["camera", "microphone", "display-capture", "speaker-selection", "screen-wake-lock", "fullscreen",
                    "picture-in-picture", "autoplay", "clipboard-write"]:
        assert f"{feature}=(self)" in permissions
    policy = [directive.strip() for directive in response.header("Content-Security-Policy").split(";")]
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy

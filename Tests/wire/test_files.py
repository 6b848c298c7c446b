"""The page's files: types, validators, security headers, and no way out of `web_root`."""

import base64
import hashlib
import re

import pytest

from support.conformance import assert_refused
from support.daemon import PAGE, REPOSITORY

TYPES = {
    "a.html": "text/html; charset=utf-8", "a.js": "text/javascript; charset=utf-8",
    "a.mjs": "text/javascript; charset=utf-8", "a.css": "text/css; charset=utf-8", "a.json": "application/json",
    "a.svg": "image/svg+xml", "a.png": "image/png", "a.webmanifest": "application/manifest+json",
    "a.txt": "text/plain; charset=utf-8", "A.HTML": "text/html; charset=utf-8",
    "a.unknown": "application/octet-stream", "none": "application/octet-stream",
}
SECRET = "the file beside the page"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A folder with files of every type, in a folder with one that nobody may have."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text(SECRET)
    root = outside / "page"
    (root / "sub").mkdir(parents=True)
    for name in TYPES:
        (root / name).write_bytes(b"content of " + name.encode())
    (root / "index.html").write_text("the page")
    (root / "empty.txt").touch()
    (root / "with space.txt").write_text("space")
    (root / "h\u00e9.txt").write_text("accent")
    (root / "sub" / "index.html").write_text("the page below")
    (root / ".hidden").write_text(SECRET)
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "up").symlink_to(outside)
    (root / "inner.txt").symlink_to(root / "a.txt")
    return root


@pytest.fixture
def client(start, page):
    return start("--web-root", str(page)).client()


def test_the_root_is_the_page(start):
    client = start().client()
    response = client.get("/")
    assert response.status == 200
    assert response.body.decode() == PAGE["index.html"]
    assert response.header("Content-Type") == "text/html; charset=utf-8"
    assert client.get("/index.html").body == response.body


def test_types_and_contents(client):
    for name, media_type in TYPES.items():
        response = client.get(f"/{name}")
        assert (response.status, response.header("Content-Type")) == (200, media_type)
        assert response.body == b"content of " + name.encode()
        assert response.header("X-Content-Type-Options") == "nosniff"
    assert client.get("/empty.txt").body == b""
    assert client.get("/with%20space.txt").body == b"space"
    assert client.get("/h%C3%A9.txt").body == b"accent"


def test_a_folder_has_its_index_and_no_listing(client):
    assert client.get("/sub/").body == b"the page below"
    assert client.get("/sub").status in (301, 308, 404)
    assert_refused(client.get("/nothing/"), 404, "not-found")


@pytest.mark.parametrize("target", [
    "/../secret.txt", "/../../../../../../etc/passwd", "/sub/../../secret.txt", "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt", "/..%2fsecret.txt", "/.%2e/secret.txt", "/%252e%252e/secret.txt", "/..\\secret.txt",
    "/..%5csecret.txt", "//secret.txt", "//etc/passwd", "///etc/passwd", "/%2fetc%2fpasswd", "/etc/passwd",
    "/secret.txt", "/secret.txt%00", "/a.txt%00", "/a.txt%00.html", "/%00", "/sub/..%00/..", "/link.txt",
    "/up/secret.txt", "/up/", "/.hidden", "/%2ehidden", "/a.txt/", "/a.txt/..", "/%c0%ae%c0%ae/secret.txt",
    "/..;/secret.txt", "/%u002e%u002e/secret.txt", "/proc/self/environ", "/sub%2f..%2f..%2fsecret.txt", "/..%ff/",
    "http://localhost/../secret.txt",
])
def test_there_is_no_way_out_of_the_folder(client, target):
    response = client.get(target)
    assert response.status in (400, 404), response
    assert SECRET.encode() not in response.body and b"root:" not in response.body


def test_links_within_the_folder_are_served(client):
    assert client.get("/inner.txt").body == b"content of a.txt"


def test_an_entity_tag_spares_the_body(client):
    response = client.get("/a.js")
    tag = response.header("ETag")
    assert re.fullmatch(r'(W/)?"[\x21\x23-\x7e]+"', tag)
    weak = tag.removeprefix("W/")
    for value in (tag, weak, f"W/{weak}", f'"x", {tag}', f'"x","y" , W/{weak} ,"z"', f', {tag}', "*"):
        again = client.get("/a.js", [("If-None-Match", value)])
        assert (again.status, again.body) == (304, b""), value
        assert again.header("ETag") == tag
        assert again.header("Cache-Control") == response.header("Cache-Control")
        head = client.request("HEAD", "/a.js", [("If-None-Match", value)])
        assert head.status == 304


def test_entity_tags_in_several_lines_are_one_list(client):
    tag = client.get("/a.js").header("ETag")
    assert client.get("/a.js", [("If-None-Match", '"x"'), ("If-None-Match", tag)]).status == 304


@pytest.mark.parametrize("value", ['"x"', '""', "W/", "", "nothing", '"x", "y"'])
def test_another_tag_brings_the_body(client, value):
    response = client.get("/a.js", [("If-None-Match", value)])
    assert (response.status, response.body) == (200, b"content of a.js")


def test_tags_tell_contents_apart(client):
    tags = {client.get(f"/{name}").header("ETag") for name in TYPES}
    assert len(tags) == len(TYPES)


def test_a_browser_asks_again_before_it_uses_an_old_page(client):
    for target in ("/", "/a.js"):
        assert "no-cache" in client.get(target).header("Cache-Control")


def test_the_page_is_kept_from_harm(client):
    for target in ("/", "/a.js"):
        response = client.get(target)
        policy = directives(response.header("Content-Security-Policy"))
        assert policy["default-src"] in (["'self'"], ["'none'"])
        assert policy["script-src"] == ["'self'", f"'sha256-{own_script()}'"]
        assert "'unsafe-inline'" not in response.header("Content-Security-Policy")
        assert "'unsafe-eval'" not in response.header("Content-Security-Policy")
        assert policy["frame-ancestors"] == ["'none'"]
        assert response.header("X-Content-Type-Options") == "nosniff"
        assert response.header("Referrer-Policy") == "no-referrer"
        assert response.header("Cross-Origin-Opener-Policy") == "same-origin"
        assert response.header("Cross-Origin-Resource-Policy") == "same-origin"
    permissions = client.get("/").header("Permissions-Policy").replace(" ", "").split(",")
    assert "camera=(self)" in permissions and "microphone=(self)" in permissions


def own_script() -> str:
    """The hash of the one script that stands in the page's own text."""
    script, = re.findall("<script>(.*?)</script>", (REPOSITORY / "web/index.html").read_text(), re.DOTALL)
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def directives(policy: str) -> dict[str, list[str]]:
    """A Content-Security-Policy by directive."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


def test_a_large_file_comes_whole(start, tmp_path):
    page = tmp_path / "large"
    page.mkdir()
    content = bytes(range(256)) * 8_192
    (page / "large.bin").write_bytes(content)
    client = start("--web-root", str(page)).client()
    assert client.get("/large.bin").body == content
    with client.connect(receive_buffer=1_024) as connection:
        assert client.get("/large.bin", connection=connection).body == content


def test_health_is_text_and_readable_from_any_origin(client):
    response = client.get("/healthz", [("Origin", "http://evil.example")])
    assert response.status == 200 and response.body
    assert response.header("Content-Type").startswith("text/plain")
    assert response.header("Access-Control-Allow-Origin") == "*"
    assert client.get("/").header("Access-Control-Allow-Origin") is None

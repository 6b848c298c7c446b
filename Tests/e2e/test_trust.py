"""A home in which nobody has set up anything: how a device comes to trust the daemon's own CA, what it may do then, and
what that CA cannot vouch for."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Error

from chromium_party import ChromiumParty
from conftest import (
    CHROMIUM, CHROMIUM_STORE, CHROMIUM_WITHOUT, HOME_ORIGIN, HTTP_PORT, HTTPS_PORT, NAMED_ORIGIN, OTHER_NAME, PHONE,
    WELCOME_ORIGIN, launch,
)
from lab.authority import fingerprint, get, trust
from lab.firefox import Firefox
from lab.home import BOX, BOX_6
from lab.scan import scan
from lab.tls_door import TLSDoor
from support.settings import has_ipv6
from support.tls import openssl

# A name that the devices' hosts lead to the box, and that belongs to somebody on the Internet.
PUBLIC_NAME = "call.example.com"
DOOR_PORTS = [9443, 9444]

# What Chromium says of a certificate that nobody whom it trusts has signed, and of one that oversteps its authority.
UNKNOWN_AUTHORITY = "ERR_CERT_AUTHORITY_INVALID"
OVERSTEPPED = "ERR_CERT_INVALID"

# What the welcome page in English says as long as that is so.
NOT_YET = "This browser does not accept the address yet."

# The box may have got this address from the router.
NEW_ADDRESS = "10.77.0.9"

# The call, and all that belongs to it.
CALL_PATHS = [
    "/index.html", "/main.js", "/sw.js", "/manifest.webmanifest", "/words/en.js", "/v1/dial", "/v1/events", "/address",
    "/trust/../main.js", "/trust/%2e%2e/main.js", "//main.js",
]
WELCOME_PATHS = [
    "/trust", "/trust/trust.js", "/trust.json", "/trust/address.svg", "/style.css", "/ca.crt", "/ca.pem",
    "/ca.mobileconfig", "/healthz",
]


@pytest.fixture
def open_fresh(playwright, home, home_daemon, tmp_path):
    """Opens a page in a browser that has just been started, on the phone, by a user whose folder is `own`. It trusts
    what that user has had it trust, and nothing else of the home."""
    own = tmp_path / "own"
    own.mkdir()
    with contextlib.ExitStack() as left:

        def open_page(origin: str, **options: str) -> ChromiumParty:
            program = home.devices["phone"].wrapper(tmp_path, CHROMIUM)
            browser = launch(playwright, *CHROMIUM_WITHOUT["nothing"], program=str(program), own=own)
            left.callback(browser.close)
            context = browser.new_context(viewport=PHONE, permissions=["camera", "microphone"])
            return ChromiumParty(context, origin, **options)

        open_page.own = own
        yield open_page


def status(namespace, path: str, host: str = BOX, **headers: str) -> int:
    """Of the answer over plain http."""
    return get(namespace, host, HTTP_PORT, path, headers)[0]


def goes_on(party, word: str) -> None:
    """From the welcome page to the call, by itself."""
    party.wait_for("(url) => location.href === url", f"{HOME_ORIGIN}/#{word}")
    party.wait_for("(word) => document.querySelector('#code')?.value === word", word)
    is_secure(party)


def is_secure(party) -> None:
    assert party.evaluate("() => isSecureContext")


def talk(*parties) -> None:
    for party in parties:
        party.sees("connected")
        party.sees_frames()


def call(one, other, word: str) -> None:
    one.dial(word)
    one.sees("waiting")
    other.dial(word)
    talk(one, other)


def test_a_new_device_is_welcomed(open_fresh, authority, tmp_path):
    ada = open_fresh(WELCOME_ORIGIN, tolerated=UNKNOWN_AUTHORITY)
    assert ada.page.url == f"{WELCOME_ORIGIN}/trust"
    ada.reads("#trust-state", NOT_YET)
    ada.reads("#address", f"{HOME_ORIGIN}/")
    assert ada.page.get_attribute("#address", "href") == f"{HOME_ORIGIN}/"
    ada.reads("#fingerprint", fingerprint(authority.certificate))
    ada.page.locator("#qr").screenshot(path=tmp_path / "qr.png")
    assert scan(tmp_path / "qr.png") == f"{WELCOME_ORIGIN}/"
    ada.shoot("welcome")
    # It says to each device what is to be done there.
    taught = set()
    devices = ada.evaluate("() => [...document.querySelector('#device').options].map(({ value }) => value)")
    for device in devices:
        ada.choose("#device", device)
        taught.add(ada.text("#steps"))
    assert len(taught) == len(devices) > 1
    ada.check()
    with pytest.raises(Error, match=UNKNOWN_AUTHORITY):
        ada.open(f"{HOME_ORIGIN}/")


def test_the_network_is_served_no_call_over_plain_http(home, home_daemon):
    phone = home.devices["phone"]
    assert [path for path in WELCOME_PATHS if status(phone, path) != 200] == []
    assert [path for path in CALL_PATHS if status(phone, path) != 404] == []
    # Nor who says that it is this machine, or asks for somebody there.
    for header, value in {"Host": "localhost", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}.items():
        assert status(phone, "/main.js", **{header: value}) == 404, header
    # It is the network that makes the difference.
    assert status(home.box, "/main.js", "127.0.0.1") == 200


def test_a_device_that_trusts_goes_on_to_the_call(open_fresh):
    """The welcome page brings the word along, also past the restart without which Chromium reads its store no more."""
    ada = open_fresh(WELCOME_ORIGIN, path="/#tulip", tolerated=UNKNOWN_AUTHORITY)
    ada.reads("#trust-state", NOT_YET)
    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="Get the certificate").click()
    assert download.value.suggested_filename == "holdline-ca.crt"
    trust(open_fresh.own / CHROMIUM_STORE, download.value.path())
    ada.check()
    ada = open_fresh(WELCOME_ORIGIN, path="/#tulip")
    goes_on(ada, "tulip")
    ada.press("Dial")
    ada.sees("waiting")
    ada.finds("#mine[data-camera=on]")
    ada.check()


def test_a_page_that_is_open_when_the_certificate_is_imported_goes_on(home, home_daemon, authority, tmp_path):
    """Nobody reloads it. Firefox takes it over at once."""
    browser = Firefox(tmp_path / "firefox", home.devices["phone"])
    try:
        ada = browser.open(PHONE, WELCOME_ORIGIN, path="/#tulip", tolerated="CORS request did not succeed")
        ada.reads("#trust-state", NOT_YET)
        browser.trust(authority.certificate)
        goes_on(ada, "tulip")
        ada.check()
    finally:
        browser.close()


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_who_trusts_already_only_passes(visit, browser):
    ada = visit("phone", browser=browser, origin=WELCOME_ORIGIN, path="/#tulip")
    goes_on(ada, "tulip")


def test_by_address_and_by_name(meet):
    """One has the box by its address, the other one by its name."""
    pair = meet(second={"origin": NAMED_ORIGIN})
    for one in pair:
        is_secure(one)
    call(*pair, "poppy")


def test_the_scanned_invitation(visit, tmp_path):
    """Who is invited holds a camera to the screen of who waits."""
    ada = visit("phone")
    ada.dial("tulip")
    ada.sees("waiting")
    ada.page.locator("#qr").screenshot(path=tmp_path / "qr.png")
    link = scan(tmp_path / "qr.png")
    assert link == f"{WELCOME_ORIGIN}/#tulip"
    bo = visit("laptop", origin=link)
    goes_on(bo, "tulip")
    bo.press("Dial")
    talk(ada, bo)


def test_the_box_gets_another_address(home, visit):
    """The very next connection finds a certificate for it."""
    visit("phone")
    with home.moved(NEW_ADDRESS):
        ada = visit("phone", origin=f"https://{NEW_ADDRESS}:{HTTPS_PORT}")
        is_secure(ada)
        bo = visit("laptop", origin=f"http://{NEW_ADDRESS}:{HTTP_PORT}", path="/#tulip")
        bo.wait_for("(url) => location.href === url", f"https://{NEW_ADDRESS}:{HTTPS_PORT}/#tulip")
        call(ada, bo, "tulip")


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6(home, authority, open_fresh):
    trust(open_fresh.own / CHROMIUM_STORE, authority.certificate)
    with home.with_ipv6():
        ada = open_fresh(f"https://[{BOX_6}]:{HTTPS_PORT}")
        is_secure(ada)
        ada.sees("idle")
        ada.check()


@pytest.fixture
def doors(home, home_daemon, authority, tmp_path):
    """Opens servers that have a certificate for a name of the devices' hosts, signed with the CA's key. Gives the
    origin of the page there."""
    with contextlib.ExitStack() as opened:

        def open_door(name: str, port: int) -> str:
            door = TLSDoor(home.box.listen(BOX, port), authority.sign(tmp_path, name), home_daemon.socket)
            opened.callback(door.stop)
            return f"https://{name}:{port}"

        yield open_door


def test_who_has_the_key_can_be_nobody_on_the_internet(doors, visit, authority, tmp_path):
    """A thief of the CA's key can be another machine of the home to those who trust it, and no more."""

    def said(name: str) -> str:
        """What OpenSSL finds of a certificate for this name."""
        return openssl("verify", "-CAfile", authority.certificate, authority.sign(tmp_path, name), check=False)

    assert said(OTHER_NAME).endswith(": OK\n")
    assert "permitted subtree violation" in said(PUBLIC_NAME)
    ada = visit("phone", origin=doors(OTHER_NAME, DOOR_PORTS[0]))
    is_secure(ada)
    ada.sees("idle")
    with pytest.raises(Error, match=OVERSTEPPED):
        visit("phone", origin=doors(PUBLIC_NAME, DOOR_PORTS[1]))

"""A daemon and two browsers of their own for every test; the browsers live as long as the tests do."""

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from daemon import Daemon
from party import Party

CHROMIUM = "/usr/bin/chromium"

# The sandbox does not work for root, and tests in containers are root.
ALWAYS = ["--no-sandbox"]
FAKE_DEVICES = "--use-fake-device-for-media-stream"
FAKE_YES = "--use-fake-ui-for-media-stream"

# A phone: the smallest screen that the page is drawn for is 320 wide.
PHONE = {"width": 390, "height": 844}


def launch(playwright: Playwright, *flags: str) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ALWAYS, *flags])


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browsers(playwright):
    """Two browsers with a camera and a microphone each."""
    both = [launch(playwright, FAKE_DEVICES, FAKE_YES) for _ in range(2)]
    yield both
    for browser in both:
        browser.close()


@pytest.fixture(scope="session")
def browser_without_camera(playwright):
    browser = launch(playwright, f"{FAKE_DEVICES}=device-count=0", FAKE_YES)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_that_says_no(playwright):
    """Without the fake yes, and with no permission given, a headless browser refuses."""
    browser = launch(playwright, FAKE_DEVICES)
    yield browser
    browser.close()


@pytest.fixture
def make_daemon(tmp_path):
    """Starts a daemon; its settings are the arguments of Daemon."""
    started: list[Daemon] = []

    def make(**settings) -> Daemon:
        daemon = Daemon(tmp_path, **settings)
        started.append(daemon)
        daemon.start()
        return daemon

    yield make
    for daemon in started:
        daemon.stop()


@pytest.fixture
def daemon(make_daemon):
    return make_daemon()


@pytest.fixture
def join(daemon):
    """Opens the page in a browser, in a profile of its own or beside another one's page. In the end nobody may have
    complained of anything but what the test says that it brings about."""
    parties: list[Party] = []

    def open_page(
        browser: Browser,
        beside: Party | None = None,
        allowed: tuple[str, ...] = ("camera", "microphone"),
        tolerated: str = "$^",
        before: str = "",
    ) -> Party:
        """`before`: a script that runs before the page's own."""
        context = beside.page.context if beside else browser.new_context(viewport=PHONE, permissions=allowed)
        context.add_init_script(before)
        party = Party(context, daemon.origin, tolerated)
        parties.append(party)
        return party

    yield open_page
    for party in parties:
        party.check()
    for party in parties:
        party.page.context.close()


@pytest.fixture
def pair(join, browsers):
    """Two people, each at a browser of their own, who have not dialled yet."""
    return join(browsers[0]), join(browsers[1])


@pytest.fixture
def connected(pair):
    """Two people in a call."""
    ada, bo = pair
    ada.dial("tulip")
    ada.sees("waiting")
    bo.dial("tulip")
    ada.sees("connected")
    bo.sees("connected")
    return pair

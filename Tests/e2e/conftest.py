"""A daemon and two browsers of their own for every test; the browsers live as long as the tests do."""

import os
import socket

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from daemon import Daemon
from lab.firefox import Firefox
from lab.home import BOX, Home
from party import Party
from support.fault_proxy import FaultProxy

CHROMIUM = "/usr/bin/chromium"

# The sandbox does not work for root, and tests in containers are root.
ALWAYS = ["--no-sandbox"]
# A picture that moves slowly: with no graphics card, what costs most is to encode it.
FAKE_DEVICES = "--use-fake-device-for-media-stream=fps=5"
FAKE_YES = "--use-fake-ui-for-media-stream"

# A phone: the smallest screen that the page is drawn for is 320 wide.
PHONE = {"width": 390, "height": 844}

# In the home network: the daemon's port, and that of the proxy before it. Nobody else is there who could have them.
HOME_PORT = 8080
PROXY_PORT = 8081
HOME_ORIGINS = [f"http://{BOX}:{port}" for port in (HOME_PORT, PROXY_PORT)]

REPORT = pytest.StashKey[list[str]]()


def pytest_configure(config):
    config.stash[REPORT] = []


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[REPORT]:
        terminalreporter.section("measured")
        for line in config.stash[REPORT]:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def report(pytestconfig):
    """Takes a line that is printed in the end, also when all is well."""
    return pytestconfig.stash[REPORT].append


def launch(playwright: Playwright, *flags: str, program: str = CHROMIUM, keeps_pages: bool = False) -> Browser:
    """`keeps_pages`: for who goes back to them, as browsers do that are not driven."""
    return playwright.chromium.launch(
        executable_path=program,
        args=[*ALWAYS, *flags],
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )


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
    browser = launch(playwright, f"{FAKE_DEVICES},device-count=0", FAKE_YES)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_with_cameras(playwright):
    """Three cameras, and three microphones."""
    browser = launch(playwright, f"{FAKE_DEVICES},device-count=3", FAKE_YES)
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


def finish(parties: list) -> None:
    """None may have complained; then all leave."""
    for party in parties:
        party.check()
    for party in parties:
        party.leave()


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
        origin: str | None = None,
        path: str = "",
    ) -> Party:
        """`before`: a script that runs before the page's own. `origin`: that of a proxy before the daemon."""
        context = beside.page.context if beside else browser.new_context(viewport=PHONE, permissions=allowed)
        context.add_init_script(before)
        party = Party(context, origin or daemon.origin, tolerated, path)
        parties.append(party)
        return party

    yield open_page
    finish(parties)


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


@pytest.fixture(scope="session")
def home():
    """A Wi-Fi with a phone and a laptop."""
    try:
        network = Home()
    except OSError as error:
        if os.geteuid() == 0:
            raise
        pytest.skip(f"only root may make networks on this machine: {error}")
    yield network
    network.close()


@pytest.fixture(scope="session")
def home_browsers(playwright, home, tmp_path_factory):
    """A browser on each device, by the device's name."""
    folder = tmp_path_factory.mktemp("browsers")
    secure = f"--unsafely-treat-insecure-origin-as-secure={','.join(HOME_ORIGINS)}"
    browsers = {
        name: launch(playwright, FAKE_DEVICES, FAKE_YES, secure, program=str(namespace.wrapper(folder, CHROMIUM)))
        for name, namespace in home.devices.items()
    }
    yield browsers
    for browser in browsers.values():
        browser.close()


@pytest.fixture(scope="session")
def firefox(home, tmp_path_factory):
    """Firefox on the phone."""
    browser = Firefox(tmp_path_factory.mktemp("firefox"), home.devices["phone"], BOX)
    yield browser
    browser.close()


@pytest.fixture
def home_daemon(home, tmp_path):
    # Polls are short, so that the relay soon notices who is gone.
    daemon = Daemon(tmp_path, relay={"poll_seconds": 5}, host=BOX, port=HOME_PORT, within=home.box.enter)
    daemon.start()
    yield daemon
    daemon.stop()


@pytest.fixture
def home_proxy(home, home_daemon):
    """Stands before the home's daemon, at the second of its origins."""
    proxy = FaultProxy(home.box.listen(BOX, PROXY_PORT), home_daemon.socket)
    yield proxy
    proxy.stop()


@pytest.fixture
def proxy(daemon):
    """Stands before the daemon of this machine."""
    proxy = FaultProxy(socket.create_server(("127.0.0.1", 0)), daemon.socket)
    yield proxy
    proxy.stop()


@pytest.fixture
def visit(home_browsers, home_daemon):
    """Opens the page on a device of the home, in a profile of its own; in Firefox if one is given."""
    parties = []

    def open_page(device: str, tolerated: str = "$^", origin: str = HOME_ORIGINS[0], firefox: Firefox | None = None):
        if firefox is not None:
            party = firefox.open(origin, PHONE, tolerated)
        else:
            context = home_browsers[device].new_context(viewport=PHONE, permissions=["camera", "microphone"])
            party = Party(context, origin, tolerated)
        parties.append(party)
        return party

    yield open_page
    finish(parties)

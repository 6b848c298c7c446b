"""A daemon and two browsers of their own for every test; the browsers live as long as the tests do."""

import contextlib
import os
import pathlib
import socket

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from chromium_party import ChromiumParty
from daemon import Daemon
from lab.authority import Authority, get, trust
from lab.firefox import Firefox
from lab.home import BOX, NAME, Home
from lab.tls_door import TLSDoor
from party import Party
from support.fault_proxy import FaultProxy
from support.settings import has_ipv6

CHROMIUM = "/usr/bin/chromium"

# The sandbox does not work for root, and tests in containers are root.
ALWAYS = ["--no-sandbox"]
# A picture that moves slowly: with no graphics card, what costs most is to encode it.
FAKE_DEVICES = "--use-fake-device-for-media-stream=fps=5"
FAKE_YES = "--use-fake-ui-for-media-stream"

# What a browser at home is told to lack. Without the fake yes, and with no permission given, it refuses.
CHROMIUM_WITHOUT = {
    "nothing": [f"{FAKE_DEVICES},device-count=2", FAKE_YES],
    "camera": [f"{FAKE_DEVICES},device-count=0", FAKE_YES],
    "permission": [FAKE_DEVICES],
}

# In its user's folder: what Chromium trusts beside what it comes with.
CHROMIUM_STORE = ".pki/nssdb"

# A phone: the smallest screen that the page is drawn for is 320 wide.
PHONE = {"width": 390, "height": 844}

# In the home network: the daemon's ports, and those of proxies before it, with TLS and without. Nobody else is there
# who could have them.
HTTPS_PORT = 8443
HTTP_PORT = 8080
PROXY_PORT = 8444
PLAIN_PROXY_PORT = 8081
HOME_ORIGIN = f"https://{BOX}:{HTTPS_PORT}"
NAMED_ORIGIN = f"https://{NAME}.local:{HTTPS_PORT}"
WELCOME_ORIGIN = f"http://{BOX}:{HTTP_PORT}"
PROXY_ORIGIN = f"https://{BOX}:{PROXY_PORT}"
PLAIN_ORIGIN = f"http://{BOX}:{PLAIN_PROXY_PORT}"

# One of the names in the devices' hosts that the box has only by its configuration.
OTHER_NAME = "other.local"

# All addresses of the box, as in the configuration file.
ALL = "[::]" if has_ipv6() else "0.0.0.0"

# Who calls whom there: Chromium calls Chromium, and Chromium and Firefox call each other.
PAIRINGS = [
    (("phone", "chromium"), ("laptop", "chromium")),
    (("phone", "firefox"), ("laptop", "chromium")),
    (("laptop", "chromium"), ("phone", "firefox")),
]

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


def launch(
    playwright: Playwright, *flags: str, program: str = CHROMIUM, keeps_pages: bool = False,
    own: pathlib.Path | None = None,
) -> Browser:
    """`keeps_pages`: for who goes back to them, as browsers do that are not driven. `own`: the folder of the browser's
    user, with what that one trusts."""
    return playwright.chromium.launch(
        executable_path=program,
        args=[*ALWAYS, *flags],
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
        env=os.environ | {"HOME": str(own)} if own else None,
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


def finish(parties: list[Party]) -> None:
    """None may have complained; then all leave, whatever the test has come to."""
    with contextlib.ExitStack() as leaving:
        for party in parties:
            leaving.callback(party.leave)
        for party in parties:
            party.check()


@pytest.fixture
def join(daemon):
    """Opens the page in a browser, in a profile of its own or beside another one's page. In the end nobody may have
    complained of anything but what the test says that it brings about."""
    parties: list[ChromiumParty] = []

    def open_page(
        browser: Browser,
        beside: ChromiumParty | None = None,
        allowed: tuple[str, ...] = ("camera", "microphone"),
        origin: str | None = None,
        **options: str,
    ) -> ChromiumParty:
        """`origin`: that of a proxy before the daemon. `options`: those of a party."""
        context = beside.page.context if beside else browser.new_context(viewport=PHONE, permissions=allowed)
        party = ChromiumParty(context, origin or daemon.origin, **options)
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


def serve_home(home: Home, folder: pathlib.Path, state: pathlib.Path, **settings) -> Daemon:
    """A daemon on the box, as the package sets it up: HTTPS, and beside it the welcome page."""
    # Polls are short, so that the relay soon notices who is gone.
    daemon = Daemon(
        folder, relay={"poll_seconds": 5}, origin=HOME_ORIGIN, within=home.box.enter, state=state,
        listen=(f"https://{ALL}:{HTTPS_PORT}", f"http://{ALL}:{HTTP_PORT}"), allowed=(OTHER_NAME,), **settings,
    )
    daemon.start()
    return daemon


@pytest.fixture(scope="session")
def authority(home, tmp_path_factory):
    """The CA of the home, as the phone has got to know it. All daemons of the home are this one CA."""
    folder = tmp_path_factory.mktemp("authority")
    state = folder / "state"
    state.mkdir()
    daemon = serve_home(home, folder, state)
    certificate = folder / "fetched.pem"
    status, text = get(home.devices["phone"], BOX, HTTP_PORT, "/ca.pem")
    assert status == 200, text
    certificate.write_bytes(text)
    daemon.stop()
    return Authority(state, certificate)


@pytest.fixture(scope="session")
def home_browser(playwright, home, authority, tmp_path_factory):
    """A browser on a device of the home that trusts the home's CA, with two cameras and two microphones or without
    something that `CHROMIUM_WITHOUT` names. It is started when it is first asked for."""
    folder = tmp_path_factory.mktemp("browsers")
    trust(folder / CHROMIUM_STORE, authority.certificate)
    running: dict[tuple[str, str], Browser] = {}

    def find(device: str, without: str = "nothing") -> Browser:
        if (device, without) not in running:
            program = home.devices[device].wrapper(folder, CHROMIUM)
            running[device, without] = launch(
                playwright, *CHROMIUM_WITHOUT[without], program=str(program), own=folder
            )
        return running[device, without]

    yield find
    for browser in running.values():
        browser.close()


@pytest.fixture(scope="session")
def firefox(home, authority, tmp_path_factory):
    """Firefox on the phone. It trusts the home's CA."""
    browser = Firefox(tmp_path_factory.mktemp("firefox"), home.devices["phone"], authority.certificate)
    yield browser
    browser.close()


@pytest.fixture
def ice_servers():
    """What the home's daemon names: none, unless a test is parametrized with some."""
    return ()


@pytest.fixture
def home_daemon(home, authority, ice_servers, tmp_path):
    daemon = serve_home(home, tmp_path, authority.state, ice_servers=ice_servers)
    yield daemon
    daemon.stop()


@pytest.fixture
def home_proxy(home, home_daemon, authority, tmp_path):
    """Stands before the home's daemon, at `PROXY_ORIGIN`."""
    proxy = FaultProxy(socket.create_server(("127.0.0.1", 0)), home_daemon.socket)
    door = TLSDoor(home.box.listen(BOX, PROXY_PORT), authority.sign(tmp_path, BOX), ("127.0.0.1", proxy.port))
    yield proxy
    proxy.stop()
    door.stop()


@pytest.fixture
def plain_proxy(home, home_daemon):
    """Stands before the home's daemon without TLS, at `PLAIN_ORIGIN`: a page from there is no secure one."""
    proxy = FaultProxy(home.box.listen(BOX, PLAIN_PROXY_PORT), home_daemon.socket)
    yield proxy
    proxy.stop()


@pytest.fixture
def proxy(daemon):
    """Stands before the daemon of this machine."""
    proxy = FaultProxy(socket.create_server(("127.0.0.1", 0)), daemon.socket)
    yield proxy
    proxy.stop()


@pytest.fixture
def visit(home_browser, home_daemon, request):
    """Opens the page on a device of the home, in a profile of its own."""
    parties: list[Party] = []
    lacks = contextlib.ExitStack()

    def open_page(
        device: str, browser: str = "chromium", without: str = "nothing", origin: str = HOME_ORIGIN, **options: str
    ) -> Party:
        """`browser`: also "firefox", on the phone. `options`: those of a party."""
        if browser == "firefox":
            firefox = request.getfixturevalue("firefox")
            lacks.enter_context(firefox.without(without))
            party = firefox.open(PHONE, origin, **options)
        else:
            allowed = [] if without == "permission" else ["camera", "microphone"]
            context = home_browser(device, without).new_context(viewport=PHONE, permissions=allowed)
            party = ChromiumParty(context, origin, **options)
        parties.append(party)
        return party

    with lacks:
        yield open_page
        finish(parties)


@pytest.fixture(params=PAIRINGS, ids=["-".join(browser for _, browser in pairing) for pairing in PAIRINGS])
def meet(request, visit):
    """Opens the page for two people in each pairing of browsers, given the options of `visit` for each. The first of
    them is who dials first."""

    def open_pages(first: dict[str, str] = {}, second: dict[str, str] = {}) -> tuple[Party, Party]:
        one, other = request.param
        return visit(*one, **first), visit(*other, **second)

    return open_pages

"""How the page is loaded: painted before any script, installable, kept by its service worker, well without one."""

import json
import shutil
import subprocess
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import FAKE_DEVICES, FAKE_YES, PHONE, launch
from daemon import ROOT, WEB
from party import STEP_MS
from support.daemon import Daemon
from support.settings import free_port

# The version of the page that a test has made stands in four places that are loaded at different times.
MARKED = {
    "index.html": ("</head>", '<meta name="version" content="{0}">\n</head>'),
    "style.css": ("", "body {{ --version: {0} }}\n"),
    "main.js": ("const store", "document.documentElement.dataset.version = '{0}';\nconst store"),
}
LATE = "late.js"

# One of many that the page cannot do without.
SCRIPT = "relay/poller.js"

# None of the worker's business.
OTHERS = ["/sw.js", "/package.json", "/healthz", "/v1/events", "/v1/events?after=0", "/style.css?x", "/none"]

# What a page says of its own version when its scripts have run, with a file that it has not loaded before.
VERSIONS = """async () => {
    const root = document.documentElement;
    while (root.dataset.version === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    return [
        document.querySelector('meta[name=version]').content,
        getComputedStyle(document.body).getPropertyValue('--version').trim(),
        root.dataset.version,
        (await import('/late.js')).version,
    ];
}"""

# Waits until the worker of this version is at work, and says whether it ever was.
ACTIVE = """async (version, patience) => {
    const isActive = async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return (await caches.keys()).includes(`holdline/${version}`) && registration?.active?.state === 'activated'
            && !registration.installing && !registration.waiting;
    };
    const deadline = performance.now() + patience;
    while (!await isActive()) {
        if (performance.now() > deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
}"""


class Server:
    """A copy of the page that a test may change, and a daemon that keeps its port over a restart."""

    def __init__(self, folder):
        self.web = folder / "web"
        shutil.copytree(WEB, self.web)
        self.origin = f"http://127.0.0.1:{free_port()}"
        self._folder = folder / "daemon"
        self._process = None
        self.write_version()

    def start(self):
        self._process = Daemon(self._folder, {"listen": [self.origin], "web_root": str(self.web)})

    def stop(self):
        process, self._process = self._process, None
        if process is not None:
            process.finish()

    def write_version(self) -> None:
        subprocess.run([ROOT / "packaging/shell-version", self.web], check=True, capture_output=True)

    @property
    def version(self) -> str:
        line, = [line for line in (self.web / "sw.js").read_text().splitlines() if line.startswith("const VERSION")]
        return line.split("'")[1]

    @property
    def files(self) -> list[str]:
        return (self.web / "sw.js").read_text().split("const FILES = `\n")[1].split("\n`")[0].split("\n")

    def change(self, mark: str) -> None:
        """Makes another version of the page, as an upgrade does: the daemon is restarted with it."""
        self.stop()
        for name, (before, after) in MARKED.items():
            text = (WEB / name).read_text()
            marked = after.format(mark)
            (self.web / name).write_text(text.replace(before, marked) if before else text + marked)
        (self.web / LATE).write_text(f"export const version = '{mark}';\n")
        self.write_version()
        self.start()


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(playwright):
    browser = launch(playwright, FAKE_DEVICES, FAKE_YES)
    yield browser
    browser.close()


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport=PHONE, permissions=["camera", "microphone"])
    yield context
    context.close()


# What playwright itself says where it blocks service workers.
BLOCKED = "Service Worker registration blocked by Playwright"


def open_page(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.set_default_timeout(STEP_MS)
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text)
            if message.type in ("error", "warning") and message.text != BLOCKED else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(server.origin)
    return page


def await_worker(page: Page, server: Server) -> None:
    assert page.evaluate(f"([version, patience]) => ({ACTIVE})(version, patience)", [server.version, STEP_MS])


def open_kept_page(context: BrowserContext, server: Server) -> Page:
    """A page that comes from the worker."""
    page = open_page(context, server)
    await_worker(page, server)
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    return page


def shows_the_form(page: Page) -> None:
    expect(page.get_by_role("heading", name="holdline")).to_be_visible()
    expect(page.locator("form#dial input[name=code]")).to_be_visible()
    expect(page.locator("#submit")).to_be_visible()


# Before and without scripts.


def test_the_first_paint_waits_for_no_script(context, server):
    page = context.new_page()
    held = []
    released = []
    page.route("**/*.js", lambda route: route.continue_() if released else held.append(route))
    page.goto(server.origin, wait_until="commit")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    shows_the_form(page)
    assert page.evaluate("document.readyState") != "complete"
    released.append(True)
    for route in held:
        route.continue_()
    expect(page.locator("#state")).not_to_contain_text("JavaScript", timeout=STEP_MS)


def test_without_scripts_the_page_says_so(playwright, server):
    # Playwright's own switch leaves the parser in the belief that scripts run.
    browser = launch(playwright, "--blink-settings=scriptEnabled=false")
    page = browser.new_page(viewport=PHONE)
    page.goto(server.origin)
    shows_the_form(page)
    expect(page.locator("#state")).to_contain_text("This page needs JavaScript.", use_inner_text=True)
    browser.close()


def test_nothing_comes_from_another_host(context, server):
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = open_kept_page(context, server)
    page.fill("#code", "tulip")
    page.click("#submit")
    expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=STEP_MS)
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((f"{server.origin}/", f"blob:{server.origin}/", "data:"))] == []


def test_the_browser_has_nothing_to_complain_of(context, server):
    """A permission that the policy names and the browser does not know would be a warning."""
    page = open_kept_page(context, server)
    assert page.complaints == []


# Broken off.


def test_a_page_that_has_lost_a_script_loads_itself_again(context, server):
    """As when the network changes meanwhile."""
    page = context.new_page()
    lost = []

    def lose_once(route):
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.abort("connectionreset")

    page.route(f"**/{SCRIPT}", lose_once)
    page.goto(server.origin)
    expect(page.locator("#submit")).to_be_enabled(timeout=STEP_MS)
    assert lost == [f"{server.origin}/{SCRIPT}"]


def test_a_page_whose_script_is_not_there_does_not_load_itself_again_and_again(context, server):
    page = context.new_page()
    asked: list[float] = []

    def refuse(route):
        asked.append(time.monotonic())
        route.fulfill(status=404)

    page.route(f"**/{SCRIPT}", refuse)
    page.goto(server.origin)
    while len(asked) < 3:
        with page.expect_request(f"**/{SCRIPT}", timeout=STEP_MS):
            pass
    first, second, third = asked[:3]
    assert second - first >= 1
    assert third - second >= 10


# Installable.


def test_the_browser_would_install_the_page(context, server):
    page = open_page(context, server)
    session = context.new_cdp_session(page)
    answer = session.send("Page.getAppManifest")
    assert answer["url"] == f"{server.origin}/manifest.webmanifest"
    assert answer["errors"] == []
    assert json.loads(answer["data"])["name"] == "holdline"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's profile is a private one, in which nothing is installed; nothing else may stand in the way.
    assert [error["errorId"] for error in errors] in ([], ["in-incognito"])


# Kept.


def test_the_page_opens_while_the_server_is_away(browser, server):
    context = browser.new_context(viewport=PHONE, permissions=["camera", "microphone"], locale="de-DE")
    page = open_kept_page(context, server)
    online = page.locator("#state").inner_text()
    server.stop()
    for again in (page.reload, lambda: page.goto(f"{server.origin}/#tulip"), lambda: page.goto(server.origin)):
        again()
        shows_the_form(page)
        expect(page.locator("#state")).to_have_text(online)
    page.fill("#code", "tulip")
    page.click("#submit")
    expect(page.locator("body")).not_to_have_attribute("data-trouble", "", timeout=STEP_MS)
    context.close()


def test_every_file_is_kept_and_nothing_else(context, server):
    page = open_kept_page(context, server)
    for path in ["/style.css", *OTHERS]:
        with page.expect_response(server.origin + path) as answered:
            page.evaluate("(path) => fetch(path).then((response) => response.text())", path)
        assert answered.value.from_service_worker == (path == "/style.css"), path
    server.stop()
    fetched = page.evaluate(
        "(files) => Promise.all(files.map(async (file) => (await fetch(`/${file}`)).text()))", server.files)
    for name, text in zip(server.files, fetched, strict=True):
        assert text == (server.web / name).read_bytes().decode(errors="replace"), name
    failures = page.evaluate(
        "(others) => Promise.all(others.map((other) => fetch(other).then(() => 'answered', (error) => error.name)))",
        OTHERS)
    assert failures == ["TypeError"] * len(OTHERS)
    post = "fetch('/style.css', { method: 'POST' }).then(() => 'answered', (error) => error.name)"
    assert page.evaluate(post) == "TypeError"


def test_the_protocol_does_not_go_through_the_worker(context, server):
    """The browser has put the worker to rest, and nothing of a dial or a poll wakes it."""
    page = open_kept_page(context, server)
    session = context.new_cdp_session(page)
    statuses: list[str] = []
    session.on("ServiceWorker.workerVersionUpdated", lambda update: statuses.extend(
        version["runningStatus"] for version in update["versions"] if version["status"] == "activated"))
    session.send("ServiceWorker.enable")

    def await_status(status: str, looks: int = 1) -> None:
        """Waits until that is its status, so many looks in a row."""
        seen = 0
        for _ in range(200):
            seen = seen + 1 if statuses and statuses[-1] == status else 0
            if seen == looks:
                return
            page.wait_for_timeout(50)
        raise AssertionError(statuses)

    # Icon and manifest come a little later than the rest.
    page.wait_for_load_state("networkidle")
    session.send("ServiceWorker.stopAllWorkers")
    await_status("stopped", looks=10)
    statuses.clear()
    page.fill("#code", "tulip")
    page.click("#submit")
    expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=STEP_MS)
    assert statuses == []
    page.evaluate("fetch('/style.css')")
    await_status("running")


# Another version.


def test_the_second_load_at_the_latest_has_the_new_version(context, server):
    server.change("one")
    page = open_kept_page(context, server)
    assert page.evaluate(VERSIONS) == ["one"] * 4
    for mark in ("two", "three"):
        server.change(mark)
        page.reload()
        before = page.evaluate(VERSIONS)
        assert len(set(before)) == 1, before
        await_worker(page, server)
        page.reload()
        assert page.evaluate(VERSIONS) == [mark] * 4
    # "one" is gone. "two" may go with the next version: the page that was open meanwhile came from it.
    assert len(page.evaluate("caches.keys()")) == 3


def test_an_open_page_keeps_its_version(context, server):
    server.change("old")
    old = open_kept_page(context, server)
    server.change("new")
    new = open_page(context, server)
    await_worker(new, server)
    new.reload()
    assert new.evaluate(VERSIONS) == ["new"] * 4
    # It loads the last file only now.
    assert old.evaluate(VERSIONS) == ["old"] * 4
    old.reload()
    assert old.evaluate(VERSIONS) == ["new"] * 4


def test_files_of_two_versions_are_not_kept(context, server):
    """As when the server is restarted while the worker fetches them: what it has is not what it stands for."""
    (server.web / "style.css").write_text("body { color: red }")
    server.stop()
    server.start()
    page = open_page(context, server)
    page.evaluate("""async () => {
        const registration = await navigator.serviceWorker.register('/sw.js');
        const worker = registration.installing ?? registration.waiting ?? registration.active;
        while (!['redundant', 'activated', undefined].includes(worker?.state)) {
            await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
        }
    }""")
    assert page.evaluate("caches.keys()") == []
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller === null")
    shows_the_form(page)
    assert page.complaints == []


# Without.


def test_the_page_works_where_service_workers_are_blocked(browser, server):
    context = browser.new_context(viewport=PHONE, permissions=["camera", "microphone"], service_workers="block")
    page = open_page(context, server)
    page.fill("#code", "tulip")
    page.click("#submit")
    expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=STEP_MS)
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller === null")
    assert page.complaints == []
    context.close()

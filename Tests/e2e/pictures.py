"""Makes the README's pictures anew, in docs/images: the welcome page on a phone that is new in a home, and what the
call page shows there afterwards, from the storyboard.

    python Tests/e2e/pictures.py
"""

import pathlib
import tempfile

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from conftest import ALL, CHROMIUM, CHROMIUM_STORE, PHONE, launch
from daemon import ROOT, Daemon
from lab.authority import trust
from lab.namespace import Namespace
from storyboard import Storyboard

IMAGES = ROOT / "docs/images"

# By the story that each shows.
PICTURES = {"waiting": "waiting", "connected": "call"}

# As a home has it. It may not be looked up, so the browser is told where it is.
NAME = "holdline"
HTTPS_ORIGIN = f"https://{NAME}.local:8443"
HTTP_ORIGIN = f"http://{NAME}.local:8080"

# Before the page's own scripts: it can send what a phone can.
PREPARE = "navigator.share = async () => {};"


def main() -> None:
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = pathlib.Path(made)
        # A machine of that name, with the ports that the package has.
        network = Namespace(name=NAME)
        state = folder / "state"
        state.mkdir()
        daemon = Daemon(
            folder, origin=HTTPS_ORIGIN, listen=(f"https://{ALL}:8443", f"http://{ALL}:8080"), within=network.enter,
            state=state,
        )
        daemon.start()
        shoot_welcome(playwright, network, folder)
        trust(folder / CHROMIUM_STORE, state / "ca.crt")
        shoot_call(playwright, network, folder)
        daemon.stop()
        network.close()


def open_browser(playwright: Playwright, network: Namespace, folder: pathlib.Path) -> Browser:
    program = network.wrapper(folder, CHROMIUM)
    resolve = f"--host-resolver-rules=MAP {NAME}.local 127.0.0.1"
    return launch(playwright, resolve, program=str(program), own=folder)


def shoot_welcome(playwright: Playwright, network: Namespace, folder: pathlib.Path) -> None:
    browser = open_browser(playwright, network, folder)
    # What the page goes by when it says what is to be done.
    android = playwright.devices["Pixel 7"]["user_agent"]
    page = browser.new_context(viewport=PHONE, color_scheme="light", user_agent=android).new_page()
    page.goto(f"{HTTP_ORIGIN}/trust")
    expect(page.locator("#trust-state")).to_have_attribute("data-trust", "no")
    page.screenshot(path=IMAGES / "welcome.png")
    browser.close()


def shoot_call(playwright: Playwright, network: Namespace, folder: pathlib.Path) -> None:
    browser = open_browser(playwright, network, folder)
    context = browser.new_context(viewport=PHONE, color_scheme="light")
    context.add_init_script(PREPARE)
    board = Storyboard(context, HTTPS_ORIGIN)
    for story, picture in PICTURES.items():
        board.story(story)
        if picture == "waiting":
            # Below all else on a phone: it is scrolled to.
            board.page.locator("#qr").scroll_into_view_if_needed()
        board.page.screenshot(path=IMAGES / f"{picture}.png")
    assert board.complaints == [], board.complaints
    browser.close()


if __name__ == "__main__":
    main()

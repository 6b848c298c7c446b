"""Makes the README's pictures anew, in docs/images, from the storyboard.

    python Tests/e2e/pictures.py
"""

import pathlib
import tempfile

from playwright.sync_api import sync_playwright

from conftest import PHONE, launch
from daemon import ROOT, Daemon
from storyboard import Storyboard

IMAGES = ROOT / "docs/images"

# By the story that each shows.
PICTURES = {"idle": "before", "waiting": "waiting", "connected": "call"}

# As a home has it. It may not be looked up, so the browser is told where it is.
NAME = "holdline.local"

# Before the page's own scripts: it can send what a phone can, and suggests the same words each time, so that a picture
# changes only when the page does.
PREPARE = """
navigator.share = async () => {};
crypto.getRandomValues = (numbers) => numbers.fill(7);
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        daemon = Daemon(pathlib.Path(folder), allowed=(NAME,))
        daemon.start()
        browser = launch(
            playwright,
            f"--host-resolver-rules=MAP {NAME}:80 {daemon.origin.removeprefix('http://')}",
            f"--unsafely-treat-insecure-origin-as-secure=http://{NAME}",
        )
        context = browser.new_context(viewport=PHONE, color_scheme="light")
        context.add_init_script(PREPARE)
        board = Storyboard(context, f"http://{NAME}")
        for story, picture in PICTURES.items():
            board.story(story)
            board.page.screenshot(path=IMAGES / f"{picture}.png")
        assert board.complaints == [], board.complaints
        browser.close()
        daemon.stop()


if __name__ == "__main__":
    main()

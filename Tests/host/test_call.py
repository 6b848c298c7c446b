"""Two real browsers call each other through the installed service, and its journal tells the story."""

import re

import pytest
from playwright.sync_api import sync_playwright

from chromium_party import ChromiumParty
from over_a_restart import BEFORE, TOLERATED, call_over_a_restart

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--use-fake-device-for-media-stream=fps=5", "--use-fake-ui-for-media-stream"]
ORIGIN = "http://127.0.0.1:8080"


@pytest.fixture
def join(host, tmp_path):
    """Opens the page in a browser on the machine, where the service is localhost: each in a profile of its own."""
    # Browsers offer each other no loopback address: it has one more.
    host.network.run("ip", "link", "add", "home0", "type", "veth", "peer", "name", "home1")
    host.network.run("ip", "address", "add", "10.77.0.1/24", "dev", "home0")
    for end in ("home0", "home1"):
        # No address of its own making, which would come a second later: a browser then drops what it is loading.
        host.network.run("ip", "link", "set", end, "addrgenmode", "none")
        host.network.run("ip", "link", "set", end, "up")
    with sync_playwright() as playwright:
        program = str(host.network.wrapper(tmp_path, CHROMIUM))
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        parties = []

        def open_page(**options: str) -> ChromiumParty:
            context = browser.new_context(permissions=["camera", "microphone"])
            parties.append(ChromiumParty(context, ORIGIN, **options))
            return parties[-1]

        yield open_page
        for party in parties:
            party.check()
        browser.close()


def test_a_call_from_dial_to_connected(host, join, capsys):
    word = "a word that nobody may read"
    host.secrets.add(word)
    anna, ben = join(), join()
    anna.dial(word)
    anna.sees("waiting")
    ben.dial(word)
    for party in (anna, ben):
        party.sees("connected")
        party.sees_frames()
    told = [entry for entry in host.journal(SYSLOG_IDENTIFIER="holdline") if "CALL_ID" in entry]
    story = [entry["MESSAGE"] for entry in told]
    with capsys.disabled():
        print("", *story, sep="\n    ")
    assert len({entry["CALL_ID"] for entry in told}) == 1
    assert len(set(story)) == len(story), "each line tells something else"
    assert any(re.search(r"connected in [0-9.]+ m?s", line) for line in story)
    assert [entry for entry in told if "SETUP_MS" in entry] == told[-1:], "it ends with how long that took"


def restarted(host) -> None:
    host.run("systemctl", "restart", "holdline.service")


def killed(host) -> None:
    host.kill("holdline.service")


@pytest.mark.parametrize("restart", [restarted, killed])
def test_the_service_is_restarted_while_a_call_comes_about(host, join, restart):
    ada, bo = [join(before=BEFORE, tolerated=TOLERATED) for _ in range(2)]
    call_over_a_restart(ada, bo, lambda: restart(host))

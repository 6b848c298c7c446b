"""A phone and a laptop in a home Wi-Fi, each in a network of its own, and what a Wi-Fi does to a call."""

import os
import select
import subprocess
import sys
import time

import pytest

from chromium_party import ChromiumParty
from conftest import PLAIN_ORIGIN, PROXY_ORIGIN
from daemon import ROOT
from lab.home import CABLE_ADDRESS
from party import STEP_MS
from support.daemon import until

# What a page in English says of a network that keeps its devices apart.
ISOLATED = "guest"

# What the browser complains of while the network is away or the relay has forgotten a call.
NETWORK_AWAY = (
    "ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE|ERR_NETWORK_CHANGED|ERR_CONNECTION_(TIMED_OUT|RESET|CLOSED)"
    "|ERR_NETWORK_IO_SUSPENDED|ERR_TIMED_OUT|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH_MISMATCH|status of (401|409)"
)

# The longest that a call may take to come back once the network is whole.
BACK_MS = 60_000

# Chromium gives a connection up after about 16 s without network, Firefox after 30 s.
GIVEN_UP_MS = 38_000

# Two tries to connect, each of which the browser gives up after about 16 s.
ISOLATED_MS = 60_000

# The device notices that its network is away, or it does not.
HOW = ["link", "silence"]

# This side's end of the way that the media go. The other's address may be kept from the page.
OWN_ADDRESS = """async () => {
    const reports = await window.watched.connections.at(-1).getStats();
    const { selectedCandidatePairId } = [...reports.values()].find(({ type }) => type === 'transport');
    const { address, candidateType } = reports.get(reports.get(selectedCandidatePairId)?.localCandidateId) ?? {};
    return `${candidateType} ${address}`;
}"""

# What an ICE restart changes.
UFRAGS = """() => {
    const { localDescription, remoteDescription } = window.watched.connections.at(-1);
    return [localDescription, remoteDescription].map(({ sdp }) => /a=ice-ufrag:(.*)/.exec(sdp)[1]);
}"""

# Makes a home with something that runs in it, names the processes there, and waits to be killed.
OWNER = """
import subprocess
from lab.home import Home
home = Home()
daemon = subprocess.Popen([*home.box.enter, "sh", "-c", "echo there; exec sleep infinity"], stdout=subprocess.PIPE)
daemon.stdout.readline()
print(daemon.pid, home.box.pid, *(namespace.pid for namespace in home.devices.values()), flush=True)
input()
"""


class Outage:
    """Cuts the phone off for a time, and measures how long the pages take to recover from it."""

    def __init__(self, home, how: str, seconds: float, report):
        self._home = home
        self._how = how
        self._seconds = seconds
        self._report = report
        self._awaited: list[tuple] = []
        self._begun_at = self._mended_at = 0.0

    def awaits(self, name: str, *parties) -> None:
        """Picture and sound are to go on at these pages once the network is whole."""
        self._awaited.append((name, parties))

    def __enter__(self):
        self._begun_at = time.monotonic()
        self._home.cut("phone", self._how)
        return self

    def __exit__(self, failure, *_):
        if failure is None:
            time.sleep(max(0, self._begun_at + self._seconds - time.monotonic()))
            for _, parties in self._awaited:
                for party in parties:
                    party.note_flow()
        self._home.mend("phone")
        self._mended_at = time.time()

    def is_recovered(self) -> None:
        """Waits for picture and sound at all of them, and reports when they came."""
        for name, parties in self._awaited:
            took = [party.flows_at(BACK_MS) - self._mended_at for party in parties]
            assert min(took) > 0, f"{name}: the phone was not cut off"
            self._report(f"{self._how} gone for {self._seconds} s, {name}: media flow {max(took):.1f} s after it is back")


def call(one, other, word: str) -> None:
    one.dial(word)
    one.sees("waiting")
    other.dial(word)
    talk(one, other)


def talk(*parties, patience_ms: float = STEP_MS) -> None:
    for party in parties:
        party.sees("connected", patience_ms=patience_ms)
        party.sees_frames()


def talk_one_way(guest: ChromiumParty, host: ChromiumParty) -> None:
    """The guest has no devices."""
    for one in (guest, host):
        one.sees("connected")
    guest.sees_frames()


def pasted(party: ChromiumParty) -> str:
    """What somebody has copied in the same browser."""
    party.page.focus("#code")
    party.page.keyboard.press("Control+v")
    return party.page.input_value("#code")


def goes_on_by(ada: ChromiumParty, bo: ChromiumParty, address: str) -> float:
    """The call goes on by this address of Ada's. Gives how long that took."""
    begun_at = time.monotonic()
    until(lambda: ada.page.evaluate(OWN_ADDRESS) == f"host {address}", BACK_MS / 1000)
    for one in (ada, bo):
        one.sees_frames()
    return time.monotonic() - begun_at


def have_new(ufrags: list[str], *parties: ChromiumParty) -> bool:
    """Whether an ICE restart comes about at both, soon."""
    try:
        for party in parties:
            until(lambda: set(ufrags).isdisjoint(party.page.evaluate(UFRAGS)))
    except AssertionError:
        return False
    return True


def is_one_call(*parties: ChromiumParty) -> None:
    """Nobody has dialled anew."""
    for party in parties:
        party.sees("connected", "Connected.")
        assert party.flow()["connection"] == 1
        assert not party.has_seen("redialling")


def dials_of(party: ChromiumParty) -> list[str]:
    """Grows with every dial that the page sends from here on."""
    dials: list[str] = []
    party.page.on("request", lambda request: dials.append(request.url) if request.url.endswith("/v1/dial") else None)
    return dials


@pytest.fixture
def person(visit):
    """Somebody at a device who has not dialled yet."""
    return lambda device, **options: visit(device, tolerated=NETWORK_AWAY, **options)


@pytest.fixture
def people(person):
    """Somebody at the phone and somebody at the laptop."""
    return lambda **options: (person("phone", **options), person("laptop", **options))


@pytest.mark.parametrize("how", HOW)
def test_twelve_seconds(home, people, report, how):
    """Two calls in one outage: under way, and being set up."""
    talking, starting = people(), people()
    call(*talking, "poppy")
    starting[0].dial("lilac")
    starting[0].sees("waiting")
    outage = Outage(home, how, 12, report)
    outage.awaits("in the call", *talking)
    outage.awaits("being set up", *starting)
    starting[1].dial("lilac")
    with outage:
        pass
    outage.is_recovered()
    talk(*talking, *starting, patience_ms=BACK_MS)


@pytest.mark.parametrize("how", HOW)
def test_twelve_seconds_while_waiting(home, people, report, how):
    """The other one dials while who waits has no network."""
    ada, bo = people()
    ada.dial("iris")
    ada.sees("waiting")
    outage = Outage(home, how, 12, report)
    outage.awaits("while waiting", ada, bo)
    with outage:
        ada.sees("waiting")
        bo.dial("iris")
    outage.is_recovered()
    talk(ada, bo)


@pytest.mark.parametrize("how", HOW)
def test_forty_seconds(home, person, report, how):
    """A call comes back after both pages have given their connection up, where nobody notices one of Firefox. Nobody
    touches anything."""
    talking = (person("phone", browser="firefox" if how == "silence" else "chromium"), person("laptop"))
    call(*talking, "poppy")
    with Outage(home, how, 40, report) as outage:
        outage.awaits("redialled", *talking)
        for party in talking:
            party.sees("redialling", patience_ms=GIVEN_UP_MS)
    outage.is_recovered()
    talk(*talking, patience_ms=BACK_MS)


def test_forty_seconds_with_every_third_reply_lost(home, home_proxy, people, report):
    talking = people(origin=PROXY_ORIGIN)
    home_proxy.lose_every = 3
    call(*talking, "clover")
    lost_before = len(home_proxy.lost)
    with Outage(home, "link", 40, report) as outage:
        outage.awaits("redialled with every third reply lost", *talking)
        for party in talking:
            party.sees("redialling", patience_ms=GIVEN_UP_MS)
    outage.is_recovered()
    talk(*talking, patience_ms=BACK_MS)
    assert len(home_proxy.lost) > lost_before, "no reply was lost after the outage"


def test_who_waits_for_longer_than_the_relay_remembers_waits_on(home, people, report):
    ada, bo = people()
    dials = dials_of(ada)
    ada.dial("iris")
    ada.sees("waiting")
    with Outage(home, "silence", 40, report):
        ada.sees("waiting")
    bo.dial("iris")
    talk(ada, bo, patience_ms=BACK_MS)
    assert len(dials) == 2, "the relay was to forget who waited"


def test_the_way_in_use_dies_and_another_is_there(home, people, report):
    ada, bo = people()
    with home.cabled() as lines:
        call(ada, bo, "willow")
        _, used = ada.page.evaluate(OWN_ADDRESS).split(" ")
        with home.without(lines.pop(used), "link"):
            took = goes_on_by(ada, bo, *lines)
            report(f"link of the way in use gone, another there: media flow {took:.1f} s after it went")
            is_one_call(ada, bo)


def test_a_way_that_came_after_the_call(home, people, report):
    """Nothing comes for a moment: the pages look for other ways over the channel that they have, and find the cable.
    Then they do without the Wi-Fi."""
    ada, bo = people()
    call(ada, bo, "larch")
    before = ada.page.evaluate(UFRAGS)
    with home.cabled():
        # What the pages have to agree on for that is lost as well: it may come too late, and is tried again next time.
        for _ in range(3):
            with home.without("phone", "silence"):
                ada.sees("interrupted", "The connection is interrupted.", patience_ms=BACK_MS)
            begun_at = time.monotonic()
            for one in (ada, bo):
                one.sees_frames()
            report(f"silence until a page notices: media flow {time.monotonic() - begun_at:.1f} s after it is back")
            if have_new(before, ada, bo):
                break
        assert have_new(before, ada, bo), "no ICE restart"
        with home.without("phone", "link"):
            took = goes_on_by(ada, bo, CABLE_ADDRESS)
            report(f"link gone, another way found meanwhile: media flow {took:.1f} s after it went")
            is_one_call(ada, bo)


def test_a_wifi_that_keeps_its_devices_apart(home, people):
    ada, bo = people()
    with home.isolated():
        ada.dial("daisy")
        ada.sees("waiting")
        bo.dial("daisy")
        for one in (ada, bo):
            one.sees("ended", ISOLATED, patience_ms=ISOLATED_MS)
            one.shoot(f"isolated-{'ada' if one is ada else 'bo'}")
    # Nothing is wrong with the pages: elsewhere they meet.
    ada.press("Dial again")
    bo.press("Dial again")
    talk(ada, bo)


def test_a_page_over_plain_http(visit, plain_proxy):
    """It gives no camera and no microphone, and has no locks, no clipboard and no service worker; all else works."""
    # Of a header that only browsers with a secure page heed.
    ada, bo = visit("phone", tolerated="Cross-Origin-Opener-Policy", origin=PLAIN_ORIGIN), visit("laptop")
    assert not ada.page.evaluate("isSecureContext")
    ada.sees("idle")
    ada.reads("#missing", "This address does not begin with https, so the browser gives no camera or microphone")
    ada.dial("fern")
    ada.sees("waiting")
    ada.press("Copy the link")
    ada.reads("#note", "The link is copied.")
    assert pasted(visit("phone")) == f"{PLAIN_ORIGIN}/#fern"
    ada.reload()
    ada.sees("waiting", "Waiting for the other person to dial “fern”.")
    ada.shoot("plain-http")
    bo.dial("fern")
    talk_one_way(ada, bo)
    bo.reads("#their-state", "The other person has no camera and no microphone.")
    ada.reload()
    talk_one_way(ada, bo)
    assert ada.page.get_by_role("button", name="Share screen").count() == 0
    assert bo.page.get_by_role("button", name="Share screen").count() == 1
    bo.press("Hang up")
    ada.sees("ended", "The other person hung up.")


def test_a_wifi_that_loses_much(home, people):
    """A fifth of all packets, both ways, those to the relay included."""
    with home.lossy("phone", 20), home.lossy("laptop", 20):
        call(*people(), "thistle")


def test_nothing_is_left_of_a_network_whose_owner_is_killed():
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT / "Tests/e2e", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    processes = [int(pid) for pid in owner.stdout.readline().split()]
    assert len(processes) == 4
    watched = [os.pidfd_open(pid) for pid in processes]
    owner.kill()
    owner.wait()
    for descriptor in watched:
        ended, _, _ = select.select([descriptor], [], [], 5)
        os.close(descriptor)
        assert ended, "a process still holds the network"

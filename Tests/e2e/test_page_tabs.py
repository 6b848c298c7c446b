"""Reloaded, duplicated and neighbouring tabs: nobody meets their own ghost, and nobody's call is taken away."""

import contextlib

import pytest

from chromium_party import ChromiumParty
from conftest import FAKE_DEVICES, FAKE_YES, launch
from freeze import frozen, processes_of

# Before the page's own scripts: no candidate is sent, and none is taken, until the test says so.
NO_CANDIDATES = """
const add = RTCPeerConnection.prototype.addIceCandidate;
RTCPeerConnection.prototype.addIceCandidate = async function (candidate) {
    if (window.candidates) await add.call(this, candidate);
};
const send = window.fetch;
window.fetch = async (url, options) => {
    if (options?.body?.includes('candidate:') && !window.candidates) return new Promise(() => {});
    return send(url, options);
};
"""


def test_two_tabs_of_one_browser(join, browsers):
    ada = join(browsers[0])
    bo = join(browsers[0], beside=ada)
    ada.dial("poppy")
    ada.sees("waiting")
    bo.dial("poppy")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_reload_while_connecting(join, browsers):
    """The other page is held there: its browser has no way to send a candidate or to take one."""
    ada, bo = join(browsers[0]), join(browsers[1], before=NO_CANDIDATES)
    bo.dial("orchid")
    bo.sees("waiting")
    ada.dial("orchid")
    ada.sees("connecting")
    bo.sees("connecting")
    bo.page.evaluate("window.candidates = true")
    ada.reload()
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_reload_while_interrupted(connected, browsers):
    """The other one's machine hangs: it hears nothing of the reload before it goes on."""
    ada, bo = connected
    ada.sees_frames()
    with frozen(processes_of(browsers[1])):
        ada.sees("interrupted")
        ada.reload()
        ada.sees("redialling")
    for one in connected:
        one.sees("connected")
        one.sees_frames()


def test_reload_while_redialling(join, browsers):
    ada, bo = join(browsers[0], tolerated="ERR_FAILED"), join(browsers[1])
    ada.dial("lupin")
    bo.dial("lupin")
    for one in (ada, bo):
        one.sees("connected")
    # Nobody answers the redial meanwhile.
    ada.page.route("**/v1/**", lambda route: route.abort())
    ada.reload()
    ada.sees("redialling")
    bo.sees("redialling")
    ada.page.unroute("**/v1/**")
    ada.reload()
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_a_tab_that_comes_back_by_a_link_meets_no_ghost(pair):
    """It had died while it waited, and the link has another word."""
    ada, bo = pair
    ada.dial("peony")
    ada.sees("waiting")
    ada.page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })")
    ada.page.goto("about:blank")
    ada.page.goto(f"{ada.origin}/#hyacinth")
    assert ada.page.input_value("#code") == "hyacinth"
    ada.sees("idle")
    ada.dial("peony")
    ada.sees("waiting")
    # What it had is forgotten: a reload goes on with nothing else.
    ada.press("Cancel")
    ada.reload()
    ada.sees("idle")
    bo.dial("peony")
    bo.sees("waiting")


def test_reload_when_nothing_goes_on(connected):
    ada, bo = connected
    ada.press("Hang up")
    ada.sees("ended")
    ada.reload()
    ada.sees("idle")
    bo.sees("ended")


def test_a_closed_page_is_waited_for_in_vain(connected):
    ada, bo = connected
    ada.check()
    ada.page.goto("about:blank")
    bo.sees("redialling", "The other person’s page was closed or reloaded.")
    # The time that it has to come back is over: the page's clock is moved on.
    bo.page.evaluate("window.watched.leap(31_000)")
    bo.sees("ended", "The other person closed the page.")
    ada.page.goto(ada.origin)


def go_away_and_back(party: ChromiumParty) -> None:
    party.check_violations()
    party.page.goto(f"{party.origin}/healthz")
    # A page that was kept is not loaded.
    party.page.go_back(wait_until="commit")


def test_away_and_back(playwright, daemon):
    """The back/forward cache: what the browser keeps stands still, and goes on where it was. What it does not keep, as
    Chromium keeps no call, comes back as after a reload."""
    with contextlib.closing(launch(playwright, FAKE_DEVICES, FAKE_YES, keeps_pages=True)) as browser:
        contexts = [browser.new_context(permissions=["camera", "microphone"]) for _ in range(2)]
        ada, bo = [ChromiumParty(context, daemon.origin, tolerated="ERR_|status of (401|404)") for context in contexts]
        ada.dial("lavender")
        ada.sees("waiting")
        go_away_and_back(ada)
        ada.sees("waiting", "Waiting for the other person to dial “lavender”.")
        bo.dial("lavender")
        for one in (ada, bo):
            one.sees("connected")
            one.sees_frames()
        go_away_and_back(ada)
        for one in (ada, bo):
            one.sees("connected")
            one.sees_frames()
        assert bo.has_seen("redialling")
        bo.press("Hang up")
        ada.sees("ended", "The other person hung up.")
        ada.page.evaluate("window.isKept = true")
        go_away_and_back(ada)
        # Whether it keeps a page whose camera is on is the browser's to choose.
        if ada.page.evaluate("window.isKept"):
            ada.sees("ended", "The other person hung up.")
            ada.press("Dial again")
        else:
            ada.sees("idle")
            ada.dial("lavender")
        bo.press("Dial again")
        for one in (ada, bo):
            one.sees("connected")
            one.sees_frames()
            one.check()


def test_a_page_that_died_while_waiting(pair):
    """It takes leave of nobody; its ghost stays at the relay until the tab dials again."""
    ada, bo = pair
    ada.dial("heather")
    ada.sees("waiting")
    ada.page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })")
    ada.reload()
    ada.sees("waiting")
    bo.dial("heather")
    for one in pair:
        one.sees("connected")


def test_reload_while_the_reply_to_the_dial_is_lost(join, browsers):
    """The relay has a call that the page knows nothing of, but for the key of its dial."""
    ada, bo = join(browsers[0], tolerated="ERR_FAILED"), join(browsers[1])

    def lose_reply(route):
        route.fetch()
        route.abort()

    ada.page.route("**/v1/dial", lose_reply)
    ada.dial("mallow")
    ada.sees("dialling", "The server cannot be reached. Trying again…")
    # The page dials again meanwhile: what is being lost is let end, or the browser has it answered twice.
    ada.page.unroute_all(behavior="wait")
    ada.reload()
    ada.sees("waiting")
    bo.dial("mallow")
    for one in (ada, bo):
        one.sees("connected")


def duplicate(party):
    """A window that is opened by a page starts with a copy of its sessionStorage, as a duplicated tab does."""
    with party.page.context.expect_page() as opened:
        party.page.evaluate("void window.open(location.href)")
    copy = opened.value
    copy.wait_for_selector("#mine[data-camera=on]")
    return copy


def test_a_duplicated_tab_leaves_the_call_alone(pair):
    ada, bo = pair
    ada.dial("aster")
    ada.sees("waiting")
    copy = duplicate(ada)
    assert copy.get_attribute("body", "data-state") == "idle"
    assert "This call is open in another tab." in copy.inner_text("#state")
    assert copy.evaluate("sessionStorage.length") == 0
    # Nor does it take it after a reload of its own.
    copy.reload()
    copy.wait_for_selector("#mine[data-camera=on]")
    assert copy.get_attribute("body", "data-state") == "idle"
    ada.sees("waiting")
    bo.dial("aster")
    ada.sees("connected")
    bo.sees("connected")


@pytest.mark.parametrize("state", ["waiting", "connected"])
def test_a_second_tab_takes_the_call_over(pair, state):
    ada, bo = pair
    ada.dial("dahlia")
    ada.sees("waiting")
    if state == "connected":
        bo.dial("dahlia")
        bo.sees("connected")
        ada.sees("connected")
    copy = duplicate(ada)
    ada.press("Microphone")
    copy.get_by_role("button", name="Take it over here").click()
    ada.sees("ended", "Another tab has the call now. Go on there.")
    if state == "waiting":
        copy.wait_for_selector("body[data-state=waiting]")
        bo.dial("dahlia")
    copy.wait_for_selector("body[data-state=connected]")
    # Who was muted is so there too.
    bo.reads("#their-state", "microphone")
    copy.get_by_role("button", name="Microphone", exact=True).click()
    bo.sees("connected")
    bo.sees_frames()
    # Nobody fights for it.
    ada.page.bring_to_front()
    ada.page.evaluate("dispatchEvent(new Event('online'))")
    ada.sees("ended", "Another tab has the call now. Go on there.")
    bo.sees_frames()


def test_another_client_takes_the_call_over(join, browsers):
    ada = join(browsers[0], tolerated="status of 409")
    ada.dial("laurel")
    ada.sees("waiting")
    token = ada.page.evaluate("JSON.parse(sessionStorage.getItem('holdline.call')).call.token")
    status = ada.page.context.request.get(
        f"{ada.origin}/v1/events", headers={"Authorization": f"Bearer {token}", "Prefer": "wait=1"}
    ).status
    assert status == 204
    ada.sees("ended", "Another tab has the call now. Go on there.")
    ada.shoot("superseded")

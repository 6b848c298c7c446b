"""The relay or the other side is not there: the page says so, and does what it can by itself."""

from freeze import frozen, processes_of
from chromium_party import ChromiumParty
from over_a_restart import BEFORE, TOLERATED, call_over_a_restart
from support.daemon import until

# A relay that is away, and a token that it has forgotten: the browser reports both, the page lives on.
RELAY_AWAY = "ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_FAILED|status of (401|503)|fetching the script"

# Before the page's own scripts: the candidates lead nowhere, as in a network that keeps its devices apart.
NO_WAY = """
const add = RTCPeerConnection.prototype.addIceCandidate;
RTCPeerConnection.prototype.addIceCandidate = function (candidate) {
    return add.call(this, candidate && { ...candidate, candidate: candidate.candidate.replace(/ \\d+ typ/, ' 9 typ') });
};
"""

# The page looks for it when it dials.
NO_CALLS = "addEventListener('load', () => { delete window.RTCPeerConnection; });"

# Moves the page's clock on, and tells whether that has ended the call.
LEAPT = "() => { window.watched.leap(61_000); return document.body.dataset.state === 'ended'; }"


def test_a_browser_that_makes_no_calls(join, browsers):
    """It is locked down, for instance. Nobody is met with it."""
    ada, bo = join(browsers[0], before=NO_CALLS), join(browsers[1])
    ada.dial("rowan")
    ada.sees("ended", "This browser makes no calls")
    bo.dial("rowan")
    bo.sees("waiting")


def test_the_relay_restarts_while_one_waits(join, browsers, daemon):
    ada = join(browsers[0], tolerated=RELAY_AWAY)
    ada.dial("juniper")
    ada.sees("waiting")
    daemon.stop()
    ada.reads("#state", "The server cannot be reached. Trying again…")
    ada.shoot("relay-away")
    ada.sees("waiting")
    daemon.start()
    ada.sees("waiting", "Waiting for the other person to dial “juniper”.")
    bo = join(browsers[1])
    bo.dial("juniper")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_the_relay_is_killed_while_a_call_comes_about(join, browsers, daemon):
    def restart() -> None:
        daemon.kill()
        daemon.go_on()

    ada, bo = [join(browser, before=BEFORE, tolerated=TOLERATED) for browser in browsers]
    call_over_a_restart(ada, bo, restart)


def test_the_call_lives_on_without_the_relay(join, browsers, daemon):
    # The last word to the relay may still be on its way when it stops.
    ada, bo = [join(browser, tolerated=RELAY_AWAY) for browser in browsers]
    ada.dial("yarrow")
    bo.dial("yarrow")
    for one in (ada, bo):
        one.sees("connected")
    daemon.stop()
    for one in (ada, bo):
        one.sees_frames()
        one.sees("connected", "Connected.")
    ada.press("Hang up")
    bo.sees("ended", "The other person hung up.")


def test_the_relay_is_away_when_one_dials(join, browsers, daemon):
    ada = join(browsers[0], tolerated=RELAY_AWAY)
    # The page's words come last.
    ada.finds("#submit:enabled")
    daemon.stop()
    ada.dial("saffron")
    ada.sees("dialling", "The server cannot be reached. Trying again…")
    daemon.start()
    ada.sees("waiting", "Waiting for the other person to dial “saffron”.")


def test_the_relay_hangs_when_one_dials(pair, daemon):
    ada, bo = pair
    with frozen(daemon.processes):
        ada.dial("sorrel")
        ada.sees("dialling", "Dialling…")
        ada.shoot("dialling")
    ada.sees("waiting", "Waiting for the other person to dial “sorrel”.")
    bo.dial("sorrel")
    for one in pair:
        one.sees("connected")
        one.sees_frames()


def test_cancel_while_the_relay_is_away(join, browsers, daemon):
    ada = join(browsers[0], tolerated=RELAY_AWAY)
    # The page's words come last.
    ada.finds("#submit:enabled")
    daemon.stop()
    ada.dial("thyme")
    ada.reads("#state", "The server cannot be reached.")
    ada.press("Cancel")
    ada.sees("idle")
    assert ada.page.get_attribute("body", "data-trouble") == ""


def test_too_many_dials(make_daemon, browsers):
    daemon = make_daemon(dials_per_minute=1)
    context = browsers[0].new_context(permissions=["camera", "microphone"])
    ada = ChromiumParty(context, daemon.origin, tolerated="status of 429")
    ada.dial("basil")
    ada.sees("waiting")
    ada.press("Cancel")
    ada.dial("basil")
    ada.sees("dialling", "Too many dials came from your network. Trying again in")
    ada.shoot("too-many-dials")
    ada.check()
    context.close()


def test_the_other_goes_before_the_call_comes_about(join, browsers):
    """A caller that never sends an offer, and goes as a page does that is closed or reloaded: it may be back."""
    ada, bo = join(browsers[0]), join(browsers[1])
    dialled = ada.page.context.request.post(f"{ada.origin}/v1/dial", data={"code": "fennel"}).json()
    assert dialled["role"] == "caller"
    ada.dial("fennel")
    ada.sees("connecting", "The other person is there. Connecting…")
    ada.shoot("connecting")
    left = ada.page.context.request.post(
        f"{ada.origin}/v1/leave",
        headers={"Authorization": f"Bearer {dialled['token']}"},
        data={"reason": "failed"},
    )
    assert left.status == 204
    ada.sees("waiting")
    bo.dial("fennel")
    for one in (ada, bo):
        one.sees("connected")


def test_no_way_to_the_other(join, browsers):
    """A page tries twice, and then says what may be the reason."""
    # What one posts when the other has just left is refused.
    ada, bo = [join(browser, before=NO_WAY, tolerated="status of 409") for browser in browsers]
    ada.dial("ginger")
    ada.sees("waiting")
    bo.dial("ginger")
    for one in (ada, bo):
        one.sees("connecting", "The other person is there. Connecting…")
    # The time that connecting may take is over.
    ada.page.evaluate("window.watched.leap(61_000)")
    ada.sees("connecting", "Trying once more…")
    ada.shoot("retrying")
    # And so is that of the second try, as soon as it has begun to connect.
    until(lambda: ada.evaluate(LEAPT), every=0.5)
    ada.reads("#state", "No way to the other person was found.")
    ada.shoot("failed")
    # Its own time is not over: it waits for whoever may come back.
    bo.sees("waiting")


def test_the_connection_breaks(connected):
    """With no word, as when a page dies: the other one dials by a word that only the two of them know."""
    ada, bo = connected
    words = []
    bo.page.on("request", lambda asked: words.append(asked.post_data_json["code"]) if "dial" in asked.url else None)
    ada.page.evaluate("window.watched.connections.at(-1).close()")
    bo.sees("redialling", "The connection broke off.")
    bo.shoot("redialling")
    ada.reload()
    for one in connected:
        one.sees("connected")
        one.sees_frames()
    assert words != [] and all(len(word) == 32 for word in words)


def test_the_other_hangs_for_a_while(connected, browsers):
    """The connection is interrupted, and goes on by itself when the other one's machine does."""
    ada, bo = connected
    ada.sees_frames()
    with frozen(processes_of(browsers[1])):
        ada.sees("interrupted", "The connection is interrupted.")
        assert ada.page.get_by_role("button", name="Hang up").is_visible()
        ada.shoot("interrupted")
    for one in connected:
        one.sees("connected", "Connected.")
        one.sees_frames()

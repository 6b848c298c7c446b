"""Two people call each other, in a home where each device has a network of its own: Chromium calls Chromium, and
Chromium and Firefox call each other."""

import re

import pytest

from lab.home import DEVICES

# This side's end of the way that the media go. The other's address may be kept from the page.
OWN_END = """async () => {
    const reports = await window.watched.connections.at(-1).getStats();
    const pair = [...reports.values()].find((report) => report.type === 'candidate-pair' && report.nominated);
    const { address, candidateType } = reports.get(pair.localCandidateId);
    return [candidateType, address];
}"""

# What is sent: by its kind the device, and whether it is muted.
SENT = """() => Object.fromEntries(window.watched.connections.at(-1).getSenders()
    .map(({ track }) => [track.kind, [track.getSettings().deviceId, !track.enabled]]))"""

# Before the page's own scripts: counts the locks that keep the screen awake.
WAKE_LOCKS = """
window.locks = { asked: 0, released: 0 };
navigator.wakeLock.request = async () => {
    window.locks.asked += 1;
    const lock = new EventTarget();
    lock.released = false;
    lock.release = async () => {
        lock.released = true;
        window.locks.released += 1;
    };
    return lock;
};
"""

# Before the page's own scripts: a browser with no head has no windows, so what would come into one is noted.
NO_WINDOWS = """
HTMLVideoElement.prototype.requestPictureInPicture = async function () {
    if (!navigator.userActivation.isActive) throw new DOMException('nobody asked', 'NotAllowedError');
    window.inWindow = this.id;
};
"""

# Before the page's own scripts: Firefox with no head has no screen that could be shared, and nothing else in place of
# one than its camera.
A_SCREEN = """
if (navigator.userAgent.includes('Firefox')) {
    const media = navigator.mediaDevices;
    media.getDisplayMedia = () => media.getUserMedia({ video: true });
}
"""

# Before the page's own scripts: the one camera and the one microphone of Firefox are listed twice each, and opened by
# either name.
TWO_OF_EACH = """
const media = navigator.mediaDevices;
const list = media.enumerateDevices.bind(media);
const open = media.getUserMedia.bind(media);
const SECOND = 'second ';
const idIn = ({ deviceId } = {}) => deviceId?.exact ?? deviceId ?? '';
const single = (wanted) => (
    idIn(wanted).startsWith(SECOND) ? { ...wanted, deviceId: idIn(wanted).slice(SECOND.length) } : wanted);
if (navigator.userAgent.includes('Firefox')) {
    media.enumerateDevices = async () => {
        const devices = await list();
        return [...devices, ...devices.map(({ kind, label, deviceId }) => (
            { kind, label: SECOND + label, deviceId: deviceId && SECOND + deviceId }))];
    };
    media.getUserMedia = async (wanted) => {
        const stream = await open({ audio: single(wanted.audio), video: single(wanted.video) });
        for (const track of stream.getTracks()) {
            if (!idIn(wanted[track.kind]).startsWith(SECOND)) continue;
            const settings = track.getSettings();
            track.getSettings = () => ({ ...settings, deviceId: SECOND + settings.deviceId });
        }
        return stream;
    };
}
"""

# What each browser's own words are for where it can be told otherwise.
HOW_TO_ALLOW = {
    "chromium": "click the icon left of the address",
    "firefox": "press the crossed-out camera or the lock next to the address",
}

# What the other one reads of a page that is closed, for how long that is waited for, and what is read then. What Firefox
# says from a page that goes is mostly not sent any more, so that it is taken for lost.
CLOSED = ("The other person’s page was closed or reloaded.", 31_000, "The other person closed the page.")
BROKEN = ("The connection broke off.", 121_000, "The connection to the other person is lost.")


@pytest.fixture
def pair(meet):
    """The one who dials first, and the other."""
    return meet()


def talk(*parties):
    for one in parties:
        one.sees("connected", "Connected.")
        one.sees_frames()


def test_by_word(pair):
    """From the form to the end, and once more."""
    ada, bo = pair
    ada.sees("idle")
    ada.shoot(f"idle-{ada.browser}")
    ada.dial("blue tulip")
    ada.sees("waiting", "Waiting for the other person to dial “blue tulip”.")
    ada.shoot(f"waiting-{ada.browser}")
    bo.dial("  Blue   Tulip ")
    talk(*pair)
    for one in pair:
        kind, address = one.evaluate(OWN_END)
        assert kind == "host"
        # Firefox keeps its own address from the page as well.
        assert address in DEVICES.values() or one.browser == "firefox" and address.endswith(".local")
    bo.shoot(f"connected-{bo.browser}")
    ada.wait_for("() => document.querySelector('#info .clock').textContent >= '0:01'")
    ada.press("Hang up")
    ada.sees("ended", "You hung up. The call lasted 0:")
    bo.sees("ended", "The other person hung up. The call lasted 0:")
    ada.shoot(f"ended-{ada.browser}")
    bo.shoot(f"ended-by-the-other-{bo.browser}")
    bo.press("Dial again")
    bo.sees("waiting")
    ada.press("Dial again")
    talk(*pair)


def test_by_link(meet):
    """A link fills the form and waits for one tap. It is allowed to, but no address opens a camera by itself."""
    ada, bo = meet(first={"path": "/#blue%20river"})
    assert ada.text("#code") == "blue river"
    ada.finds("#mine[data-camera=unasked]")
    ada.sees("idle")
    ada.press("Dial")
    ada.sees("waiting", "Waiting for the other person to dial “blue river”.")
    ada.finds("#mine[data-camera=on]")
    bo.evaluate("(link) => { location.href = link; }", ada.text("#link"))
    bo.wait_for("() => document.querySelector('#code').value === 'blue river'")
    bo.sees("idle")
    bo.press("Dial")
    talk(ada, bo)


def test_by_a_suggested_word(pair):
    ada, bo = pair
    words = ada.evaluate("() => [...document.querySelectorAll('#suggested button')].map((one) => one.textContent)")
    assert len(set(words)) == 3
    ada.press(words[1])
    ada.press("Dial")
    ada.sees("waiting")
    bo.dial(words[1])
    for one in pair:
        one.sees("connected")


def test_cancel_while_waiting(meet):
    """The screen is kept awake as long as there is something to wait for or to see."""
    ada, bo = meet(first={"before": WAKE_LOCKS})
    assert ada.evaluate("() => window.locks") == {"asked": 0, "released": 0}
    ada.dial("cherry")
    ada.sees("waiting")
    ada.wait_for("() => window.locks.asked === 1")
    ada.press("Cancel")
    ada.sees("idle")
    ada.wait_for("() => window.locks.released === 1")
    # Nobody is left behind who could be met.
    bo.dial("cherry")
    bo.sees("waiting")
    ada.dial("cherry")
    for one in (ada, bo):
        one.sees("connected")
    assert ada.evaluate("() => window.locks") == {"asked": 2, "released": 1}
    bo.press("Hang up")
    ada.wait_for("() => window.locks.released === 2")


def test_what_one_mutes_the_other_sees(pair):
    ada, bo = pair
    if ada.browser == "firefox":
        # It opens none unasked.
        ada.press("Use camera and microphone")
    ada.press("Camera")
    ada.dial("lemon")
    ada.sees("waiting")
    bo.dial("lemon")
    bo.sees("connected")
    bo.reads("#their-state", "The other person has the camera off.")
    for name, off in [
        ("Microphone", "the microphone off"),
        ("Speaker", "the speaker off. You are not heard."),
    ]:
        ada.press(name)
        bo.reads("#their-state", off)
    for kind in ("microphone", "camera", "speaker"):
        bo.finds(f"#theirs[data-{kind}=off]")
        ada.finds(f"#{kind}[aria-pressed=false]")
    ada.wait_for("() => document.querySelector('#their-video').muted")
    bo.shoot(f"muted-by-the-other-{bo.browser}")
    ada.shoot(f"muted-here-{ada.browser}")
    for name in ("Microphone", "Camera", "Speaker"):
        ada.press(name)
    bo.reads_nothing("#their-state")
    talk(*pair)


def test_another_camera(meet):
    """And another microphone. No new offer is made, and nobody hangs up."""
    ada, bo = meet(first={"before": TWO_OF_EACH})
    ada.dial("sage")
    ada.sees("waiting")
    bo.dial("sage")
    ada.sees("connected")
    ada.press("Microphone")
    bo.reads("#their-state", "the microphone off")
    before = ada.evaluate(SENT)
    ada.press("More")
    ada.press("Camera, microphone, speaker")
    for kind in ("camera", "microphone"):
        other = ada.evaluate("(id) => document.querySelector(`#${id} option:not(:checked)`).value", f"choose-{kind}")
        ada.choose(f"#choose-{kind}", other)
    ada.type_keys("Escape")
    ada.wait_for(
        f"(before) => ['audio', 'video'].every((kind) => ({SENT})()[kind][0] !== before[kind][0])", before)
    assert ada.evaluate(SENT)["audio"][1], "it is muted as the one before was"
    chosen = ada.evaluate(SENT)
    ada.press("Flip camera")
    ada.wait_for(f"(chosen) => ({SENT})().video[0] !== chosen.video[0]", chosen)
    bo.sees_picture()
    ada.press("Microphone")
    bo.sees_frames()
    assert ada.evaluate("() => window.watched.connections.length") == 1


def test_the_screen_instead_of_the_camera(meet):
    ada, bo = meet(first={"before": A_SCREEN})
    ada.dial("clover")
    ada.sees("waiting")
    bo.dial("clover")
    ada.sees("connected")
    ada.press("Share screen")
    bo.reads("#their-state", "The other person is showing you a screen.")
    bo.sees_frames()
    bo.shoot(f"their-screen-{bo.browser}")
    ada.press("Share screen")
    bo.reads_nothing("#their-state")
    bo.sees_frames()
    ada.press("Share screen")
    bo.reads("#their-state", "The other person is showing you a screen.")
    bo.press("Hang up")
    ada.sees("ended")
    # The next one who calls sees no screen.
    bo.press("Dial again")
    bo.sees("waiting")
    ada.press("Dial again")
    ada.sees("connected")
    bo.sees_frames()
    bo.reads_nothing("#their-state")


def test_chat(connected):
    ada, bo = connected
    bo.press("Chat")
    bo.fill("#chat-text", "<b>look</b> up")
    bo.type_keys("Enter")
    ada.finds("#unread:not(:empty)")
    ada.click("#open-chat")
    ada.reads("#chat-lines", "<b>look</b> up")
    ada.fill("#chat-text", "I do")
    ada.press("Send")
    bo.reads("#chat-lines", "I do")
    ada.shoot(f"chat-{ada.browser}")
    # It goes with the call.
    bo.press("Hang up")
    ada.sees("ended")
    assert ada.text("#chat-lines") == ""


def test_the_quality_and_the_small_window(meet):
    ada, bo = meet(first={"before": NO_WINDOWS})
    ada.dial("nettle")
    ada.sees("waiting")
    bo.dial("nettle")
    ada.sees("connected")
    ada.reads("#quality", "connection")
    ada.click("#quality")
    ada.reads("#numbers", "direct")
    ada.wait_for("() => /VP8|VP9|H264|AV1/.test(document.querySelector('#numbers').textContent)")
    ada.shoot(f"details-{ada.browser}")
    # What two people who do not trust the relay compare.
    keys = ada.text("#numbers dd:last-child")
    assert re.fullmatch(r"(?:[0-9A-F]{2}:){7}[0-9A-F]{2} · (?:[0-9A-F]{2}:){7}[0-9A-F]{2}", keys), keys
    bo.click("#quality")
    bo.reads("#numbers", keys)
    ada.type_keys("Escape")
    ada.press("More")
    ada.press("Small window")
    ada.wait_for("() => window.inWindow === 'their-video'")


def test_reload(pair):
    """While one waits, and in the call: it comes back by itself, and its clock goes on where it was."""
    ada, bo = pair
    ada.dial("violet")
    ada.sees("waiting")
    for _ in range(2):
        ada.reload()
        ada.sees("waiting", "Waiting for the other person to dial “violet”.")
    bo.dial("violet")
    talk(*pair)
    # Nobody has touched the new page: Firefox plays no sound before that, and the other one is told so.
    if ada.browser == "firefox":
        bo.reads("#their-state", "the speaker off. You are not heard.")
        ada.press("Speaker")
        bo.reads_nothing("#their-state")
    ada.finds("#speaker[aria-pressed=true]")
    ada.wait_for("() => document.querySelector('#info .clock').textContent >= '0:02'")
    for reloaded, stays in [(ada, bo), (bo, ada)]:
        stays.evaluate("() => { window.watched.states = []; }")
        reloaded.reload()
        talk(*pair)
        assert stays.has_seen("redialling")
    assert ada.text("#info .clock") >= "0:03"
    bo.press("Hang up")
    ada.sees("ended", "The other person hung up.")


def test_close(connected):
    ada, bo = connected
    ada.check()
    ada.open("about:blank")
    bo.sees("redialling")
    said_so = CLOSED[0] in bo.text("#state")
    assert said_so or ada.browser == "firefox"
    seen, patience_ms, end = CLOSED if said_so else BROKEN
    bo.reads("#state", seen)
    # The time that it has to come back is over: the page's clock is moved on.
    bo.evaluate("(ms) => window.watched.leap(ms)", patience_ms)
    bo.sees("ended", end)
    ada.open(ada.origin)


def test_no_camera(meet):
    ada, bo = meet(first={"without": "camera"})
    ada.dial("acorn")
    ada.sees("waiting")
    ada.reads("#missing", "No camera was found: you will not be seen.")
    bo.dial("acorn")
    ada.sees("connected")
    ada.sees_frames()
    bo.sees("connected")
    bo.reads("#their-state", "The other person has no camera.")
    bo.hears()
    ada.shoot(f"no-camera-{ada.browser}")
    bo.shoot(f"no-camera-there-{bo.browser}")
    # The other way round, the other one's picture is offered and not asked for.
    bo.press("Hang up")
    bo.press("Dial again")
    bo.sees("waiting")
    ada.press("Dial again")
    ada.sees("connected")
    ada.sees_frames()
    bo.hears()


def test_permission_refused(meet):
    ada, bo = meet(first={"without": "permission"})
    ada.dial("clover")
    ada.sees("waiting")
    ada.reads("#missing", "Camera and microphone are not allowed: you will be neither seen nor heard.")
    ada.reads("#missing", HOW_TO_ALLOW[ada.browser])
    ada.shoot(f"camera-refused-{ada.browser}")
    bo.dial("clover")
    ada.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", "The other person has no camera and no microphone.")


def test_another_language(pair):
    ada, bo = pair
    ada.choose("#language", "de")
    ada.reads("#camera", "Kamera")
    ada.finds("html[lang=de]")
    ada.dial("rose")
    ada.sees("waiting")
    bo.dial("rose")
    ada.sees("connected", "Verbunden.")
    bo.sees("connected", "Connected.")
    ada.press("Auflegen")
    ada.sees("ended", "Du hast aufgelegt.")
    ada.reload()
    ada.reads("#camera", "Kamera")


# By keyboard alone.


def walk(party, key: str, last: str) -> list[str]:
    """Presses a key until the focus comes there, and tells all places that it came to; each time it can be seen."""
    names: list[str] = []
    while names[-1:] != [last]:
        party.type_keys(key)
        name = party.focus()
        assert name not in names, f"the focus never comes to {last}: {names}"
        names.append(name)
    return names


def test_by_keyboard_alone(meet):
    ada, bo = meet()
    bo.dial("walnut")
    bo.sees("waiting")
    walk(ada, "Tab", "code")
    ada.type_keys(*"walnut", "Enter")
    talk(ada, bo)
    # The form has gone; the focus is where the next step is.
    assert ada.focus() == "end"

    # Every control is reached, both ways.
    flip = ["flip"] if ada.browser == "chromium" else []
    controls = ["microphone", "camera", "speaker", *flip, "share", "open-chat", "More"]
    assert walk(ada, "Shift+Tab", "move") == [*reversed(controls), "move"]
    assert walk(ada, "Tab", "quality") == [*controls, "end", "quality"]

    # A dialog opens, its keys are not the call's, and it gives the focus back.
    ada.type_keys("Enter")
    ada.finds("#details[open]")
    ada.reads("#numbers", "direct")
    ada.type_keys("m", "Escape")
    ada.finds("#details:not([open])")
    assert ada.focus() == "quality"

    # One dialog out of another, and every control of both.
    walk(ada, "Shift+Tab", "More")
    ada.type_keys("Enter")
    ada.finds("#more[open]")
    choices = ["full-screen", "picture-in-picture", "Connection", "Keyboard shortcuts"]
    assert walk(ada, "Tab", choices[-1])[-len(choices):] == choices
    walk(ada, "Shift+Tab", "Camera, microphone, speaker")
    ada.type_keys("Enter")
    ada.finds("#devices[open]")
    walk(ada, "Tab", "choose-microphone")
    walk(ada, "Shift+Tab", "Close")
    ada.type_keys("Enter")
    ada.finds("#devices:not([open])")
    assert ada.focus() == "More"

    # Microphone and camera, by their buttons and by their keys.
    walk(ada, "Shift+Tab", "microphone")
    for off, on in [("Space", "Enter"), ("m", "m")]:
        ada.type_keys(off)
        bo.reads("#their-state", "The other person has the microphone off.")
        ada.type_keys(on)
        bo.reads_nothing("#their-state")
    ada.type_keys("v")
    bo.reads("#their-state", "The other person has the camera off.")

    # The chat: opened by its button and by its key, left by Escape and by its own button.
    walk(ada, "Tab", "open-chat")
    ada.type_keys("Enter")
    assert ada.focus() == "chat-text"
    ada.type_keys(*"come, music?", "Enter")
    bo.reads("#chat-lines", "come, music?")
    ada.type_keys("Escape")
    assert ada.focus() == "open-chat"
    ada.type_keys("c")
    assert ada.focus() == "chat-text"
    walk(ada, "Shift+Tab", "close-chat")
    ada.type_keys("Enter")
    assert ada.focus() == "open-chat"

    # The end, and the way back.
    walk(ada, "Tab", "end")
    ada.type_keys("Enter")
    ada.sees("ended", "You hung up.")
    bo.sees("ended", "The other person hung up.")
    assert ada.focus() == "submit"
    ada.type_keys("Enter")
    ada.sees("waiting")
    assert ada.focus() == "end"
    ada.type_keys("Enter")
    ada.sees("idle")


# What is the same in every browser: two Chromiums on this machine.


def test_hang_up_while_connecting(join, browsers):
    """The word of it may come before the channel is open that carries it, and the connection may still come about."""
    # What the other posts just then is refused: the call is over.
    ada, bo = join(browsers[0]), join(browsers[1], tolerated="status of 409")
    ada.dial("ivy")
    ada.sees("waiting")
    ada.page.evaluate(
        """watched.connections.at(-1).addEventListener('signalingstatechange', ({ target }) => {
            if (target.signalingState === 'stable') document.querySelector('#end').click();
        })"""
    )
    bo.dial("ivy")
    bo.sees("ended", "The other person hung up.")
    ada.sees("idle")
    # Longer than the connection is kept open for the word.
    ada.page.wait_for_timeout(1000)
    ada.sees("idle")


def test_a_third_one_with_the_same_word(join, browsers):
    """Two have it already: the third one waits for a fourth, and disturbs nobody."""
    ada, bo, cleo = join(browsers[0]), join(browsers[1]), join(browsers[0])
    for one in (ada, bo):
        one.dial("tulip")
    ada.sees("connected")
    bo.sees("connected")
    cleo.dial("tulip")
    cleo.sees("waiting")
    talk(ada, bo)


def test_a_browser_that_keeps_nothing(join, browsers):
    """Storage is forbidden, and to ask for it is an error."""
    forbidden = "".join(
        f"Object.defineProperty(window, '{name}', {{ get() {{ throw new DOMException('no', 'SecurityError'); }} }});"
        for name in ("localStorage", "sessionStorage"))
    ada, bo = join(browsers[0], before=forbidden), join(browsers[1])
    ada.dial("mint")
    ada.sees("waiting")
    bo.dial("mint")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()
    bo.press("Hang up")
    ada.sees("ended")


def test_a_word_that_is_none(join, browsers):
    ada = join(browsers[0], tolerated="status of 400")
    ada.dial("w" * 129)
    ada.sees("ended", "This word cannot be dialled. Choose one of 1 to 128 characters.")
    ada.shoot("word-refused")
    ada.dial(" ")
    ada.sees("ended", "This word cannot be dialled. Choose one of 1 to 128 characters.")
    ada.dial("w" * 128)
    ada.sees("waiting")


def test_an_invitation_from_the_machine_itself(join, browsers):
    """Nobody else reaches it as localhost."""
    ada = join(browsers[0])
    ada.dial("maple")
    ada.sees("waiting")
    port = ada.origin.rpartition(":")[2]
    ada.wait_for("(end) => document.querySelector('#link').value.endsWith(end)", f".local:{port}/#maple")

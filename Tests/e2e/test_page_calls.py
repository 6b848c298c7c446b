"""Two people call each other: the ordinary ways of it."""

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


def test_both_see_and_hear_each_other(pair):
    ada, bo = pair
    ada.sees("idle")
    ada.shoot("idle")
    ada.dial("blue tulip")
    ada.sees("waiting", "Waiting for the other person to dial “blue tulip”.")
    ada.shoot("waiting")
    bo.dial("  Blue   Tulip ")
    for one in pair:
        one.sees("connected", "Connected.")
        one.sees_frames()
    bo.shoot("connected")


def test_what_one_mutes_the_other_sees(connected):
    ada, bo = connected
    for name, off, state in [
        ("Microphone", "the microphone off", "microphone"),
        ("Camera", "the camera off", "camera"),
        ("Speaker", "the speaker off. You are not heard.", "speaker"),
    ]:
        ada.press(name)
        bo.reads("#their-state", off)
        bo.page.wait_for_selector(f"#theirs[data-{state}=off]")
    assert ada.page.get_by_role("button", pressed=True).count() == 0
    assert ada.page.locator("#their-video").evaluate("(video) => video.muted")
    bo.shoot("muted-by-the-other")
    ada.shoot("muted-here")
    for name in ["Microphone", "Camera", "Speaker"]:
        ada.press(name)
    bo.page.wait_for_selector("#their-state:empty", state="attached")
    bo.sees_frames()


def test_mute_before_the_call(pair):
    ada, bo = pair
    ada.press("Camera")
    ada.dial("lemon")
    bo.dial("lemon")
    bo.sees("connected")
    bo.reads("#their-state", "The other person has the camera off.")


def test_hang_up_and_dial_again(connected):
    ada, bo = connected
    ada.page.wait_for_function("() => document.querySelector('#info .clock').textContent >= '0:01'")
    ada.press("Hang up")
    ada.sees("ended", "You hung up. The call lasted 0:0")
    bo.sees("ended", "The other person hung up.")
    ada.shoot("ended")
    bo.shoot("ended-by-the-other")
    bo.press("Dial again")
    bo.sees("waiting")
    ada.press("Dial again")
    for one in connected:
        one.sees("connected")
        one.sees_frames()


def test_cancel_while_waiting(pair):
    ada, bo = pair
    ada.dial("cherry")
    ada.sees("waiting")
    ada.press("Cancel")
    ada.sees("idle")
    # Nobody is left behind who could be met.
    bo.dial("cherry")
    bo.sees("waiting")
    ada.dial("cherry")
    for one in pair:
        one.sees("connected")


def test_hang_up_while_connecting(join, browsers):
    """The word of it may come before the channel is open that carries it, and the connection may still come about."""
    # What the other posts just then is refused: the call is over.
    ada, bo = join(browsers[0]), join(browsers[1], tolerated="status of 409")
    ada.page.evaluate(
        """new MutationObserver(() => {
            if (document.body.dataset.state === 'connecting') document.querySelector('#end').click();
        }).observe(document.body, { attributeFilter: ['data-state'] })"""
    )
    ada.dial("ivy")
    ada.sees("waiting")
    bo.dial("ivy")
    bo.sees("ended", "The other person hung up.")
    ada.sees("idle")
    # Longer than the connection is kept open for the word.
    ada.page.wait_for_timeout(1000)
    ada.sees("idle")


def test_a_link_fills_the_form_and_waits(join, browsers):
    ada = join(browsers[0], path="/#blue%20river")
    assert ada.page.input_value("#code") == "blue river"
    # It is allowed to, but no address opens a camera by itself.
    assert ada.page.get_attribute("#mine", "data-camera") == "unasked"
    ada.sees("idle")
    ada.press("Dial")
    ada.sees("waiting", "Waiting for the other person to dial “blue river”.")
    assert ada.page.input_value("#link") == f"{ada.origin}/#blue%20river"
    ada.page.wait_for_selector("#mine[data-camera=on]")
    ada.page.evaluate("location.hash = '#other'")
    assert ada.page.input_value("#code") == "other"


def test_a_suggested_word(pair):
    ada, bo = pair
    words = ada.page.locator("#suggested button").all_inner_texts()
    assert len(set(words)) == 3
    ada.press(words[1])
    ada.press("Dial")
    ada.sees("waiting")
    bo.dial(words[1])
    bo.sees("connected")


def test_a_third_one_with_the_same_word(connected, join, browsers):
    """Two have it already: the third one waits for a fourth, and disturbs nobody."""
    cleo = join(browsers[0])
    cleo.dial("tulip")
    cleo.sees("waiting")
    for one in connected:
        one.sees_frames()
        one.sees("connected")


def test_chat(connected):
    ada, bo = connected
    bo.press("Chat")
    bo.page.fill("#chat-text", "<b>look</b> up")
    bo.page.keyboard.press("Enter")
    ada.page.wait_for_selector("#unread:not(:empty)")
    ada.page.click("#open-chat")
    ada.reads("#chat-lines", "<b>look</b> up")
    ada.page.fill("#chat-text", "I do")
    ada.press("Send")
    bo.reads("#chat-lines", "I do")
    ada.shoot("chat")
    # It goes with the call.
    bo.press("Hang up")
    ada.sees("ended")
    assert ada.page.inner_text("#chat-lines") == ""


def test_the_screen_instead_of_the_camera(connected):
    ada, bo = connected
    ada.press("Share screen")
    bo.reads("#their-state", "The other person is showing you a screen.")
    bo.sees_frames()
    bo.shoot("their-screen")
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


def test_another_camera_in_the_call(join, browsers, browser_with_cameras):
    """No new offer is made, and nobody hangs up."""
    ada, bo = join(browser_with_cameras), join(browsers[0])
    ada.dial("sage")
    ada.sees("waiting")
    bo.dial("sage")
    ada.sees("connected")
    ada.press("Microphone")
    bo.reads("#their-state", "the microphone off")
    sent = """() => Object.fromEntries(window.watched.connections.at(-1).getSenders()
        .map(({ track }) => [track.kind, [track.label, track.enabled]]))"""
    before = ada.page.evaluate(sent)
    ada.press("More")
    ada.press("Camera, microphone, speaker")
    for kind in ("camera", "microphone"):
        others = ada.page.locator(f"#choose-{kind} option:not(:checked)")
        ada.page.select_option(f"#choose-{kind}", others.first.get_attribute("value"))
    ada.page.keyboard.press("Escape")
    ada.page.wait_for_function(
        f"(before) => ['audio', 'video'].every((kind) => ({sent})()[kind][0] !== before[kind][0])", arg=before)
    assert ada.page.evaluate(sent)["audio"][1] is False, "it is muted as the one before was"
    ada.press("Flip camera")
    bo.sees_picture()
    ada.press("Microphone")
    bo.sees_frames()
    assert ada.page.evaluate("window.watched.connections.length") == 1


def test_the_small_window(join, browsers):
    ada, bo = join(browsers[0], before=NO_WINDOWS), join(browsers[1])
    ada.dial("nettle")
    bo.dial("nettle")
    ada.sees("connected")
    ada.press("More")
    ada.press("Small window")
    ada.page.wait_for_function("() => window.inWindow === 'their-video'")


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


def test_the_quality_of_the_connection(connected):
    ada, _ = connected
    ada.reads("#quality", "connection")
    ada.page.click("#quality")
    ada.reads("#numbers", "direct")
    ada.page.wait_for_function("() => /VP8|VP9|H264|AV1/.test(document.querySelector('#numbers').textContent)")
    ada.shoot("details")


def test_the_screen_stays_awake(join, browsers):
    ada = join(browsers[0], before=WAKE_LOCKS)
    assert ada.page.evaluate("window.locks") == {"asked": 0, "released": 0}
    ada.dial("clover")
    ada.sees("waiting")
    ada.page.wait_for_function("() => window.locks.asked === 1")
    ada.press("Cancel")
    ada.page.wait_for_function("() => window.locks.released === 1")
    bo = join(browsers[1])
    ada.dial("clover")
    bo.dial("clover")
    ada.sees("connected")
    assert ada.page.evaluate("window.locks") == {"asked": 2, "released": 1}
    bo.press("Hang up")
    ada.page.wait_for_function("() => window.locks.released === 2")


def test_another_language(pair):
    ada, bo = pair
    ada.page.select_option("#language", "de")
    ada.page.get_by_role("button", name="Kamera", exact=True).wait_for()
    assert ada.page.get_attribute("html", "lang") == "de"
    ada.dial("rose")
    bo.dial("rose")
    ada.sees("connected", "Verbunden.")
    bo.sees("connected", "Connected.")
    ada.page.get_by_role("button", name="Auflegen").click()
    ada.sees("ended")
    ada.reload()
    ada.page.get_by_role("button", name="Kamera", exact=True).wait_for()


def test_a_word_that_is_none(join, browsers):
    ada = join(browsers[0], tolerated="status of 400")
    ada.dial("w" * 129)
    ada.sees("ended", "This word cannot be dialled. Choose one of 1 to 128 characters.")
    ada.shoot("word-refused")
    ada.dial(" ")
    ada.sees("ended", "This word cannot be dialled. Choose one of 1 to 128 characters.")
    ada.dial("w" * 128)
    ada.sees("waiting")


def test_by_keyboard_alone(pair):
    ada, bo = pair
    bo.dial("walnut")
    bo.sees("waiting")
    ada.page.focus("input[name=code]")
    ada.page.keyboard.type("walnut")
    ada.page.keyboard.press("Enter")
    ada.sees("connected")
    # The form has gone; the focus is where the next step is.
    assert ada.page.evaluate("document.activeElement.id") == "end"
    ada.page.keyboard.press("Enter")
    ada.sees("ended")
    assert ada.page.evaluate("document.activeElement.id") == "submit"
    bo.sees("ended", "The other person hung up.")

"""A call needs no camera and no microphone: it is made in both directions all the same."""

# Before the page's own scripts: the machine has no microphone, and the browser says so as it does.
NO_MICROPHONE = """
const media = navigator.mediaDevices;
const open = media.getUserMedia.bind(media);
media.getUserMedia = async (constraints) => {
    if (constraints.audio) throw new DOMException('Requested device not found', 'NotFoundError');
    return open(constraints);
};
"""

# Before the page's own scripts: the browser asks, and nobody answers until the test does.
ASKED = """
const media = navigator.mediaDevices;
const open = media.getUserMedia.bind(media);
const answered = new Promise((resolve) => { window.allow = resolve; });
media.getUserMedia = async (constraints) => {
    await answered;
    return open(constraints);
};
"""


def test_no_microphone(join, browsers):
    ada, bo = join(browsers[0], before=NO_MICROPHONE), join(browsers[1])
    ada.dial("maple")
    ada.sees("waiting")
    ada.reads("#missing", "No microphone was found: you will not be heard.")
    bo.dial("maple")
    ada.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", "The other person has no microphone.")
    bo.sees_picture()


def test_no_device_at_all(join, browsers, browser_without_camera):
    ada, bo = join(browser_without_camera, before=NO_MICROPHONE), join(browsers[0])
    ada.dial("hazel")
    ada.sees("waiting")
    ada.reads("#missing", "No camera and no microphone were found: you will be neither seen nor heard.")
    bo.dial("hazel")
    ada.sees("connected")
    ada.sees_frames()
    bo.sees("connected")
    bo.reads("#their-state", "The other person has no camera and no microphone.")


def test_the_camera_is_asked_for_only_when_somebody_asks(join, browsers):
    ada = join(browsers[0], allowed=())
    ada.sees("idle")
    # It can be left out before; what is not there yet cannot be muted.
    assert ada.page.locator("#microphone").is_disabled()
    assert ada.page.locator("#camera").is_enabled()
    ada.shoot("idle-before-the-camera")
    ada.press("Use camera and microphone")
    ada.page.wait_for_selector("#mine[data-camera=on]")
    assert ada.page.locator("#my-video").evaluate("(video) => video.srcObject.getTracks().length") == 2
    ada.sees("idle")


def test_a_fresh_browser_asks_before_it_dials(join, browsers):
    ada, bo = join(browsers[0], allowed=()), join(browsers[1], allowed=())
    ada.dial("birch")
    ada.sees("waiting")
    ada.page.wait_for_selector("#mine[data-camera=on]")
    bo.dial("birch")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_nobody_has_answered_the_browser_yet(join, browsers):
    ada, bo = join(browsers[0], allowed=(), before=ASKED), join(browsers[1])
    ada.dial("rowan")
    ada.sees("asking", "Opening your camera and microphone. If your browser asks you, allow them.")
    ada.shoot("asking")
    # The relay knows nothing of it yet: nobody is there to be met.
    bo.dial("rowan")
    bo.sees("waiting")
    ada.sees("asking")
    ada.page.evaluate("window.allow()")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_reload_while_the_browser_asks(join, browsers):
    """It asks again, for the same word, and the relay still knows nothing of it."""
    ada, bo = join(browsers[0], allowed=(), before=ASKED), join(browsers[1])
    ada.dial("crocus")
    ada.sees("asking")
    ada.reload()
    ada.sees("asking")
    bo.dial("crocus")
    bo.sees("waiting")
    ada.press("Cancel")
    ada.sees("idle")
    assert ada.page.input_value("#code") == "crocus"
    ada.reload()
    ada.sees("idle")
    ada.dial("crocus")
    ada.sees("asking")
    ada.reload()
    ada.sees("asking")
    ada.page.evaluate("window.allow()")
    for one in (ada, bo):
        one.sees("connected")
        one.sees_frames()


def test_cancel_while_the_browser_asks(join, browsers):
    ada = join(browsers[0], allowed=(), before=ASKED)
    ada.dial("alder")
    ada.sees("asking")
    ada.press("Cancel")
    ada.sees("idle")
    ada.page.evaluate("window.allow()")
    ada.page.wait_for_selector("#mine[data-camera=on]")
    # The yes comes too late to dial by itself.
    ada.sees("idle")

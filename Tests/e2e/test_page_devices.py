"""A call needs no camera and no microphone: it is made in both directions all the same."""

import pytest

# Before the page's own scripts: the machine has no device of a kind, and the browser says so as it does.
WITHOUT = """
const media = navigator.mediaDevices;
const open = media.getUserMedia.bind(media);
media.getUserMedia = async (constraints) => {
    if (constraints[%r]) throw new DOMException('Requested device not found', 'NotFoundError');
    return open(constraints);
};
"""


def test_no_camera_and_no_microphone(join, browsers, bare_browser):
    ada, bo = join(bare_browser), join(browsers[0])
    ada.dial("acorn")
    ada.sees("waiting")
    ada.reads("#missing", "No camera was found: you will not be seen.")
    ada.reads("#missing", "No microphone was found: you will not be heard.")
    bo.dial("acorn")
    ada.sees("connected")
    bo.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", "They have no camera. They have no microphone.")
    ada.shoot("no-camera")
    bo.shoot("no-camera-there")


def test_no_camera_on_the_one_who_joins(join, browsers, bare_browser):
    ada, bo = join(bare_browser), join(browsers[0])
    bo.dial("hazel")
    bo.sees("waiting")
    ada.dial("hazel")
    ada.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", "They have no camera.")


@pytest.mark.parametrize(
    ("kind", "here", "there", "flows"),
    [
        ("audio", "No microphone was found: you will not be heard.", "They have no microphone.", "video"),
        ("video", "No camera was found: you will not be seen.", "They have no camera.", "audio"),
    ],
)
def test_one_of_the_two_is_missing(join, browsers, kind, here, there, flows):
    context = browsers[0].new_context(permissions=["camera", "microphone"])
    context.add_init_script(WITHOUT % kind)
    ada, bo = join(browsers[0], context), join(browsers[1])
    ada.dial("maple")
    ada.sees("waiting")
    ada.reads("#missing", here)
    bo.dial("maple")
    ada.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", there)
    before = bo.flow().get(flows, 0)
    while bo.flow().get(flows, 0) <= before:
        bo.page.wait_for_timeout(20)
    ada.check()
    context.close()


def test_permission_refused(join, playwright, browsers):
    from conftest import FAKE_DEVICES, launch

    # Without the fake yes and with no permission given, a headless browser says no.
    browser = launch(playwright, FAKE_DEVICES)
    ada, bo = join(browser, allowed=()), join(browsers[0])
    ada.dial("clover")
    ada.sees("waiting")
    ada.reads("#missing", "The camera is not allowed: you will not be seen.")
    ada.shoot("camera-refused")
    bo.dial("clover")
    ada.sees("connected")
    ada.sees_frames()
    bo.reads("#their-state", "They have no camera.")
    ada.check()
    browser.close()


def test_the_camera_is_asked_for_only_when_somebody_asks(join, browsers):
    ada = join(browsers[0], allowed=())
    ada.sees("idle")
    assert ada.page.locator("#camera").is_disabled()
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

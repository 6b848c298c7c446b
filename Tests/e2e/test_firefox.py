"""Firefox at the phone and Chromium at the laptop, each as the caller and as the callee."""

import pytest


@pytest.fixture
def pair(visit, firefox):
    """The one at Firefox, and the one at Chromium."""
    return visit("phone", firefox=firefox), visit("laptop")


@pytest.mark.parametrize("caller", ["firefox", "chromium"])
def test_a_call(pair, caller):
    fay, cleo = pair
    first, second = pair if caller == "firefox" else reversed(pair)
    first.dial("maple")
    first.sees("waiting")
    second.dial("maple")
    for one in pair:
        one.sees("connected")
        one.sees_frames()
    # What one mutes the other sees.
    for one, other in [(fay, cleo), (cleo, fay)]:
        one.press("Microphone")
        other.reads("#their-state", "microphone")
        one.press("Microphone")
        other.reads_nothing("#their-state")
    for one, other in [(fay, cleo), (cleo, fay)]:
        one.press("Camera")
        other.reads("#their-state", "camera")
        one.press("Camera")
        other.reads_nothing("#their-state")
    fay.shoot(f"firefox-{'caller' if first is fay else 'callee'}")
    second.press("Hang up")
    second.sees("ended")
    first.sees("ended", "The other person hung up.")
    first.press("Dial again")
    first.sees("waiting")
    second.press("Dial again")
    for one in pair:
        one.sees("connected")
        one.sees_frames()


def test_reload(pair):
    fay, cleo = pair
    fay.dial("aspen")
    fay.sees("waiting")
    fay.reload()
    fay.sees("waiting")
    cleo.dial("aspen")
    for reloaded in (fay, cleo):
        for one in pair:
            one.sees("connected")
            one.sees_frames()
        reloaded.reload()
    for one in pair:
        one.sees("connected")
        one.sees_frames()


def test_cancel(pair):
    fay, cleo = pair
    fay.dial("holly")
    fay.sees("waiting")
    fay.press("Cancel")
    fay.sees("idle")
    cleo.dial("holly")
    cleo.sees("waiting")
    fay.dial("holly")
    for one in pair:
        one.sees("connected")

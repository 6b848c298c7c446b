"""Two people call each other: the ordinary ways of it."""


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
    ada.press("Hang up")
    ada.sees("ended", "You hung up.")
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


def test_closing_the_page_hangs_up(connected):
    ada, bo = connected
    ada.check()
    ada.page.goto("about:blank")
    bo.sees("ended", "The other person hung up.")
    ada.page.goto(ada.origin)


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

"""Every state of the page: as a picture to look at, for axe-core, on small screens, and for who uses no mouse."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from conftest import launch
from daemon import Daemon
from party import FOCUS, FOCUS_LINE, SCREENSHOTS
from storyboard import (
    ALL_ON, CONNECTED, DESKTOP, GOOD, LANDSCAPE, OPENED, PHONE, SMALL, STATES, TALK, WAITED, Storyboard, stories,
    view,
)

SIZES = {"phone": PHONE, "desktop": DESKTOP, "small": SMALL, "landscape": LANDSCAPE}
NAMES = [*stories(), *OPENED]

# The least that a finger needs, in pixels.
TARGET = 44

# What axe-core finds wrong: the rule, and where. It judges elements, not sentences: a page that differs from one before
# in nothing but what it says is not judged again.
AXE = """async () => {
    const shape = document.body.outerHTML.replace(/>[^<]*</g, '><');
    window.judged ??= new Set();
    if (window.judged.has(shape)) return [];
    window.judged.add(shape);
    const { violations } = await axe.run(document, {
        // Of WCAG 2.2, and not on by itself.
        rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}"""

# What can be seen and pressed now: in the open dialog, if there is one.
PRESSABLE = """
    const top = document.querySelector('dialog[open]') ?? document.body;
    const seen = (one) => one.getClientRects().length > 0 && !one.disabled;
    const pressable = [...top.querySelectorAll('button, input, select')].filter(seen);
    const nameOf = (one) => one.id || one.textContent || one.className;
"""

# What is too small for a finger. Of a checkbox its label counts.
TOO_SMALL = """(least) => {%s
    return pressable.filter((one) => {
        const { width, height } = (one.type === 'checkbox' ? one.labels[0] : one).getBoundingClientRect();
        return Math.min(width, height) < least;
    }).map(nameOf);
}""" % PRESSABLE

# What cannot be reached by a finger even when it is scrolled to; and how far the page is wider than the screen.
UNREACHABLE = """() => {%s
    const covered = pressable.filter((one) => {
        one.scrollIntoView({ block: 'nearest' });
        const { left, top, width, height } = one.getBoundingClientRect();
        const found = document.elementFromPoint(left + width / 2, top + height / 2);
        return found === null || !(one.contains(found) || found.closest('label')?.control === one);
    });
    const root = document.documentElement;
    return { covered: covered.map(nameOf), wider: root.scrollWidth - root.clientWidth };
}""" % PRESSABLE

# What is written and cannot be read: beyond the screen, beyond what it stands in, or where another button's text is.
ILLEGIBLE = """() => {
    const range = document.createRange();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const illegible = [];
    const names = [];
    while (texts.nextNode()) {
        const { parentElement: one, data } = texts.currentNode;
        const { clipPath, overflowY } = getComputedStyle(one);
        range.selectNode(texts.currentNode);
        const place = range.getBoundingClientRect();
        // What is for the ear alone is clipped.
        if (place.width === 0 || one.closest('select') || clipPath !== 'none') continue;
        const isCut = overflowY === 'hidden' && one.scrollHeight > one.clientHeight;
        const isOver = names.some(({ left, right, top, bottom }) =>
            left < place.right && place.left < right && top < place.bottom && place.top < bottom);
        if (place.left < 0 || place.right > innerWidth || isCut || isOver) illegible.push(data);
        if (one.closest('button')) names.push(place);
    }
    return illegible;
}"""

# Before the page's own scripts: counts the notes that are played, and takes what is copied and shared.
WATCH = """
window.notes = [];
window.OscillatorNode = class extends OscillatorNode {
    constructor(context, options) {
        super(context, options);
        window.notes.push(options.frequency);
    }
};
window.shared = [];
navigator.share = async (what) => { window.shared.push(what); };
"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    daemon = Daemon(tmp_path_factory.mktemp("storyboard"))
    daemon.start()
    yield daemon.origin
    daemon.stop()


@pytest.fixture(scope="module")
def browser(playwright):
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def open_board(browser, origin):
    """Opens a storyboard of its own for a test. In the end the page may not have complained."""
    boards = []

    def open_page(size: dict = PHONE, theme: str = "light", language: str = "en", **options) -> Storyboard:
        context = browser.new_context(viewport=size, color_scheme=theme, **options)
        context.add_init_script(WATCH)
        boards.append(Storyboard(context, origin, language))
        return boards[-1]

    yield open_page
    for board in boards:
        assert board.complaints == []
        board.page.context.close()


@pytest.fixture
def board(open_board):
    return open_board()


def test_there_is_a_picture_of_every_state():
    assert {story["state"] for story in stories().values()} == set(STATES)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_every_state_is_accessible(open_board, size, theme):
    """And is kept as a picture."""
    board = open_board(SIZES[size], theme)
    board.page.evaluate(AXE_SCRIPT)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in NAMES:
        board.story(name)
        board.page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{theme}.png")
        found[name] = board.page.evaluate(AXE)
    assert {name: violations for name, violations in found.items() if violations} == {}


@pytest.mark.parametrize(
    "size, language, direction, text",
    [
        ("small", "en", "ltr", 1),
        ("small", "ru", "ltr", 1),
        ("small", "de", "rtl", 1),
        ("landscape", "de", "ltr", 1),
        ("phone", "en", "ltr", 2),
        ("desktop", "fr", "rtl", 2),
    ],
)
def test_nothing_is_cut_off(open_board, size, language, direction, text):
    """On small screens, with long words, from right to left, and with text of twice the size."""
    board = open_board(SIZES[size], language=language)
    board.page.evaluate(
        """([direction, text]) => {
            Object.defineProperty(window.story.words, 'direction', { value: direction });
            window.story.screen.speak();
            document.documentElement.style.fontSize = `${100 * text}%`;
        }""",
        [direction, text],
    )
    assert board.page.get_attribute("html", "dir") == direction
    found = {}
    # Dialogs are opened by their English names.
    for name in NAMES if language == "en" else stories():
        board.story(name)
        found[name] = board.page.evaluate(UNREACHABLE)
    whole = {"covered": [], "wider": 0}
    assert {name: faults for name, faults in found.items() if faults != whole} == {}


def test_every_language_on_a_small_screen(open_board):
    board = open_board(SMALL)
    languages = board.choice("Language").locator("option").evaluate_all("(all) => all.map(({ value }) => value)")
    assert len(languages) == 5
    found = {}
    for language in languages:
        board.page.evaluate(
            "async (language) => { await story.words.speak(language); story.screen.speak(); }", language)
        for name in ("idle", "waiting", "connected", "ended-hung-up"):
            board.story(name)
            found[language, name] = board.page.evaluate(UNREACHABLE) | {"illegible": board.page.evaluate(ILLEGIBLE)}
    whole = {"covered": [], "wider": 0, "illegible": []}
    assert {name: faults for name, faults in found.items() if faults != whole} == {}


@pytest.mark.parametrize("size", ["small", "landscape", "desktop"])
def test_everything_is_big_enough_for_a_finger(open_board, size):
    board = open_board(SIZES[size])
    found = {}
    for name in NAMES:
        board.story(name)
        found[name] = board.page.evaluate(TOO_SMALL, TARGET)
    assert {name: small for name, small in found.items() if small} == {}


# Without a mouse.


def tab_through(board: Storyboard) -> list[str]:
    """Where the focus comes on a whole round through the page; each time it can be seen."""
    names = []
    board.page.evaluate("document.activeElement.blur()")
    while True:
        board.page.keyboard.press("Tab")
        name, line = board.page.evaluate(FOCUS)
        if name in ("", *names):
            return names
        assert line >= FOCUS_LINE, name
        names.append(name)


def test_all_by_keyboard(board):
    board.story("idle")
    tabbed = tab_through(board)
    assert tabbed[:6] == ["language", "microphone", "camera", "speaker", "flip", "Devices"]
    assert tabbed[6:9] == ["code", "submit", "others"]
    assert len(tabbed) == 12
    board.story("waiting")
    assert tab_through(board)[-4:] == ["end", "link", "copy", "invite"]
    board.story("connected")
    expected = ["move", "microphone", "camera", "speaker", "flip", "share", "open-chat", "More", "end", "quality"]
    assert tab_through(board) == expected
    board.story("elsewhere")
    assert "take-over" in tab_through(board)


def test_the_focus_goes_on_when_its_place_vanishes(board):
    board.story("idle")
    board.page.focus("#code")
    board.page.keyboard.type("blue tulip")
    board.page.keyboard.press("Enter")
    assert board.done() == [["dial", "blue tulip"]]
    board.show(stories()["dialling"])
    assert board.focused() == "end"
    board.show(stories()["connected"])
    assert board.focused() == "end"
    board.press("More")
    board.show(stories()["ended-they-hung-up"])
    assert board.focused() == "submit"
    assert board.page.locator("dialog[open]").count() == 0
    board.show(stories()["connected"])
    board.press("Chat")
    assert board.focused() == "chat-text"
    board.show(stories()["ended-they-hung-up"])
    assert board.focused() == "submit"


def test_the_focus_is_left_alone_where_it_can_stay(board):
    board.story("idle")
    board.page.focus("#camera")
    board.show(stories()["waiting"])
    assert board.focused() == "camera"
    board.page.evaluate("document.activeElement.blur()")
    board.show(stories()["connected"])
    assert board.focused() == ""


def test_keys_press_buttons(board):
    # Only the page that is in front may fill the screen.
    board.page.bring_to_front()
    board.story("connected")
    for key in "mvsxp":
        board.page.keyboard.press(key)
    kinds = [["toggle", "microphone"], ["toggle", "camera"], ["toggle", "speaker"]]
    assert board.done() == [*kinds, ["flip"], ["share"]]
    # On a keyboard whose letters are others, the places count.
    board.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ь', code: 'KeyM', bubbles: true }))"
    )
    board.page.keyboard.press("Control+m")
    assert board.done() == [["toggle", "microphone"]]
    board.page.keyboard.press("q")
    expect(board.page.locator("#details")).to_be_visible()
    board.page.keyboard.press("m")
    board.page.keyboard.press("Escape")
    expect(board.page.locator("#details")).to_be_hidden()
    board.page.keyboard.press("f")
    board.page.wait_for_function("() => document.fullscreenElement !== null")
    board.page.keyboard.press("f")
    board.page.wait_for_function("() => document.fullscreenElement === null")
    assert board.done() == []


def test_keys_type_where_one_types(board):
    board.story("connected")
    board.page.keyboard.press("c")
    assert board.focused() == "chat-text"
    board.page.keyboard.type("music, please?")
    assert board.page.input_value("#chat-text") == "music, please?"
    board.page.keyboard.press("Enter")
    assert board.done() == [["chat", "music, please?"]]
    board.page.keyboard.press("Enter")
    assert board.done() == [], "nothing is not said"
    board.page.keyboard.press("Escape")
    assert board.focused() == "open-chat"
    expect(board.page.locator("#chat")).to_be_hidden()


def test_keys_are_shown_and_can_be_turned_off(board):
    board.story("connected")
    board.page.keyboard.press("?")
    expect(board.page.locator("#shortcut-list li").first).to_have_text("mMicrophone")
    board.page.get_by_label("Use these keys").uncheck()
    board.page.keyboard.press("Escape")
    board.page.keyboard.press("m")
    assert board.done() == []
    board.page.reload()
    assert board.page.evaluate("localStorage.getItem('holdline.shortcuts')") == "off"


def test_no_key_acts_outside_a_call(board):
    board.story("ended-hung-up")
    board.page.evaluate("document.activeElement.blur()")
    board.page.keyboard.press("m")
    board.page.keyboard.press("?")
    assert board.done() == []
    assert board.page.locator("dialog[open]").count() == 0


# One's own picture in the call.


def corner(board: Storyboard) -> str:
    """Where it really is."""
    return board.page.evaluate(
        """() => {
            const [mine, stage] = ['mine', 'pictures'].map((id) => document.getElementById(id).getBoundingClientRect());
            const isTop = mine.top - stage.top < stage.bottom - mine.bottom;
            return `${isTop ? 'top' : 'bottom'} ${mine.left - stage.left < stage.right - mine.right ? 'left' : 'right'}`;
        }"""
    )


def test_the_own_picture_moves(board):
    board.story("connected")
    assert corner(board) == "bottom right"
    rounds = []
    for _ in range(4):
        board.press("Move your own picture")
        rounds.append(corner(board))
    assert rounds == ["bottom left", "top left", "top right", "bottom right"]
    board.page.focus("#move")
    for key, there in [("ArrowUp", "top right"), ("ArrowLeft", "top left"), ("ArrowDown", "bottom left")]:
        board.page.keyboard.press(key)
        assert corner(board) == there
    board.page.keyboard.press("ArrowDown")
    board.page.keyboard.press("ArrowRight")
    assert corner(board) == "bottom right"


def test_the_own_picture_is_dragged(board):
    board.story("connected")
    box = board.page.locator("#move").bounding_box()
    mouse = board.page.mouse
    mouse.move(box["x"] + 20, box["y"] + 20)
    mouse.down()
    mouse.move(200, 300, steps=4)
    assert board.page.locator("#mine").bounding_box()["x"] == pytest.approx(180, abs=1)
    mouse.move(60, 120, steps=4)
    mouse.up()
    assert corner(board) == "top left"
    assert board.page.evaluate("document.querySelector('#mine').style.transform") == ""
    # After the drag a tap is a tap.
    board.press("Move your own picture")
    assert corner(board) == "top right"


# What is shown, and what is asked for.


def test_buttons_ask_for_what_they_say(board):
    board.story("idle-unasked")
    board.press("Use camera and microphone")
    board.story("elsewhere")
    board.press("Take it over here")
    board.story("waiting")
    board.press("Cancel")
    board.story("connected")
    board.press("Microphone", "Camera", "Speaker", "Flip camera", "Share screen", "Hang up")
    toggled = [["toggle", "microphone"], ["toggle", "camera"], ["toggle", "speaker"]]
    asked = [["openDevices"], ["takeOver"], ["end"], *toggled, ["flip"], ["share"], ["end"]]
    assert board.done() == asked


def test_toggles_say_how_they_stand(board):
    board.show(view(camera="off", microphone="refused"))
    pressed = {name: board.button(name).get_attribute("aria-pressed") for name in ("Camera", "Microphone", "Speaker")}
    assert pressed == {"Camera": "false", "Microphone": "false", "Speaker": "true"}
    assert board.button("Microphone").is_disabled() and board.button("Camera").is_enabled()


def test_only_what_there_is_can_be_pressed(board):
    for name in ("connected-plain", "idle-unasked"):
        board.story(name)
        for button in ("flip", "share"):
            assert board.page.locator(f"#{button}").is_hidden(), name
    board.story("idle")
    assert board.page.locator("#share").is_hidden(), "nobody is there to see it"


def test_a_suggested_word_is_taken_with_one_tap(board):
    board.story("idle")
    suggested = board.page.locator("#suggested button").all_text_contents()
    assert len(set(suggested)) == 3
    board.press(suggested[1], "Dial")
    assert board.done() == [["dial", suggested[1]]]
    board.press("Other words")
    assert board.page.locator("#suggested button").all_text_contents() != suggested


def test_dial_again(board):
    board.page.evaluate("window.story.screen.fill('blue tulip')")
    board.story("ended-hung-up")
    board.press("Dial again")
    assert board.done() == [["dial", "blue tulip"]]


def test_devices_are_chosen(board):
    board.story("devices")
    board.choice("Camera").select_option("Back camera")
    # A device without a name is numbered.
    board.choice("Microphone").select_option("Microphone 2")
    assert board.choice("Speaker").input_value() == "s1"
    assert board.done() == [["choose", "camera", "c2"], ["choose", "microphone", "m2"]]
    board.show(view(choices={"camera": [], "microphone": [], "speaker": []}))
    assert board.page.locator("#devices select:visible").count() == 0


def test_an_open_list_is_left_alone(board):
    board.story("devices")
    board.page.evaluate("window.option = document.querySelector('#choose-camera option')")
    board.show(view(camera="off"))
    assert board.page.evaluate("window.option.isConnected")


def test_the_loudness_is_shown(board):
    board.story("idle")
    board.page.evaluate("window.story.screen.level(0.25)")
    expect(board.page.get_by_role("meter")).to_have_attribute("aria-valuenow", "25")


def test_the_word_is_shown_and_its_link_is_copied_and_sent(open_board):
    board = open_board(permissions=["clipboard-read", "clipboard-write"])
    board.show(view(WAITED, {"code": " héllo & world "}))
    expect(board.page.locator("#word")).to_have_text("héllo & world")
    # The daemon has told under which name others reach it.
    board.page.wait_for_function("() => document.querySelector('#link').value.includes('.local:')")
    link = board.page.input_value("#link")
    assert link.endswith("/#h%C3%A9llo%20%26%20world")
    board.press("Copy the link")
    expect(board.page.get_by_role("status")).to_contain_text("The link is copied.")
    assert board.page.evaluate("navigator.clipboard.readText()") == link
    board.press("Send it")
    shared = board.page.evaluate("window.shared")
    assert [one["url"] for one in shared] == [link] and "héllo & world" in shared[0]["text"]


def test_clocks_run(board):
    for since, text in [(58, r"^1:0\d$"), (3718, r"^1:02:0\d$")]:
        board.show(view({"state": "waiting", "since": since}))
        expect(board.page.locator("#invitation .clock")).to_have_text(re.compile(text))


def test_the_chat_counts_what_is_unread(board):
    board.show(view(CONNECTED, {"chat": TALK[:1]}))
    expect(board.page.get_by_role("status")).to_contain_text("Can you hear me now?")
    expect(board.page.locator("#open-chat")).to_have_accessible_name("Chat 1 new")
    board.show(view(CONNECTED, {"chat": TALK}))
    board.press("Chat 2 new")
    log = board.page.get_by_role("log")
    assert log.locator("p").all_inner_texts()[1].endswith("Yes, very well. Look at the garden!")
    expect(board.page.locator("#open-chat")).to_have_accessible_name("Chat")
    board.show(view(CONNECTED, {"chat": [*TALK, {"number": 4, "from": "them", "text": "<b>&amp;</b>"}]}))
    expect(log.locator("p").last).to_contain_text("<b>&amp;</b>")
    expect(board.page.locator("#unread")).to_be_empty()
    assert log.evaluate("(log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 1")


def test_the_chat_vanishes_with_the_call(board):
    board.story("chat")
    board.show(stories()["ended-hung-up"])
    board.show(view(CONNECTED))
    expect(board.page.locator("#chat")).to_be_hidden()
    assert board.page.locator("#chat-lines > *").count() == 0


def test_the_quality_and_its_numbers(board):
    board.story("details")
    numbers = board.page.locator("#numbers")
    expect(numbers).to_contain_text("1280 × 720, 30 a second, VP8")
    expect(numbers).to_contain_text("0.2%")
    board.show(view(CONNECTED, {"quality": GOOD | {"level": "poor", "loss": 0.131, "roundTripMs": None}}))
    expect(numbers).to_contain_text("13.1%")
    board.page.keyboard.press("Escape")
    assert board.button("Poor connection").is_visible()


def test_the_other_is_seen_and_heard_as_told(board):
    video = board.page.locator("#their-video")
    board.story("connected")
    assert video.evaluate("(video) => !video.muted && getComputedStyle(video).objectFit") == "contain"
    board.story("muted-there")
    expect(video).to_be_hidden()
    board.show(view(CONNECTED, {"theirs": ALL_ON | {"camera": "off", "screen": True}}))
    expect(video).to_be_visible()
    board.story("muted-here")
    assert video.evaluate("(video) => video.muted")
    board.story("interrupted")
    assert video.evaluate("(video) => getComputedStyle(video).filter") == "brightness(0.3)"


def test_who_is_silenced_by_the_browser_is_told(board):
    told = board.page.evaluate(
        """async () => {
            const video = document.querySelector('#their-video');
            let told = 0;
            video.play = async () => { if (told === 0) throw new DOMException('', 'NotAllowedError'); };
            await window.story.screen.play(window.story.theirs, () => { told += 1; });
            return told;
        }"""
    )
    assert told == 1


def test_the_speaker_is_changed(board):
    board.page.evaluate(
        """() => {
            const video = document.querySelector('#their-video');
            video.setSinkId = async (id) => { window.story.done.push(['sink', id]); };
        }"""
    )
    board.page.evaluate("window.story.screen.sink('s2')")
    assert board.done() == [["sink", "s2"]]


def test_who_comes_and_goes_is_heard(board):
    played = lambda: board.page.evaluate("window.notes.splice(0)")  # noqa: E731
    board.story("connecting")
    board.press("Microphone")
    board.story("connected")
    up = played()
    assert up == sorted(up) and len(up) == 2
    board.story("interrupted")
    board.story("connected")
    assert played() == []
    board.story("redialling-lost")
    assert played() == up[::-1]
    board.story("connected")
    board.story("ended-hung-up")
    assert played() == up, "who hangs up needs no sound for it"
    board.show(view(CONNECTED, speaker="off"))
    assert played() == []


def test_another_language(board):
    board.story("connected")
    board.story("idle")
    board.choice("Language").select_option("Deutsch")
    expect(board.page.locator("html")).to_have_attribute("lang", "de")
    assert board.done() == [["speak", "de"]]
    assert board.button("Mikrofon").is_visible()
    board.choice("Sprache").select_option("English")
    expect(board.button("Dial")).to_be_visible()


def test_nothing_moves_by_itself(board):
    """For who wants no motion; and because it has a phone paint sixty times a second while somebody waits."""
    for name in NAMES:
        board.story(name)
        assert board.page.evaluate("document.getAnimations().length") == 0, name


def test_forced_colours(open_board):
    """Which axe-core cannot judge. What only a colour told is told otherwise: what is off is struck through."""
    board = open_board(forced_colors="active")
    for name in ("idle", "waiting", "muted-here", "chat"):
        board.story(name)
        board.page.screenshot(path=SCREENSHOTS / f"{name}-phone-forced.png")
    board.story("muted-here")
    for toggle, is_off in [("microphone", True), ("share", False)]:
        strokes = board.page.locator(f"#{toggle} [href='#i-off']:visible")
        assert (strokes.count() == 1) == is_off


def test_without_scripts(browser, origin):
    """The page is there before any script is, and says so if none comes."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(origin)
    expect(page.get_by_role("heading", name="holdline")).to_be_visible()
    expect(page.locator("#state noscript")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "without-scripts.png")
    expect(page.locator("#code")).to_be_visible()
    expect(page.locator("#submit")).to_be_disabled()
    context.close()

"""Every state that the page can show, as a view that is handed to the real screen, with pictures that are drawn: no
call is made, no camera is asked for, and any state is there at once."""

from __future__ import annotations

import copy

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
SMALL = {"width": 320, "height": 568}
LANDSCAPE = {"width": 844, "height": 390}

STATES = ["idle", "asking", "dialling", "waiting", "connecting", "connected", "interrupted", "redialling", "ended"]
CAUSES = ["isolated", "no-relay", "firewall", "hidden", "unknown"]
LACKS = ["unasked", "asking", "none", "refused", "busy", "insecure"]

IDLE = {
    "state": "idle",
    "code": "blue tulip",
    "since": None,
    "trouble": None,
    "cause": None,
    "redial": None,
    "end": None,
    "lastedMs": 0,
    "elsewhere": False,
    "devices": {
        "camera": "on",
        "microphone": "on",
        "speaker": "on",
        "choices": {
            "camera": [{"id": "c1", "label": "Front camera"}, {"id": "c2", "label": "Back camera"}],
            "microphone": [{"id": "m1", "label": "Built-in microphone"}, {"id": "m2", "label": ""}],
            "speaker": [{"id": "s1", "label": "Loudspeaker"}, {"id": "s2", "label": "Headphones"}],
        },
        "chosen": {"camera": "c1", "microphone": "m1", "speaker": "s1"},
        "canFlip": True,
        "isMirrored": True,
        "canShare": True,
        "isSharing": False,
    },
    "theirs": None,
    "quality": None,
    "chat": [],
}

ALL_ON = {"microphone": "on", "camera": "on", "speaker": "on", "screen": False}
PICTURE = {"codec": "VP8", "width": 1280, "height": 720, "framesPerSecond": 29.7}
GOOD = {
    "level": "good",
    "loss": 0.002,
    "roundTripMs": 42,
    "sendKbps": 1450,
    "receiveKbps": 1720,
    "sent": PICTURE,
    "received": PICTURE,
    "path": "direct",
}
TALK = [
    {"number": 1, "from": "them", "text": "Can you hear me now?"},
    {"number": 2, "from": "me", "text": "Yes, very well. Look at the garden!"},
    {
        "number": 3,
        "from": "them",
        "text": "The tulips are out already, how lovely. I will send you the recipe for the cake tonight.",
    },
]

PROBLEM = {"status": 409, "code": "wrong-state", "detail": "An answer was due."}
ENDS = {
    "hung-up": {"how": "hung-up"},
    "they-hung-up": {"how": "they-hung-up"},
    "they-left": {"how": "they-left"},
    "vanished": {"how": "vanished"},
    "superseded": {"how": "superseded"},
    "refused": {"how": "refused", "problem": PROBLEM},
    "word": {"how": "refused", "problem": {"status": 400, "code": "invalid-code", "detail": ""}},
    **{f"failed-{cause}": {"how": "failed", "cause": cause} for cause in CAUSES},
}
# The ends of calls that were connected before.
LASTED = ["hung-up", "they-hung-up", "they-left", "vanished"]

# A clock is shown as so many seconds past its zero.
WAITED = {"state": "waiting", "since": 83}
CONNECTED = {"state": "connected", "since": 754, "theirs": ALL_ON, "quality": GOOD}


def view(*changes: dict, **devices) -> dict:
    """A view with some things changed, one after the other, and the devices last."""
    made = copy.deepcopy(IDLE)
    for change in changes:
        made.update(copy.deepcopy(change))
    made["devices"].update(devices)
    return made


def ended(end: dict, lasted: int) -> dict:
    """`lasted`: seconds."""
    return view({"state": "ended", "end": end, "lastedMs": lasted * 1000})


def troubles() -> dict[str, dict]:
    return {
        "trouble-unreachable": view(WAITED, {"trouble": {"kind": "unreachable", "seconds": 0}}),
        "trouble-dials": view({"state": "dialling", "trouble": {"kind": "too-many-dials", "seconds": 7}}),
        "trouble-busy": view({"state": "dialling", "trouble": {"kind": "busy", "seconds": 1}}),
    }


def calls() -> dict[str, dict]:
    """What there is to see while two people talk."""
    unlike = {"isMirrored": False, "isSharing": True}
    muted = {"microphone": "off", "camera": "off", "speaker": "off"}
    return {
        "connected": view(CONNECTED),
        "connected-plain": view(CONNECTED, {"quality": None}, canFlip=False, canShare=False),
        "quality-fair": view(CONNECTED, {"quality": GOOD | {"level": "fair", "roundTripMs": 340, "path": "relayed"}}),
        "quality-poor": view(CONNECTED, {"quality": GOOD | {"level": "poor", "loss": 0.13, "received": None}}),
        "muted-here": view(CONNECTED, **muted),
        "muted-there": view(CONNECTED, {"theirs": muted | {"screen": False}}),
        "without-there": view(CONNECTED, {"theirs": ALL_ON | {"microphone": "none", "camera": "none"}}),
        "screen-here": view(CONNECTED, **unlike),
        "screen-there": view(CONNECTED, {"theirs": ALL_ON | {"screen": True}}),
        "no-camera-here": view(CONNECTED, camera="none", canFlip=False),
        "chatting": view(CONNECTED, {"chat": TALK}),
        "interrupted": view(CONNECTED, {"state": "interrupted"}),
        "redialling-lost": view(CONNECTED, {"state": "redialling", "redial": "lost", "quality": None}),
        "redialling-away": view(CONNECTED, {"state": "redialling", "redial": "away", "quality": None}),
    }


def stories() -> dict[str, dict]:
    """All views, by name."""
    lacking = {state: view(camera=state, microphone=state, isMirrored=False, canFlip=False) for state in LACKS}
    return {
        "idle": view(),
        "idle-camera-off": view(camera="off"),
        "idle-no-camera": view(camera="none", canFlip=False),
        "idle-no-microphone": view(microphone="refused"),
        "elsewhere": view({"elsewhere": True}),
        **{f"idle-{state}": lack for state, lack in lacking.items()},
        "asking": view({"state": "asking"}, camera="asking", microphone="asking"),
        "dialling": view({"state": "dialling"}),
        "waiting": view(WAITED),
        "waiting-long-word": view(WAITED, {"code": "Donaudampfschifffahrtsgesellschaftskapitän " * 3}),
        "connecting": view({"state": "connecting"}),
        **{f"again-{cause}": view({"state": "connecting", "cause": cause}) for cause in CAUSES},
        **troubles(),
        **calls(),
        **{f"ended-{name}": ended(end, 754 if name in LASTED else 0) for name, end in ENDS.items()},
    }


# What is opened on top of a view: the view, and the buttons that lead there.
OPENED = {
    "devices": ("idle", ["Devices"]),
    "devices-missing": ("idle-refused", ["Devices"]),
    "more": ("connected", ["More"]),
    "devices-in-call": ("connected", ["More", "Camera, microphone, speaker"]),
    "details": ("connected", ["Good connection"]),
    "details-unknown": ("connected-plain", ["More", "Connection"]),
    "shortcuts": ("connected", ["More", "Keyboard shortcuts"]),
    "chat": ("chatting", ["Chat 2 new"]),
    "chat-empty": ("connected", ["Chat"]),
}

# The pictures of two people, drawn: a room, a head, shoulders.
PICTURES = """
    const drawn = (width, height, wall, coat, skin, hair) => {
        const canvas = Object.assign(document.createElement('canvas'), { width, height });
        const pen = canvas.getContext('2d');
        const disc = (x, y, rx, ry, colour) => {
            pen.fillStyle = colour;
            pen.beginPath();
            pen.ellipse(x, y, rx, ry, 0, 0, 7);
            pen.fill();
        };
        const paint = () => {
            const light = pen.createLinearGradient(0, 0, width, height);
            light.addColorStop(0, wall[0]);
            light.addColorStop(1, wall[1]);
            pen.fillStyle = light;
            pen.fillRect(0, 0, width, height);
            const unit = Math.min(width, height) / 100;
            const [x, y] = [width / 2, height - 52 * unit];
            disc(x, y - 4 * unit, 20 * unit, 23 * unit, hair);
            disc(x, y + 60 * unit, 42 * unit, 36 * unit, coat);
            disc(x, y + 22 * unit, 7 * unit, 12 * unit, skin);
            disc(x, y, 16 * unit, 20 * unit, skin);
            disc(x, y - 17 * unit, 16 * unit, 8 * unit, hair);
        };
        paint();
        setInterval(paint, 200);
        return canvas.captureStream(5);
    };
    const mine = drawn(640, 480, ['#d9c7a5', '#8a7a63'], '#3d6b8c', '#e3b08c', '#4a3428');
    const theirs = drawn(1280, 720, ['#b7cbb9', '#4f6b61'], '#8c4a4f', '#c98f68', '#d8d2c8');
"""

# Puts the real screen into the page; what is pressed is kept.
START = """async (language) => {
    const { Screen } = await import('/screen/screen.js');
    const { Words } = await import('/words/words.js');
    %s
    const words = await Words.load([language], null);
    const done = [];
    const names = ['dial', 'end', 'takeOver', 'openDevices', 'toggle', 'choose', 'flip', 'share', 'chat', 'speak'];
    const actions = Object.fromEntries(names.map((name) => [name, (...given) => {
        done.push([name, ...given]);
        if (name === 'speak') words.speak(given[0]).then(() => screen.speak());
        return true;
    }]));
    const screen = new Screen({ actions, words, mine });
    window.story = { screen, words, done, theirs };
}""" % PICTURES

SHOW = """async (view) => {
    const { screen, theirs } = window.story;
    if (view.since !== null) view.since = performance.now() - view.since * 1000;
    screen.show(view);
    const stream = ['connected', 'interrupted', 'redialling'].includes(view.state) ? theirs : null;
    if (document.querySelector('#their-video').srcObject !== stream) screen.play(stream, () => {});
    screen.level(view.devices.microphone === 'on' ? 0.6 : 0);
    const frame = () => new Promise(requestAnimationFrame);
    const lacks = (video) => video.srcObject !== null && !video.closest('[hidden]') && video.readyState < 2;
    do { await frame(); } while ([...document.querySelectorAll('video')].some(lacks));
    await frame();
}"""


class Storyboard:
    """One page that shows any view."""

    def __init__(self, context: BrowserContext, origin: str, language: str = "en"):
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # The page's own start would ask for the camera and talk to the server.
        self.page.route("**/main.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        self.page.goto(origin)
        self.page.evaluate(START, language)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def show(self, shown: dict) -> None:
        """Shows it, and waits until it can be seen."""
        self.page.evaluate(SHOW, shown)

    def story(self, name: str) -> None:
        """Shows a story, with nothing open but what belongs to it."""
        self.page.evaluate("document.querySelector('dialog[open]')?.close()")
        if self.page.locator("#chat").is_visible():
            self.press("Close")
        seen, buttons = OPENED.get(name, (name, []))
        self.show(stories()[seen])
        self.press(*buttons)

    def press(self, *names: str) -> None:
        for name in names:
            self.button(name).click()

    def button(self, name: str) -> Locator:
        """In the open dialog, if there is one: all else is out of reach."""
        dialog = self.page.locator("dialog[open]")
        return (dialog if dialog.count() > 0 else self.page).get_by_role("button", name=name, exact=True)

    def choice(self, name: str) -> Locator:
        return self.page.get_by_role("combobox", name=name, exact=True)

    def focused(self) -> str:
        """The id of what has the focus. The page moves it with the next frame."""
        return self.page.evaluate("new Promise(requestAnimationFrame).then(() => document.activeElement.id)")

    def done(self) -> list:
        """What has been asked for since the last time."""
        return self.page.evaluate("window.story.done.splice(0)")

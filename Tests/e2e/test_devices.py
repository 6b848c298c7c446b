"""Camera, microphone, speaker and screen: the modules of web/devices alone, in a real browser with several devices."""

import json
import re

import pytest
from conftest import FAKE_DEVICES, FAKE_YES, launch
from playwright.sync_api import Browser, ConsoleMessage, Page

STEP_MS = 30_000

# Not this machine's own address: plain http from there is no secure context.
ELSEWHERE = "http://page.test"

# Before the page's own scripts: devices that can be pulled out and plugged in, be in use elsewhere, and be a phone's.
# A phone opens one camera at a time; `window.opened` tells which devices the browser was made to open.
HANDS = """
const media = navigator.mediaDevices;
if (media) {
    const enumerate = media.enumerateDevices.bind(media);
    const open = media.getUserMedia.bind(media);
    const kinds = { video: 'videoinput', audio: 'audioinput' };
    const facing = { fake_device_0: 'user', fake_device_1: 'environment' };
    const gone = new Set();
    const tracks = [];
    Object.assign(window, { opened: [], busy: new Set(), isPhone: false });
    const isLive = (track) => track.readyState === 'live';
    const settings = MediaStreamTrack.prototype.getSettings;
    MediaStreamTrack.prototype.getSettings = function () {
        return window.isPhone ? { ...settings.call(this), facingMode: facing[this.label] } : settings.call(this);
    };
    const capabilities = InputDeviceInfo.prototype.getCapabilities;
    InputDeviceInfo.prototype.getCapabilities = function () {
        return window.isPhone ? { facingMode: [facing[this.label]] } : capabilities.call(this);
    };
    const plugged = async () => (await enumerate()).filter(({ label }) => !gone.has(label));
    media.enumerateDevices = plugged;

    const choose = async (medium, wanted) => {
        const devices = (await plugged()).filter(({ kind }) => kind === kinds[medium]);
        const { exact, ideal = wanted.deviceId } = wanted.deviceId ?? {};
        const mode = wanted.facingMode?.exact;
        const device = exact ? devices.find(({ deviceId }) => deviceId === exact)
            : mode ? devices.find(({ label }) => window.isPhone && facing[label] === mode)
            : devices.find(({ deviceId }) => deviceId === ideal) ?? devices[0];
        if (devices.length === 0) throw new DOMException('', 'NotFoundError');
        if (!device) throw new DOMException('', 'OverconstrainedError');
        window.opened.push(device.label);
        const inUse = tracks.some((track) => isLive(track) && track.kind === medium && track.label !== device.label);
        if (window.busy.has(device.label) || (window.isPhone && medium === 'video' && inUse)) {
            throw new DOMException('', 'NotReadableError');
        }
        // Without permission devices have no names and ids.
        return { ...wanted, deviceId: device.deviceId ? { exact: device.deviceId } : undefined, facingMode: undefined };
    };
    media.getUserMedia = async (constraints) => {
        const exact = {};
        for (const medium of ['video', 'audio']) {
            if (constraints[medium]) exact[medium] = await choose(medium, constraints[medium]);
        }
        const stream = await open(exact);
        tracks.push(...stream.getTracks());
        return stream;
    };
    window.live = () => tracks.filter(isLive).map(({ label }) => label).sort();
    window.pull = (label) => {
        gone.add(label);
        for (const track of tracks.filter((one) => isLive(one) && one.label === label)) {
            track.stop();
            track.dispatchEvent(new Event('ended'));
        }
        media.dispatchEvent(new Event('devicechange'));
    };
    window.plug = (label) => {
        gone.delete(label);
        media.dispatchEvent(new Event('devicechange'));
    };
}
"""

START = """async (before) => {
    const { Devices } = await import('/devices/devices.js');
    window.changes = 0;
    window.devices = new Devices({
        onChange: () => { window.changes += 1; },
        store: localStorage,
        tab: sessionStorage,
    });
    if (before) await window.devices.openIfAllowed();
}"""

CAMERAS = ["fake_device_0", "fake_device_1", "fake_device_2"]
MICROPHONES = ["Fake Default Audio Input", "Fake Audio Input 1", "Fake Audio Input 2"]
SPEAKERS = ["Fake Default Audio Output", "Fake Audio Output 1", "Fake Audio Output 2"]


class Desk:
    """A page that has nothing but the modules, and whose devices the test has in its hands."""

    def __init__(self, page: Page, origin: str):
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        page.set_default_timeout(STEP_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        page.route("**/main.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(origin)

    def _note(self, line: ConsoleMessage) -> None:
        # Over plain http Chromium says that it passes over a header that has no meaning there.
        if line.type == "error" and not (self.origin == ELSEWHERE and "Opener-Policy" in line.text):
            self.complaints.append(line.text)

    def start(self, opened: bool = True) -> "Desk":
        self.page.evaluate(START, opened)
        return self

    def again(self) -> "Desk":
        self.page.reload()
        return self.start()

    def do(self, action: str, arg=None):
        return self.page.evaluate(f"(arg) => {action}", arg)

    def sees(self, what: str, arg=None) -> None:
        """Waits until it is so, in the words of the page: `view`, `devices`, `live()`."""
        script = f"(arg) => {{ const {{ view }} = devices; const label = {LABEL}; return {what}; }}"
        self.page.wait_for_function(script, arg=arg)

    @property
    def view(self) -> dict:
        return self.page.evaluate("devices.view")

    def label(self, kind: str) -> str | None:
        return self.page.evaluate(f"(kind) => ({LABEL})(kind)", kind)

    @property
    def live(self) -> list[str]:
        return self.page.evaluate("live()")

    def choose(self, kind: str, label: str) -> None:
        id = next(choice["id"] for choice in self.view["choices"][kind] if choice["label"] == label)
        self.page.evaluate("([kind, id]) => devices.choose(kind, id)", [kind, id])

    def chosen(self, kind: str) -> str:
        view = self.view
        return next((one["label"] for one in view["choices"][kind] if one["id"] == view["chosen"][kind]), "")


# The name of the track that the stream has.
LABEL = """(kind) => devices.stream.getTracks().find((track) =>
    track.kind === { camera: 'video', microphone: 'audio' }[kind] && track.readyState === 'live')?.label ?? null"""


@pytest.fixture(scope="module")
def several(playwright):
    """A browser with three cameras, microphones and speakers."""
    browser = launch(playwright, f"{FAKE_DEVICES},device-count=3", FAKE_YES)
    yield browser
    browser.close()


@pytest.fixture
def sit(daemon):
    """Opens a desk in a browser. In the end nobody may have complained."""
    desks: list[Desk] = []

    def open_desk(
        browser: Browser, allowed: tuple[str, ...] | None = None, origin: str = daemon.origin, before: str = ""
    ) -> Desk:
        context = browser.new_context(permissions=allowed)
        context.add_init_script(HANDS + before)
        there = re.compile(re.escape(ELSEWHERE))
        context.route(there, lambda route: route.fulfill(
            response=route.fetch(url=there.sub(daemon.origin, route.request.url))))
        desks.append(Desk(context.new_page(), origin))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.page.context.close()
        assert desk.complaints == []


@pytest.fixture
def desk(sit, several):
    return sit(several)


# What there is.


def test_all_devices_are_named_and_the_first_are_used(desk):
    desk.start()
    view = desk.view
    assert (view["camera"], view["microphone"], view["speaker"]) == ("on", "on", "on")
    names = {kind: [choice["label"] for choice in view["choices"][kind]] for kind in view["choices"]}
    assert names == {"camera": CAMERAS, "microphone": MICROPHONES, "speaker": SPEAKERS}
    assert [desk.chosen(kind) for kind in names] == [CAMERAS[0], MICROPHONES[0], SPEAKERS[0]]
    assert view["canFlip"] and view["isMirrored"] and view["canShare"] and not view["isSharing"]
    assert desk.do("devices.sink") == ""
    assert desk.do("devices.areSettled")
    assert desk.do("devices.stream.getVideoTracks()[0].getSettings().height") == 720


def test_nothing_is_open_before_somebody_asks(desk):
    desk.start(opened=False)
    desk.sees("view.choices.camera.length === 3")
    assert desk.live == []
    assert desk.view["camera"] == "unasked"
    assert not desk.do("devices.areSettled")
    desk.do("Promise.all([devices.open(), devices.open()])")
    assert desk.do("opened.length") == 2
    assert desk.live == sorted([CAMERAS[0], MICROPHONES[0]])


def test_all_is_let_go_in_the_end(desk):
    desk.start()
    desk.do("devices.close()")
    assert desk.live == []
    desk.do("{ devices.open(); devices.close(); }")
    desk.do("devices.open()")
    assert desk.live == []


def test_a_page_over_plain_http(sit, several):
    desk = sit(several, origin=ELSEWHERE).start()
    view = desk.view
    assert (view["camera"], view["microphone"]) == ("insecure", "insecure")
    assert not view["canShare"] and not view["canFlip"]
    assert desk.do("devices.areSettled")
    desk.do("Promise.all([devices.open(), devices.flip(), devices.share(), devices.choose('camera', '1')])")
    assert desk.view == view


def test_no_device(sit, browser_without_camera):
    desk = sit(browser_without_camera).start(opened=False)
    desk.do("devices.open()")
    assert desk.view["camera"] == "none"
    assert desk.view["chosen"]["camera"] == ""


def test_in_use_by_another_program(desk):
    desk.start(opened=False)
    desk.do("{ for (const label of arg) busy.add(label); }", CAMERAS)
    desk.do("devices.open()")
    assert desk.view["camera"] == "busy"
    assert desk.view["microphone"] == "on"
    # Another one is not.
    desk.do("busy.delete(arg)", CAMERAS[2])
    desk.choose("camera", CAMERAS[2])
    assert desk.view["camera"] == "on"
    assert desk.label("camera") == CAMERAS[2]


    # A program that lets it go later: the page comes into sight again.
    desk.do("devices.close()")
    desk.do("{ for (const label of arg) busy.add(label); }", CAMERAS)
    desk.start()
    assert desk.view["camera"] == "busy"
    desk.do("busy.clear()")
    desk.do("devices.openIfAllowed()")
    assert desk.view["camera"] == "on"


# Permission.


def answer(**states: str) -> str:
    """Before the page's own scripts: what the browser tells of permissions. One that is denied refuses all that is
    asked together with it, as browsers do."""
    return f"""
const states = {json.dumps(states)};
window.no = new DOMException('', 'NotAllowedError');
window.asked = 0;
navigator.permissions.query = async ({{ name }}) => ({{ state: states[name], addEventListener() {{}} }});
const ask = media.getUserMedia;
media.getUserMedia = async (constraints) => {{
    if (constraints.audio && states.microphone === 'denied') throw window.no;
    return ask(constraints);
}};
"""


def test_refused(sit, browser_that_says_no):
    desk = sit(browser_that_says_no, allowed=()).start(opened=False)
    assert desk.view["camera"] == "unasked"
    desk.do("devices.open()")
    assert desk.view["camera"] == "refused"
    assert desk.view["microphone"] == "refused"
    assert desk.do("devices.areSettled")


def test_a_no_is_not_asked_again(sit, several):
    desk = sit(several, before=answer(microphone="prompt", camera="prompt")).start(opened=False)
    desk.do("{ navigator.mediaDevices.getUserMedia = async () => { asked += 1; throw no; }; }")
    desk.do("devices.open()")
    assert (desk.view["camera"], desk.view["microphone"]) == ("refused", "refused")
    assert desk.do("asked") == 1


def test_a_microphone_that_was_refused_long_ago_does_not_refuse_the_camera(sit, several):
    desk = sit(several, before=answer(microphone="denied", camera="prompt")).start(opened=False)
    desk.do("devices.open()")
    assert (desk.view["camera"], desk.view["microphone"]) == ("on", "refused")


def test_only_what_is_allowed_is_opened_unasked(sit, browser_that_says_no):
    desk = sit(browser_that_says_no, allowed=("microphone",)).start()
    assert desk.view["microphone"] == "on"
    assert desk.view["camera"] != "on"
    assert desk.do("opened.length") == 1
    # Asked for both, the browser refuses both.
    desk.do("devices.open()")
    assert desk.view["microphone"] == "on"
    assert desk.view["camera"] == "refused"


def test_permission_given_in_the_settings(sit, browser_that_says_no):
    desk = sit(browser_that_says_no, allowed=()).start(opened=False)
    desk.do("devices.open()")
    assert desk.view["camera"] == "refused"
    desk.page.context.grant_permissions(["camera", "microphone"])
    desk.sees("view.camera === 'on' && view.microphone === 'on'")


def test_permission_taken_away_in_the_settings(sit, browser_that_says_no):
    desk = sit(browser_that_says_no, allowed=("camera", "microphone")).start()
    assert desk.view["camera"] == "on"
    desk.page.context.clear_permissions()
    desk.do("{ for (const label of live()) pull(label); }")
    desk.sees("!['on', 'asking'].includes(view.camera) && !['on', 'asking'].includes(view.microphone)")
    assert desk.live == []
    desk.page.context.grant_permissions(["camera"])
    desk.do("{ for (const label of arg) plug(label); }", [CAMERAS[0], MICROPHONES[0]])
    desk.sees("view.camera === 'on' && view.microphone !== 'on'")


# Choosing.


def test_a_choice_in_the_call(desk):
    desk.start()
    desk.do("devices.toggle('microphone')")
    stream = desk.do("(window.before = devices.stream).id")
    changes = desk.do("changes")
    desk.choose("camera", CAMERAS[1])
    desk.choose("microphone", MICROPHONES[2])
    assert desk.do("devices.stream === before && before.id") == stream
    assert desk.live == sorted([CAMERAS[1], MICROPHONES[2]])
    assert (desk.label("camera"), desk.label("microphone")) == (CAMERAS[1], MICROPHONES[2])
    assert (desk.chosen("camera"), desk.chosen("microphone")) == (CAMERAS[1], MICROPHONES[2])
    assert desk.do("changes") > changes
    assert desk.view["microphone"] == "off"
    assert not desk.do("devices.stream.getAudioTracks()[0].enabled")
    assert desk.do("devices.stream.getVideoTracks()[0].enabled")


def test_the_picture_of_another_camera_goes_on_where_the_old_one_was(desk):
    desk.start()
    desk.do("{ window.video = document.createElement('video'); video.muted = true; video.srcObject = devices.stream; }")
    desk.do("video.play()")
    shown = "new Promise((resolve) => video.requestVideoFrameCallback(resolve)).then(() => true)"
    assert desk.do(shown)
    desk.choose("camera", CAMERAS[1])
    assert desk.do(shown)
    desk.do("devices.flip()")
    assert desk.do(shown)


def test_what_was_chosen_is_kept_for_the_next_time(desk):
    desk.start()
    desk.choose("camera", CAMERAS[1])
    desk.choose("microphone", MICROPHONES[1])
    desk.choose("speaker", SPEAKERS[2])
    speaker = desk.do("devices.sink")
    assert speaker == desk.view["chosen"]["speaker"] != ""
    desk.again()
    assert (desk.label("camera"), desk.label("microphone")) == (CAMERAS[1], MICROPHONES[1])
    assert desk.do("opened.length") == 2
    assert desk.do("devices.sink") == speaker


@pytest.mark.parametrize("names_come", ["at once", "with permission"])
def test_a_chosen_device_is_known_by_its_name_when_its_id_has_changed(desk, names_come):
    desk.start()
    desk.choose("camera", CAMERAS[1])
    desk.do("localStorage.setItem(arg, localStorage.getItem(arg).replace(/\"id\":\"[^\"]*/, '\"id\":\"old'))", KEY)
    if names_come == "with permission":
        desk.page.add_init_script(NAMELESS)
    desk.again()
    desk.sees("label('camera') === arg", CAMERAS[1])
    assert desk.chosen("camera") == CAMERAS[1]


def test_what_people_chose_when_the_browser_asked_is_theirs(desk):
    """Firefox has a list of its own, and tells no ids before."""
    desk.start()
    desk.choose("camera", CAMERAS[1])
    desk.page.add_init_script(NAMELESS + ASKED_FOR_ANOTHER)
    desk.again()
    desk.sees("view.choices.camera.length === 3")
    assert desk.label("camera") == CAMERAS[2]


def test_a_chosen_device_that_is_gone_is_no_trouble(desk):
    desk.start()
    desk.choose("camera", CAMERAS[1])
    desk.choose("speaker", SPEAKERS[1])
    desk.page.add_init_script(f"pull('{CAMERAS[1]}'); pull('{SPEAKERS[1]}');")
    desk.again()
    assert desk.view["camera"] == "on"
    assert desk.label("camera") == CAMERAS[0]
    assert desk.do("devices.sink") == ""
    desk.do("plug(arg)", CAMERAS[1])
    desk.sees("label('camera') === arg", CAMERAS[1])


def test_a_chosen_device_that_is_in_use_elsewhere_gives_way_to_another(desk):
    desk.start()
    desk.choose("microphone", MICROPHONES[2])
    desk.page.add_init_script(f"busy.add('{MICROPHONES[2]}')")
    desk.again()
    assert (desk.view["camera"], desk.view["microphone"]) == ("on", "on")
    assert desk.label("microphone") == MICROPHONES[0]


def test_a_choice_that_is_not_to_be_had_changes_nothing(desk):
    desk.start()
    desk.do("busy.add(arg)", CAMERAS[2])
    desk.choose("camera", CAMERAS[2])
    assert desk.view["camera"] == "on"
    assert (desk.label("camera"), desk.chosen("camera")) == (CAMERAS[0], CAMERAS[0])
    assert desk.live == sorted([CAMERAS[0], MICROPHONES[0]])
    desk.again()
    assert desk.label("camera") == CAMERAS[0]


@pytest.mark.parametrize("store", ["null", "{ getItem() { throw new Error(); }, setItem() { throw new Error(); } }",
                                   "{ getItem: () => '[5', setItem() {} }", "{ getItem: () => '7', setItem() {} }",
                                   "{ getItem: () => '{\"camera\":3}', setItem() {} }"])
def test_a_browser_that_keeps_nothing_or_nonsense(desk, store):
    desk.page.evaluate(START.replace("localStorage", store).replace("sessionStorage", store), True)
    desk.choose("camera", CAMERAS[1])
    desk.do("devices.toggle('microphone')")
    assert (desk.label("camera"), desk.view["microphone"]) == (CAMERAS[1], "off")


# Pulled out, plugged in.


@pytest.mark.parametrize("kind, names", [("camera", CAMERAS), ("microphone", MICROPHONES)])
def test_another_takes_the_place_of_one_that_is_pulled_out_until_it_is_back(desk, kind, names):
    desk.start()
    desk.choose(kind, names[1])
    desk.do("devices.toggle('microphone')")
    desk.do("pull(arg)", names[1])
    desk.sees("label(arg[0]) === arg[1] && view.choices[arg[0]].length === 2", [kind, names[0]])
    assert desk.chosen(kind) == names[0]
    assert desk.view["microphone"] == "off"
    desk.do("plug(arg)", names[1])
    desk.sees("label(arg[0]) === arg[1]", [kind, names[1]])
    assert len(desk.live) == 2
    assert not desk.do("devices.stream.getAudioTracks()[0].enabled")


def test_one_that_somebody_chose_since_is_not_replaced(desk):
    desk.start()
    desk.choose("camera", CAMERAS[1])
    desk.do("pull(arg)", CAMERAS[1])
    desk.sees("label('camera') === arg", CAMERAS[0])
    desk.choose("camera", CAMERAS[2])
    desk.do("plug(arg)", CAMERAS[1])
    desk.sees("view.choices.camera.length === 3")
    desk.do("devices.choose('camera', 'none such')")
    assert desk.label("camera") == CAMERAS[2]


def test_the_last_one_is_pulled_out_and_comes_back(desk):
    desk.page.add_init_script(f"pull('{CAMERAS[0]}'); pull('{CAMERAS[1]}');")
    desk.again()
    assert desk.label("camera") == CAMERAS[2]
    desk.do("pull(arg)", CAMERAS[2])
    desk.sees("view.camera === 'none' && view.choices.camera.length === 0")
    assert desk.do("devices.stream.getVideoTracks().length") == 0
    desk.do("plug(arg)", CAMERAS[2])
    desk.sees("view.camera === 'on' && label('camera') === arg", CAMERAS[2])


def test_a_device_that_is_pulled_out_without_a_word(desk):
    """Some browsers go on with a track that has no sound; only the list tells."""
    desk.start()
    desk.choose("microphone", MICROPHONES[1])
    desk.do("{ MediaStreamTrack.prototype.stop = () => {}; MediaStreamTrack.prototype.dispatchEvent = () => true; }")
    desk.do("pull(arg)", MICROPHONES[1])
    desk.sees("label('microphone') === arg", MICROPHONES[0])


# Front and back.


def test_front_and_back_of_a_phone(desk):
    desk.page.evaluate("isPhone = true")
    desk.start()
    assert desk.view["isMirrored"]
    desk.do("devices.flip()")
    assert desk.label("camera") == CAMERAS[1]
    assert not desk.view["isMirrored"]
    assert desk.chosen("camera") == CAMERAS[1]
    # Without first trying what cannot be.
    assert desk.do("opened") == [CAMERAS[0], MICROPHONES[0], CAMERAS[1]]
    # Off and on again: it is the same one.
    desk.do("devices.toggle('camera')")
    desk.sees("!live().includes(arg)", CAMERAS[1])
    desk.do("devices.toggle('camera')")
    desk.sees("label('camera') === arg", CAMERAS[1])
    desk.do("devices.flip()")
    assert desk.label("camera") == CAMERAS[0]
    assert desk.view["isMirrored"]


def test_the_next_visit_begins_with_the_front(desk):
    desk.page.add_init_script("isPhone = true")
    desk.again()
    desk.do("devices.flip()")
    assert desk.label("camera") == CAMERAS[1]
    desk.again()
    assert desk.label("camera") == CAMERAS[0]


def test_a_back_camera_that_is_not_to_be_had_leaves_the_front(desk):
    desk.page.evaluate("isPhone = true")
    desk.start()
    desk.do("busy.add(arg)", CAMERAS[1])
    desk.do("devices.flip()")
    assert desk.view["camera"] == "on"
    assert desk.label("camera") == CAMERAS[0]


def test_without_front_and_back_the_next_camera_is_taken(desk):
    desk.start()
    for name in [CAMERAS[1], CAMERAS[2], CAMERAS[0]]:
        desk.do("devices.flip()")
        assert desk.label("camera") == name
        assert desk.live == sorted([name, MICROPHONES[0]])


# Muting.


def test_the_light_of_a_camera_that_is_off_goes_out(desk):
    desk.start()
    desk.do("devices.toggle('camera')")
    assert desk.view["camera"] == "off"
    assert not desk.do("devices.stream.getVideoTracks()[0].enabled")
    desk.sees("live().join() === arg && devices.stream.getVideoTracks().length === 0", MICROPHONES[0])
    assert desk.view["camera"] == "off"
    assert desk.do("devices.areSettled")
    desk.do("devices.toggle('camera')")
    assert desk.view["camera"] == "on"
    desk.sees("label('camera') === arg", CAMERAS[0])


def test_a_camera_that_is_soon_on_again_is_the_same(desk):
    desk.start()
    desk.do("{ window.track = devices.stream.getVideoTracks()[0]; }")
    desk.do("{ devices.toggle('camera'); devices.toggle('camera'); }")
    # As long as a camera that stays off would take.
    desk.do("new Promise((resolve) => setTimeout(resolve, 1500))")
    assert desk.do("devices.stream.getVideoTracks()[0] === track && track.enabled && track.readyState") == "live"


def test_a_muted_microphone_is_only_muted(desk):
    desk.start()
    desk.do("devices.toggle('microphone')")
    assert desk.view["microphone"] == "off"
    assert desk.do("devices.stream.getAudioTracks()[0].enabled") is False
    desk.do("devices.toggle('microphone')")
    assert desk.do("devices.stream.getAudioTracks()[0].enabled") is True
    desk.do("devices.toggle('speaker')")
    assert desk.view["speaker"] == "off"


def test_what_is_off_stays_off_over_a_reload(desk):
    desk.start()
    for kind in ("camera", "microphone", "speaker"):
        desk.do("devices.toggle(arg)", kind)
    desk.again()
    view = desk.view
    assert (view["camera"], view["microphone"], view["speaker"]) == ("off", "off", "on")
    assert desk.live == [MICROPHONES[0]]
    assert desk.do("devices.stream.getAudioTracks()[0].enabled") is False
    desk.do("devices.toggle('camera')")
    desk.sees("label('camera') === arg", CAMERAS[0])


def test_a_camera_that_is_switched_off_before_is_not_asked_for(desk):
    desk.start(opened=False)
    assert desk.view["camera"] == "unasked"
    desk.do("devices.toggle('camera')")
    desk.do("devices.open()")
    view = desk.view
    assert (view["camera"], view["microphone"]) == ("off", "on")
    assert desk.do("opened") == [MICROPHONES[0]]
    desk.do("devices.toggle('camera')")
    desk.sees("label('camera') === arg", CAMERAS[0])


def test_another_camera_is_chosen_while_it_is_off(desk):
    desk.start()
    desk.do("devices.toggle('camera')")
    desk.sees("live().length === 1")
    desk.choose("camera", CAMERAS[2])
    assert desk.chosen("camera") == CAMERAS[2]
    assert desk.live == [MICROPHONES[0]]
    desk.do("devices.toggle('camera')")
    desk.sees("label('camera') === arg", CAMERAS[2])


# The screen.

SCREEN = "devices.stream.getVideoTracks()[0]?.label.startsWith('screen')"


def share(desk: Desk) -> None:
    desk.do("{ document.body.onclick = () => { window.shared = devices.share(); }; }")
    desk.page.locator("body").click(position={"x": 1, "y": 1})
    desk.do("shared")


def test_the_screen_is_shown_in_place_of_the_camera(desk):
    desk.start()
    share(desk)
    assert desk.do(SCREEN)
    view = desk.view
    assert view["isSharing"] and not view["isMirrored"] and not view["canFlip"]
    assert (view["camera"], view["chosen"]["camera"] != "") == ("on", True)
    assert desk.live == [MICROPHONES[0]]
    share(desk)
    assert not desk.view["isSharing"]
    desk.sees("label('camera') === arg", CAMERAS[0])
    assert desk.do("devices.stream.getTracks().length") == 2


def test_the_browser_ends_the_sharing(desk):
    desk.start()
    share(desk)
    desk.do(
        "{ const [track] = devices.stream.getVideoTracks(); track.stop(); track.dispatchEvent(new Event('ended')); }"
    )
    assert not desk.view["isSharing"]
    desk.sees("label('camera') === arg", CAMERAS[0])


def test_a_camera_that_was_off_stays_off_after_the_sharing(desk):
    desk.start()
    share(desk)
    desk.do("devices.toggle('camera')")
    assert desk.view["camera"] == "off"
    desk.choose("camera", CAMERAS[1])
    share(desk)
    assert desk.live == [MICROPHONES[0]]
    desk.do("devices.toggle('camera')")
    desk.sees("label('camera') === arg", CAMERAS[1])


def test_sharing_without_a_camera(sit, several):
    desk = sit(several, before=NO_DEVICE).start(opened=False)
    desk.do("devices.open()")
    share(desk)
    assert desk.do(SCREEN)
    assert desk.view["camera"] == "none"
    share(desk)
    assert desk.do("devices.stream.getTracks().length") == 0
    assert desk.view["camera"] == "none"


def test_a_no_in_the_picker_changes_nothing(desk):
    desk.start()
    before = desk.view
    desk.do(
        "{ navigator.mediaDevices.getDisplayMedia = async () => { throw new DOMException('', 'NotAllowedError'); }; }"
    )
    share(desk)
    assert desk.view == before
    assert desk.label("camera") == CAMERAS[0]


# What it hears, and how it stays awake.


def test_the_meter_moves_with_the_sound(desk):
    """The fake microphone beeps once a second."""
    desk.start()
    desk.page.evaluate(METER)
    desk.page.locator("body").click(position={"x": 1, "y": 1})
    desk.page.wait_for_function("() => Math.max(...levels) > 0.3 && levels.at(-1) < 0.1 && levels.length > 5")
    assert all(0 <= level <= 1 for level in desk.do("levels"))


@pytest.mark.parametrize("quiet, loud", [
    ("devices.toggle('microphone')", "devices.toggle('microphone')"),
    ("hide(true)", "hide(false)"),
])
def test_the_meter_rests_while_there_is_nothing_to_hear_or_nobody_to_see(desk, quiet, loud):
    desk.start()
    desk.page.evaluate(METER)
    desk.page.locator("body").click(position={"x": 1, "y": 1})
    desk.page.wait_for_function("() => levels.at(-1) > 0.3")
    desk.do(f"{{ {quiet}; meter.follow(devices.stream.getAudioTracks()[0]); window.looks = 0; }}")
    assert desk.do("levels.at(-1)") == 0
    desk.page.wait_for_function("() => contexts.every(({ state }) => state === 'suspended')")
    assert desk.do("looks") == 0
    desk.do(f"{{ {loud}; meter.follow(devices.stream.getAudioTracks()[0]); }}")
    desk.page.wait_for_function("() => levels.at(-1) > 0.3 && looks > 0")
    desk.do("meter.follow(null)")
    desk.page.wait_for_function("() => contexts.every(({ state }) => state === 'closed')")
    assert desk.do("levels.at(-1)") == 0


def test_the_screen_stays_awake_as_long_as_it_is_wanted(desk):
    desk.page.evaluate(AWAKE)
    assert desk.do("held()") == 0
    desk.do("awake.want(true)")
    desk.page.wait_for_function("() => held() === 1")
    # The browser takes it from a page that is out of sight.
    desk.do("{ hide(true); locks[0].release(); }")
    desk.page.wait_for_function("() => held() === 0")
    assert desk.do("locks.length") == 1
    desk.do("hide(false)")
    desk.page.wait_for_function("() => held() === 1")
    desk.do("{ awake.want(true); awake.want(false); }")
    desk.page.wait_for_function("() => held() === 0")
    desk.do("{ awake.want(true); awake.want(false); awake.want(true); }")
    desk.page.wait_for_function("() => held() === 1")


@pytest.mark.parametrize(
    "lock", ["undefined", "{ request: async () => { throw new DOMException('', 'NotAllowedError'); } }"]
)
def test_a_screen_that_cannot_be_kept_awake_is_no_trouble(desk, lock):
    desk.do(f"{{ Object.defineProperty(navigator, 'wakeLock', {{ value: {lock} }}); }}")
    desk.do("import('/devices/wake-lock.js').then(({ WakeLock }) => { window.awake = new WakeLock(); })")
    desk.do("{ awake.want(true); awake.want(false); }")
    # A complaint would come with the next turn of the page's loop.
    desk.do("new Promise((resolve) => setTimeout(resolve))")


KEY = "holdline.devices"

# Before the page's own scripts: ids and names are told only once a device is open.
NAMELESS = """
const tell = navigator.mediaDevices.enumerateDevices;
navigator.mediaDevices.enumerateDevices = async () => (await tell()).map((device) => (
    live().length > 0 ? device : { kind: device.kind, deviceId: '', label: '', groupId: '' }));
"""

ASKED_FOR_ANOTHER = f"""
const ask = navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.getUserMedia = async (constraints) => {{
    if (live().length > 0) return ask(constraints);
    const another = (await tell()).find(({{ label }}) => label === '{CAMERAS[2]}');
    return ask({{ ...constraints, video: {{ deviceId: {{ exact: another.deviceId }} }} }});
}};
"""

# Before the page's own scripts: nothing is to be had.
NO_DEVICE = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
"""

HIDE = """
window.hide = (isHidden) => {
    Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
};
"""

METER = "async () => {" + HIDE + """
    window.contexts = [];
    window.levels = [0];
    window.looks = 0;
    window.AudioContext = class extends AudioContext {
        constructor() {
            super();
            window.contexts.push(this);
        }
    };
    const look = AnalyserNode.prototype.getFloatTimeDomainData;
    AnalyserNode.prototype.getFloatTimeDomainData = function (samples) {
        window.looks += 1;
        return look.call(this, samples);
    };
    const { Meter } = await import('/devices/meter.js');
    window.meter = new Meter((level) => levels.push(level));
    meter.follow(devices.stream.getAudioTracks()[0]);
}"""

AWAKE = "async () => {" + HIDE + """
    window.locks = [];
    const real = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (type) => {
        const lock = await real(type);
        window.locks.push(lock);
        return lock;
    };
    window.held = () => locks.filter(({ released }) => !released).length;
    const { WakeLock } = await import('/devices/wake-lock.js');
    window.awake = new WakeLock();
}"""

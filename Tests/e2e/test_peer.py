"""Two peers in two browsers, with this script for a relay: what goes over their data channel, and how they part."""

import json

import pytest
from playwright.sync_api import Page

from conftest import PHONE
from daemon import Daemon
from freeze import frozen, processes_of

STEP_MS = 30_000

# What is looked at between two steps of the wire.
TICK_MS = 20

# Before the page's own scripts: keeps the connection and its channel, so that a test can do what no page does.
WATCH = """
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
        super(...options);
        window.connection = this;
    }
    createDataChannel(...options) {
        return window.channel = super.createDataChannel(...options);
    }
};
"""

# In the page: a peer, what it has told so far, and what is on its way to the other one.
SET_UP = """async () => {
    const { Peer } = await import('/call/peer.js');
    const { QualityMeter } = await import('/call/quality.js');
    const { causeOf } = await import('/call/diagnosis.js');
    const mine = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const told = [];
    const outbox = [];
    const note = (...names) => Object.fromEntries(names.map((name) => [name, (value) => told.push([name, value])]));
    const peer = new Peer(
        mine,
        { send: (type, data) => outbox.push([type, data]), ...note('connected', 'interrupted', 'failed') },
        note('opened', 'theirs', 'chat', 'secret', 'hangup', 'leaving', 'gone'),
    );
    window.lab = { peer, mine, told, outbox, causeOf, meter: new QualityMeter() };
}"""

TAKE_DOWN = """() => {
    window.lab?.peer.close();
    window.lab?.mine.getTracks().forEach((track) => track.stop());
}"""

# What an ICE restart changes.
UFRAGS = """[connection.localDescription, connection.remoteDescription]
    .map(({ sdp }) => /a=ice-ufrag:(.*)/.exec(sdp)[1].trim())"""

# Grows for as long as the other's picture and sound come.
FLOW = """async () => {
    const flow = {};
    for (const entry of (await lab.peer.stats()).values()) {
        if (entry.type === 'inbound-rtp') flow[entry.kind] = entry.framesDecoded ?? entry.packetsReceived;
    }
    return flow;
}"""


# Until a function says yes, or its promise does.
AWAIT = """async ([ms, value]) => {
    const deadline = performance.now() + ms;
    const condition = %s;
    while (performance.now() < deadline) {
        if (await condition(value)) return true;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
}"""

MEASURE = "async () => lab.meter.measure(await lab.peer.stats(), performance.now())"


class Side:
    """One of the two, in its page."""

    def __init__(self, page: Page, origin: str):
        self.page = page
        self._origin = origin
        self.complaints: list[str] = []
        page.set_default_timeout(STEP_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))

    def begin(self) -> None:
        if not self.page.url.startswith(self._origin):
            self.page.goto(self._origin)
        self.do(SET_UP)

    def finish(self) -> None:
        self.do(TAKE_DOWN)
        assert self.complaints == []

    def do(self, script: str, value: object = None) -> object:
        return self.page.evaluate(script, value)

    def told(self, name: str) -> list:
        return self.do("(name) => lab.told.filter(([each]) => each === name).map(([, value]) => value)", name)

    def awaits(self, condition: str, value: object = None) -> None:
        assert self.do(AWAIT % condition, [STEP_MS, value]), f"not within {STEP_MS} ms: {condition}"

    def names(self) -> list[str]:
        """What it was told, in any order: the channel may be open before the connection says that it is there."""
        return sorted(self.do("lab.told.map(([name]) => name)"))

    def hears(self, name: str, value: object = None) -> None:
        """Until it is told this, and with this value if one is named."""
        self.awaits(
            "([name, value]) => lab.told.some((one) => one[0] === name"
            " && (value === null || JSON.stringify(one[1]) === value))",
            [name, None if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)],
        )

    def ufrags(self) -> list[str]:
        return self.do(UFRAGS)

    def sees_and_hears_on(self) -> None:
        before = self.do(FLOW)
        self.awaits(
            f"async (before) => {{ const now = await ({FLOW})();"
            " return ['audio', 'video'].every((kind) => now[kind] > (before[kind] ?? 0)); }",
            before,
        )


def carry(there: Side, back: Side, until: str, change=lambda kind, data: data) -> None:
    """Is the relay until both of them say so."""
    for _ in range(STEP_MS * 2 // TICK_MS):
        for giver, taker in ((there, back), (back, there)):
            for kind, data in giver.do("lab.outbox.splice(0)"):
                taker.do("([type, data]) => void lab.peer.take(type, data)", [kind, change(kind, data)])
        if all(side.do(until) for side in (there, back)):
            return
        there.page.wait_for_timeout(TICK_MS)
    raise AssertionError(f"never: {until}")


@pytest.fixture(scope="module")
def opened(browsers, tmp_path_factory):
    """The page in both browsers, but for what it does by itself."""
    daemon = Daemon(tmp_path_factory.mktemp("peer"))
    daemon.start()
    sides = []
    for browser in browsers:
        context = browser.new_context(viewport=PHONE, permissions=["camera", "microphone"])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.route("**/main.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
        sides.append(Side(page, daemon.origin))
    yield sides
    for side in sides:
        side.page.context.close()
    daemon.stop()


@pytest.fixture
def pair(opened):
    """Caller and callee, each with a peer that has not started."""
    for side in opened:
        side.begin()
    yield opened
    for side in opened:
        side.finish()


@pytest.fixture
def connected(pair):
    caller, callee = pair
    caller.do("lab.peer.start('caller', [])")
    callee.do("lab.peer.start('callee', [])")
    carry(caller, callee, "lab.told.some(([name]) => name === 'connected')")
    for side in pair:
        side.hears("opened")
    return pair


def test_what_is_said_before_the_channel_opens_is_kept(pair):
    caller, callee = pair
    state = {"microphone": "on", "camera": "off", "speaker": "on", "screen": True}
    caller.do("(state) => { lab.peer.side.tell({ ...state, microphone: 'off' }); lab.peer.side.tell(state); }", state)
    caller.do("lab.peer.side.share('0123456789abcdef0123456789abcdef')")
    caller.do("lab.peer.side.chat('hello')")
    caller.do("lab.peer.start('caller', [])")
    callee.do("lab.peer.start('callee', [])")
    carry(caller, callee, "lab.told.some(([name]) => name === 'opened')")
    callee.hears("chat", "hello")
    assert callee.told("theirs") == [state]
    assert callee.told("secret") == ["0123456789abcdef0123456789abcdef"]
    assert caller.told("chat") == caller.told("secret") == []
    for side in pair:
        side.sees_and_hears_on()


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_an_ice_restart_over_the_channel(connected, who):
    caller, callee = connected
    before = caller.ufrags()
    assert callee.ufrags() == before[::-1]
    for side in connected:
        side.do("lab.outbox.length = 0")
    (caller if who == "caller" else callee).do("lab.peer.restart()")
    for side in connected:
        side.awaits(
            f"(before) => connection.signalingState === 'stable' && ({UFRAGS}).every((one) => !before.includes(one))",
            before,
        )
    assert callee.ufrags() == caller.ufrags()[::-1]
    for side in connected:
        # The new ways are good. The browser uses them when it sees fit: at once, or when the old one is dead.
        side.awaits(
            """async () => {
                const report = await lab.peer.stats();
                const isNew = ({ usernameFragment }) => connection.localDescription.sdp.includes(usernameFragment);
                return [...report.values()].some(({ type, state, localCandidateId }) =>
                    type === 'candidate-pair' && state === 'succeeded' && isNew(report.get(localCandidateId)));
            }"""
        )
        side.sees_and_hears_on()
        assert side.do("lab.outbox") == [], "nothing for a relay that has forgotten them"
        assert side.names() == ["connected", "opened"]


def test_no_restart_is_begun_where_nobody_answers(connected, browsers):
    caller, callee = connected
    before = caller.ufrags()
    with frozen(processes_of(browsers[1])):
        caller.do("lab.peer.restart()")
        assert caller.do("connection.signalingState") == "stable"
    assert caller.ufrags() == before
    for side in connected:
        side.sees_and_hears_on()


def test_a_restart_that_is_half_done_breaks_nothing_and_the_next_one_mends_it(connected):
    caller, callee = connected
    before = callee.ufrags()
    callee.do("void (connection.setRemoteDescription = () => Promise.reject(new Error('not now')))")
    caller.do("lab.peer.restart()")
    caller.awaits("() => connection.signalingState === 'have-local-offer'")
    for side in connected:
        side.sees_and_hears_on()
    callee.do("delete connection.setRemoteDescription")
    assert callee.ufrags() == before
    caller.awaits(
        f"async (before) => {{ await lab.peer.restart(); return ({UFRAGS}).every((one) => !before.includes(one)); }}",
        before,
    )
    for side in connected:
        side.sees_and_hears_on()
        assert side.do("connection.signalingState") == "stable"
        assert side.told("failed") == side.told("interrupted") == []


HOSTILE = [
    "", "null", "0", "[]", "{", '"chat"', "{}", '{"type":null}', '{"type":"constructor"}', '{"type":"__proto__"}',
    '{"type":"state"}', '{"type":"state","microphone":{"toString":1},"camera":[],"speaker":7,"screen":"yes"}',
    '{"type":"chat"}', '{"type":"chat","text":{}}', '{"type":"chat","text":" \\n "}',
    '{"type":"secret"}', '{"type":"secret","secret":"short"}', '{"type":"secret","secret":["0123456789abcdef0123"]}',
    '{"type":"secret","secret":"0123456789 <script>"}', '{"type":"ping"}', '{"type":"pong","id":{}}',
    *(
        json.dumps({"type": kind, "data": data})
        for kind in ("offer", "answer", "candidate")
        for data in (None, 7, {}, {"type": kind, "sdp": "v=0"}, {"candidate": "candidate:1 1 udp", "sdpMid": {}})
    ),
    json.dumps({"type": "chat", "text": "x" * 70_000}),
]  # fmt: skip


def test_no_message_does_any_harm(connected):
    caller, callee = connected
    before = caller.ufrags()
    for giver, taker in (connected, connected[::-1]):
        giver.do("(texts) => { for (const text of texts) channel.send(text); }", HOSTILE)
        giver.do("channel.send(new Uint8Array(1000))")
        taker.awaits("() => lab.peer.side.answers()")
        giver.do("lab.peer.side.chat('still there')")
        taker.hears("chat", "still there")
        assert taker.told("chat") == ["still there"] and taker.told("secret") == []
        assert taker.told("theirs") == [{"microphone": "on", "camera": "on", "speaker": "on", "screen": False}] * 2
    assert caller.ufrags() == before
    for side in connected:
        side.sees_and_hears_on()
        assert side.names() == ["chat", "connected", "opened", "theirs", "theirs"]


def test_a_flood_is_not_taken(connected):
    caller, callee = connected
    caller.do("for (let count = 0; count < 5000; count += 1) lab.peer.side.chat(`${count}`)")
    caller.awaits("() => lab.peer.side.answers()")
    caller.do("lab.peer.side.chat('late')")
    callee.hears("chat", "late")
    assert 100 <= len(callee.told("chat")) < 2500


def test_chat_is_cut_between_characters(connected):
    caller, callee = connected
    # 2000 units end within a character of two: either side leaves it out.
    long = "x" * 1999 + "🌷" * 100
    caller.do("(text) => lab.peer.side.chat(text)", long)
    callee.hears("chat", "x" * 1999)
    caller.do("(text) => channel.send(JSON.stringify({ type: 'chat', text }))", "y" + long)
    callee.hears("chat", "y" + "x" * 1999)
    caller.do("lab.peer.side.chat('🌷'.repeat(1000))")
    callee.hears("chat", "🌷" * 1000)


def test_hanging_up_ends_when_the_other_has_heard_it(connected):
    caller, callee = connected
    callee.do("void (async () => { await lab.peer.side.hangUp(); lab.peer.close(); })()")
    caller.hears("hangup")
    callee.do("lab.told.push(['waits'])")
    caller.do("lab.peer.close()")
    callee.awaits("() => lab.peer.isClosed")
    for side in connected:
        assert side.told("gone") == []
    assert callee.told("hangup") == []


def test_a_page_that_goes_says_so(connected):
    caller, callee = connected
    callee.do("addEventListener('pagehide', () => lab.peer.side.leaving())")
    callee.page.goto("about:blank")
    caller.hears("leaving")
    caller.awaits("() => channel.readyState === 'closed'")
    assert caller.told("gone") == caller.told("hangup") == []


def test_a_page_that_goes_with_no_word(connected):
    caller, callee = connected
    callee.page.goto("about:blank")
    caller.hears("gone")
    assert caller.told("leaving") == caller.told("hangup") == []


def test_a_closed_peer_tells_nothing(connected):
    caller, callee = connected
    caller.do("lab.peer.close()")
    callee.hears("gone")
    caller.do("lab.peer.refreshTracks()")
    caller.do("lab.peer.restart()")
    assert caller.do("lab.peer.isClosed")
    assert caller.names() == ["connected", "opened"]


def test_the_quality_of_a_call(connected):
    for side in connected:
        side.sees_and_hears_on()
        first = side.do(MEASURE)
        assert first["level"] in ("good", "fair", "poor") and first["path"] == "direct"
        assert first["sendKbps"] == first["receiveKbps"] == 0, "nothing to compare with yet"
        measured_at = side.do("performance.now()")
        side.awaits("(before) => performance.now() - before > 2000", measured_at)
        quality = side.do(MEASURE)
        assert 0 <= quality["loss"] < 0.5
        assert 0 <= quality["roundTripMs"] < 1000
        assert 30 < quality["sendKbps"] < 20_000
        assert 30 < quality["receiveKbps"] < 20_000
        assert quality["path"] == "direct"
        for picture in (quality["sent"], quality["received"]):
            assert picture["codec"] in ("VP8", "VP9", "H264", "AV1")
            assert picture["width"] >= 160 and picture["height"] >= 120
            assert picture["framesPerSecond"] <= 60


def test_no_way_and_what_is_known_of_it(pair):
    """Each hears of addresses that nobody has: two of different networks, and no server to carry between them."""
    caller, callee = pair

    def elsewhere(kind: str, data):
        if kind != "candidate" or data is None or data["candidate"] == "":
            return data
        fields = data["candidate"].split(" ")
        fields[4] = "198.51.100.7"
        return {**data, "candidate": " ".join(fields)}

    caller.do("lab.peer.start('caller', [{ urls: ['stun:127.0.0.1:9'] }])")
    callee.do("lab.peer.start('callee', [{ urls: 'stun:127.0.0.1:9' }])")
    carry(caller, callee, "lab.told.some(([name]) => name === 'failed')", elsewhere)
    for side in pair:
        facts = side.do("lab.peer.facts()")
        assert facts["servers"] == ["stun:127.0.0.1:9"]
        assert all(line.startswith("candidate:") for line in facts["local"])
        assert any("198.51.100.7" in line for line in facts["remote"])
        assert facts["hasMet"] is False
        assert side.told("connected") == []
        # A page of this very machine is in a network with a server of its own, so no firewall is to blame.
        assert side.do("lab.causeOf(lab.peer.facts())") == "no-relay"

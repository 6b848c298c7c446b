"""How long a call takes to come about through holdline, and how long the same browsers need when wired directly.

Over HTTPS on the home network of `lab/home.py`: two Chromiums that have their cameras open and have been here before,
so that the page comes from its service worker. Both ways in one run, taking turns, from the second one's dial until both
are connected, and until each shows the first frame of the other's picture; the caller has dialled and gathered before.
"Wired directly": the same pages and the same `Peer`, but this script carries descriptions and candidates.

    python Tests/e2e/setup_time.py [--calls 50] [--check]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import pathlib
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from playwright.async_api import Browser, Page, async_playwright

from conftest import ALWAYS, BOX, CHROMIUM, CHROMIUM_STORE, FAKE_YES, HOME_ORIGIN, HTTP_PORT, PHONE, serve_home
from lab.authority import get, trust
from lab.home import Home

# With --check: the most that a median through holdline may be above that wired directly; and what is aimed at.
BOUNDS_MS = {"both connected": 40, "both see a frame": 60}
AIMS_MS = {"both connected": 25, "both see a frame": 40}

# As fast as Chromium's own: at the five frames a second of the tests, the first one takes a second to come either way.
CAMERA = "--use-fake-device-for-media-stream"

# A person takes longer to tell another one the word. Meanwhile the caller gathers, posts, and is waiting.
BETWEEN_DIALS_S = 0.5

# Before the page's own scripts. `now` is a time that two pages of one machine have in common, in milliseconds. A note is
# what happened, and when.
PROBE = """
window.probe = {
    notes: [],
    now: () => performance.timeOrigin + performance.now(),
    note: (what) => probe.notes.push([what, probe.now()]),
    // When `what` is noted, if it has not been.
    noted: async (what) => {
        while (!probe.notes.some(([noted]) => noted === what)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    begin: () => {
        probe.notes = [];
        probe.note('begin');
    },
    watch: (video) => video.requestVideoFrameCallback(() => probe.note('frame')),
    dial: (word) => {
        const observer = new MutationObserver(() => {
            if (document.body.dataset.state !== 'connected') return;
            observer.disconnect();
            probe.note('connected');
        });
        observer.observe(document.body, { attributeFilter: ['data-state'] });
        document.querySelector('input[name=code]').value = word;
        probe.begin();
        probe.watch(document.querySelector('#their-video'));
        document.querySelector('form').requestSubmit();
    },
    // A peer whose messages the script carries; `waiting` is what the other one has said so far.
    wire: (role, waiting) => {
        probe.begin();
        const side = { opened() {}, theirs() {}, chat() {}, secret() {}, hangup() {}, leaving() {}, gone() {} };
        const handlers = {
            send: (type, data) => window.carry(type, data),
            connected: () => {
                probe.note('connected');
                const video = probe.video = document.createElement('video');
                document.body.append(Object.assign(video, { srcObject: probe.peer.theirs, playsInline: true }));
                probe.watch(video);
                video.play();
            },
            interrupted() {},
            failed() {},
        };
        probe.peer = new probe.Peer(document.querySelector('#my-video').srcObject, handlers, side);
        probe.peer.start(role, []);
        for (const [type, data] of waiting) probe.peer.take(type, data);
    },
    unwire: () => {
        probe.peer.close();
        probe.video.remove();
    },
};
const kind = (text) => [' joined', ' offer', ' answer'].find((type) => text.includes(`"type":"${type.trim()}"`)) ?? '';
const { fetch } = window;
window.fetch = async (url, options) => {
    const { pathname } = new URL(url, location);
    const name = /dial|events|messages/.exec(pathname)?.[0];
    if (!name) return fetch(url, options);
    probe.note(`${name} asked${kind(name === 'messages' ? options.body : '')}`);
    const response = await fetch(url, options);
    response.text = async () => {
        const text = await Response.prototype.text.call(response);
        probe.note(`${name} answered${kind(name === 'events' ? text : '')}`);
        return text;
    };
    return response;
};
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
        super(...options);
        this.addEventListener('iceconnectionstatechange', () => probe.note(`ice ${this.iceConnectionState}`));
        this.addEventListener('connectionstatechange', () => probe.note(`dtls ${this.connectionState}`));
    }
    async setRemoteDescription(...given) {
        probe.note(`theirs given`);
        await super.setRemoteDescription(...given);
        probe.note(`theirs set`);
    }
    async setLocalDescription(...given) {
        await super.setLocalDescription(...given);
        probe.note(`ours set`);
    }
};
"""

# What happens on the way, in the order in which it does: whose note it is, which, and what is printed of it.
STEPS = [
    ("callee", "dial asked", "callee: dial posted"),
    ("callee", "dial answered", "callee: dial answered"),
    ("caller", "events answered joined", "caller: joined received"),
    ("callee", "events answered offer", "callee: offer received"),
    ("callee", "theirs set", "callee: offer set"),
    ("callee", "ours set", "callee: answer made and set"),
    ("callee", "messages asked answer", "callee: answer posted"),
    ("callee", "ice checking", "callee: checks the first pair"),
    ("caller", "events answered answer", "caller: answer received"),
    ("caller", "theirs given", "caller: answer given to the browser"),
    ("caller", "theirs set", "caller: answer set"),
    ("caller", "ice connected", "caller: a pair works"),
    ("callee", "ice connected", "callee: a pair works"),
    ("caller", "dtls connected", "caller: DTLS done"),
    ("callee", "dtls connected", "callee: DTLS done"),
    ("caller", "connected", "caller: says connected"),
    ("callee", "connected", "callee: says connected"),
    ("caller", "frame", "caller: first frame"),
    ("callee", "frame", "callee: first frame"),
]


@dataclass
class Call:
    """One call: when each thing was first noted, in milliseconds from the second dial, by side and note."""

    notes: dict[tuple[str, str], float]

    def later(self, what: str) -> float:
        """When it had come about on both sides."""
        return max(self.notes["caller", what], self.notes["callee", what])

    @property
    def figures(self) -> dict[str, float]:
        return {"both connected": self.later("connected"), "both see a frame": self.later("frame")}


class Wire:
    """Carries what one page says to the other, in order; before the other is there, it gathers."""

    def __init__(self, to: Page):
        self._to = to
        self._queue: asyncio.Queue = asyncio.Queue()
        self._running: asyncio.Task | None = None

    async def put(self, kind: str, data: object) -> None:
        await self._queue.put([kind, data])

    async def gathered(self) -> list:
        """All that the caller says while it waits, up to its last candidate, which is null."""
        said = [await self._queue.get()]
        while said[-1] != ["candidate", None]:
            said.append(await self._queue.get())
        return said

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._running.cancel()
        self._queue = asyncio.Queue()

    async def _run(self) -> None:
        while True:
            message = await self._queue.get()
            await self._to.evaluate("([type, data]) => probe.peer.take(type, data)", message)


class Couple:
    """Two people at two pages."""

    def __init__(self, caller: Page, callee: Page):
        self._pages = {"caller": caller, "callee": callee}
        self._there, self._back = Wire(callee), Wire(caller)

    async def prepare(self) -> None:
        for side, wire in (("caller", self._there), ("callee", self._back)):
            await self._pages[side].evaluate("import('/call/peer.js').then(({ Peer }) => { probe.Peer = Peer; })")
            await self._pages[side].expose_function("carry", wire.put)

    async def through_holdline(self, word: str) -> Call:
        caller, callee = self._pages.values()
        await caller.evaluate("(word) => probe.dial(word)", word)
        await caller.wait_for_selector("body[data-state=waiting]")
        await asyncio.sleep(BETWEEN_DIALS_S)
        await callee.evaluate("(word) => probe.dial(word)", word)
        call = await self._noted()
        await callee.click("#end")
        for page in self._pages.values():
            await page.wait_for_selector("body[data-state=ended]")
        return call

    async def wired_directly(self) -> Call:
        caller, callee = self._pages.values()
        await caller.evaluate("probe.wire('caller', [])")
        waiting = await self._there.gathered()
        await asyncio.sleep(BETWEEN_DIALS_S)
        for wire in (self._there, self._back):
            wire.start()
        await callee.evaluate("(waiting) => probe.wire('callee', waiting)", waiting)
        call = await self._noted()
        for wire in (self._there, self._back):
            wire.stop()
        for page in self._pages.values():
            await page.evaluate("probe.unwire()")
        return call

    async def _noted(self) -> Call:
        for page in self._pages.values():
            await page.evaluate("probe.noted('frame')")
        notes: dict[tuple[str, str], float] = {}
        for side, page in self._pages.items():
            for what, at in await page.evaluate("probe.notes"):
                notes.setdefault((side, what), at)
        begun_at = notes["callee", "begin"]
        return Call({key: at - begun_at for key, at in notes.items()})


@contextlib.contextmanager
def served(home: Home, folder: pathlib.Path) -> Iterator[None]:
    """Within the block there is a daemon in the home. A browser whose user's folder is this one trusts it."""
    state = folder / "state"
    state.mkdir()
    daemon = serve_home(home, folder, state)
    try:
        status, certificate = get(home.devices["phone"], BOX, HTTP_PORT, "/ca.pem")
        assert status == 200, certificate
        (folder / "ca.pem").write_bytes(certificate)
        trust(folder / CHROMIUM_STORE, folder / "ca.pem")
        yield
    finally:
        daemon.stop()
        home.close()


async def open_page(browser: Browser) -> Page:
    """The page as it is at the second visit, with the camera open."""
    context = await browser.new_context(viewport=PHONE, permissions=["camera", "microphone"])
    await context.add_init_script(PROBE)
    page = await context.new_page()
    await page.goto(HOME_ORIGIN)
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    await page.reload()
    await page.wait_for_selector("#mine[data-camera=on]")
    return page


@contextlib.asynccontextmanager
async def couple(home: Home, folder: pathlib.Path) -> AsyncIterator[Couple]:
    async with async_playwright() as playwright:
        browsers = [
            await playwright.chromium.launch(
                executable_path=device.wrapper(folder, CHROMIUM), args=[*ALWAYS, CAMERA, FAKE_YES],
                env=os.environ | {"HOME": str(folder)},
            )
            for device in home.devices.values()
        ]
        both = Couple(*[await open_page(browser) for browser in browsers])
        await both.prepare()
        yield both
        for browser in browsers:
            await browser.close()


async def measure(calls: int, home: Home, folder: pathlib.Path) -> tuple[list[Call], list[Call]]:
    relayed, direct = [], []
    with served(home, folder):
        async with couple(home, folder) as both:
            for turn in range(calls + 1):
                relayed.append(await both.through_holdline(f"word {turn}"))
                direct.append(await both.wired_directly())
    # The first call of a browser loads what the later ones have.
    return relayed[1:], direct[1:]


def median(calls: list[Call], figure: str) -> float:
    return statistics.median(call.figures[figure] for call in calls)


def line(name: str, calls: list[Call], figure: str) -> str:
    times = [call.figures[figure] for call in calls]
    return f"  {name:18} median {statistics.median(times):6.1f} ms   ({min(times):.1f} to {max(times):.1f})"


def timeline(relayed: list[Call], direct: list[Call]) -> Iterator[str]:
    """Each step's own median: the steps of no single call, but of no odd one either."""
    yield f"{'Where the time goes, medians in ms:':40}{'holdline':>9}{'directly':>9}"
    for side, what, name in STEPS:
        yield f"  {name:38}" + "".join(step(calls, side, what) for calls in (relayed, direct))


def step(calls: list[Call], side: str, what: str) -> str:
    times = [call.notes[side, what] for call in calls if (side, what) in call.notes]
    return f"{statistics.median(times):9.1f}" if times else f"{'-':>9}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50, help="how many calls each way (50)")
    parser.add_argument("--check", action="store_true", help=f"fail if holdline takes longer by more than {BOUNDS_MS}")
    options = parser.parse_args()
    try:
        home = Home()
    except OSError as error:
        if os.geteuid() == 0 or options.check:
            raise
        print(f"How long a call takes to come about is not measured: only root may make networks here ({error}).")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        relayed, direct = asyncio.run(measure(options.calls, home, pathlib.Path(folder)))
    is_within = True
    print(f"From the second dial, over HTTPS in a home network, {options.calls} calls each:")
    for figure, bound in BOUNDS_MS.items():
        more = median(relayed, figure) - median(direct, figure)
        is_within = is_within and more <= bound
        print(f"{figure}:")
        print(line("through holdline", relayed, figure))
        print(line("wired directly", direct, figure))
        print(f"  {'difference':18}        {more:6.1f} ms   (at most {bound}, aim {AIMS_MS[figure]})")
    print(*timeline(relayed, direct), sep="\n")
    return 1 if options.check and not is_within else 0


if __name__ == "__main__":
    sys.exit(main())

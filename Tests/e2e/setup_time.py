"""How long a call takes to come about through holdline, and how long the same browsers need when wired directly.

Both from the second one's dial until both are connected, in one run, taking turns; the caller has dialled and gathered
before. "Wired directly": the same pages and the same `Peer`, but this script carries descriptions and candidates.

    python Tests/e2e/setup_time.py [--calls 20] [--check]
"""

import argparse
import asyncio
import pathlib
import statistics
import sys
import tempfile

from playwright.async_api import Browser, Page, async_playwright

from conftest import ALWAYS, CHROMIUM, FAKE_DEVICES, FAKE_YES, PHONE
from daemon import Daemon

# With --check: the most that the median through holdline may be above the median wired directly.
BOUND_MS = 60

# Before the page's own scripts. `now` is a time that two pages of one machine have in common, in milliseconds.
PROBE = """
window.probe = {
    now: () => performance.timeOrigin + performance.now(),
    // When the page first says that it is connected.
    connected: () => new Promise((resolve) => {
        const observer = new MutationObserver(() => {
            if (document.body.dataset.state !== 'connected') return;
            observer.disconnect();
            resolve(probe.now());
        });
        observer.observe(document.body, { attributeFilter: ['data-state'] });
    }),
    dial: (word) => {
        probe.time = probe.connected();
        document.querySelector('input[name=code]').value = word;
        const dialledAt = probe.now();
        document.querySelector('form').requestSubmit();
        return dialledAt;
    },
    // A peer whose messages the script carries; `waiting` is what the other one has said so far.
    wire: (role, waiting) => {
        const startedAt = probe.now();
        probe.time = new Promise((resolve) => {
            const side = { opened() {}, theirs() {}, chat() {}, secret() {}, hangup() {}, leaving() {}, gone() {} };
            const handlers = {
                send: (type, data) => window.carry(type, data),
                connected: () => resolve(probe.now()),
                interrupted() {},
                failed() {},
            };
            probe.peer = new probe.Peer(document.querySelector('#my-video').srcObject, handlers, side);
        });
        probe.peer.start(role, []);
        for (const [type, data] of waiting) probe.peer.take(type, data);
        return startedAt;
    },
};
"""


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


async def open_page(browser: Browser, origin: str) -> Page:
    context = await browser.new_context(viewport=PHONE, permissions=["camera", "microphone"])
    await context.add_init_script(PROBE)
    page = await context.new_page()
    await page.goto(origin)
    await page.wait_for_selector("#mine[data-camera=on]")
    await page.evaluate("import('/call/peer.js').then((module) => { probe.Peer = module.Peer; })")
    return page


async def both_connected(caller: Page, callee: Page) -> float:
    return max(await asyncio.gather(caller.evaluate("probe.time"), callee.evaluate("probe.time")))


async def through_holdline(caller: Page, callee: Page, word: str) -> float:
    await caller.evaluate("(word) => probe.dial(word)", word)
    await caller.wait_for_selector("body[data-state=waiting]")
    await asyncio.sleep(0.2)  # The caller gathers and posts; a person takes longer to type a word.
    dialled_at = await callee.evaluate("(word) => probe.dial(word)", word)
    took = await both_connected(caller, callee) - dialled_at
    await callee.click("#end")
    for page in (caller, callee):
        await page.wait_for_selector("body[data-state=ended]")
    return took


async def wired_directly(caller: Page, callee: Page, there: Wire, back: Wire) -> float:
    await caller.evaluate("probe.wire('caller', [])")
    waiting = await there.gathered()
    there.start()
    back.start()
    started_at = await callee.evaluate("(waiting) => probe.wire('callee', waiting)", waiting)
    took = await both_connected(caller, callee) - started_at
    there.stop()
    back.stop()
    for page in (caller, callee):
        await page.evaluate("probe.peer.close()")
    return took


async def measure(calls: int, origin: str) -> tuple[list[float], list[float]]:
    async with async_playwright() as playwright:
        flags = [*ALWAYS, FAKE_DEVICES, FAKE_YES]
        browsers = [await playwright.chromium.launch(executable_path=CHROMIUM, args=flags) for _ in range(2)]
        caller, callee = [await open_page(browser, origin) for browser in browsers]
        there, back = Wire(callee), Wire(caller)
        await caller.expose_function("carry", there.put)
        await callee.expose_function("carry", back.put)
        relayed, direct = [], []
        for turn in range(calls + 1):
            relayed.append(await through_holdline(caller, callee, f"word {turn}"))
            direct.append(await wired_directly(caller, callee, there, back))
        for browser in browsers:
            await browser.close()
    # The first call of a browser loads what the later ones have.
    return relayed[1:], direct[1:]


def line(name: str, times: list[float]) -> str:
    return f"{name:17} median {statistics.median(times):6.1f} ms   ({min(times):.1f} to {max(times):.1f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20, help="how many calls each way (20)")
    parser.add_argument("--check", action="store_true", help=f"fail if holdline takes {BOUND_MS} ms more, or above")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(pathlib.Path(folder))
        daemon.start()
        try:
            relayed, direct = asyncio.run(measure(options.calls, daemon.origin))
        finally:
            daemon.stop()
    more = statistics.median(relayed) - statistics.median(direct)
    print(f"From the second dial to both connected, {options.calls} calls each:")
    print(line("through holdline", relayed))
    print(line("wired directly", direct))
    print(f"{'difference':17}        {more:6.1f} ms   (at most {BOUND_MS} allowed)")
    return 1 if options.check and more > BOUND_MS else 0


if __name__ == "__main__":
    sys.exit(main())

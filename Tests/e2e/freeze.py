"""Stops processes in their tracks, as a machine that hangs would, and lets them go on."""

import contextlib
import os
import signal
from collections.abc import Iterator

from playwright.sync_api import Browser


def processes_of(browser: Browser) -> list[int]:
    """All processes of this browser and of no other, as it names them itself."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [process["id"] for process in processes]


@contextlib.contextmanager
def frozen(processes: list[int]) -> Iterator[None]:
    """Frozen within the block. Whoever asks one of them for an answer meanwhile waits in vain."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)

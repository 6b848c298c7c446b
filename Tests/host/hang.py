"""Threads that stand still while the rest of their process goes on: what a loop looks like that hangs."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from support.daemon import until

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
# Of waitpid: a thread that is no child of the caller's.
WALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def trace(request: int, thread: int) -> None:
    if libc.ptrace(ctypes.c_long(request), ctypes.c_long(thread), None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def state(thread: Path) -> str:
    """As `ps` shows it: `S` sleeps, `t` stands still."""
    return thread.joinpath("stat").read_text().rpartition(") ")[2][0]


def hang(process: int, patience: float) -> dict[str, str]:
    """All threads but the first stand still until the process is killed: the daemon's first thread waits for signals, its
    queues run on the others. Gives the states of all as they were meanwhile."""
    threads = {int(thread.name): thread for thread in Path(f"/proc/{process}/task").iterdir()}
    stopped = threads.keys() - {process}
    for thread in stopped:
        trace(PTRACE_SEIZE, thread)
        trace(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WALL)
    states = {str(name): state(thread) for name, thread in threads.items()}
    left = set(stopped)

    def gone() -> bool:
        # The kernel keeps a thread that was killed until who stands over it has seen that.
        left.difference_update([thread for thread in left if os.waitpid(thread, WALL | os.WNOHANG)[0]])
        return not left

    try:
        until(gone, patience)
    finally:
        for thread in left:
            trace(PTRACE_DETACH, thread)
    return states

"""A control group with a limit on memory, in version 1 or 2 of them, whichever this machine lets us make."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

V1 = Path("/sys/fs/cgroup/memory")
V2 = Path("/sys/fs/cgroup")


class MemoryGroup:
    """`made()` gives one, or None where the machine has none to give; it has to be empty when it is removed."""

    def __init__(self, path: Path, memory: int, version: int) -> None:
        self.path = path
        self.version = version
        path.mkdir()
        try:
            if version == 1:
                (path / "memory.limit_in_bytes").write_text(str(memory))
                with contextlib.suppress(OSError):
                    (path / "memory.swappiness").write_text("0")
            else:
                (path / "memory.max").write_text(str(memory))
                with contextlib.suppress(OSError):
                    (path / "memory.swap.max").write_text("0")
        except OSError:
            path.rmdir()
            raise

    @classmethod
    def made(cls, memory: int) -> MemoryGroup | None:
        for base, version in ((V1, 1), (V2, 2)):
            with contextlib.suppress(OSError):
                if version == 2:
                    (base / "cgroup.subtree_control").write_text("+memory")
                return cls(base / f"holdline-test-{os.getpid()}", memory, version)
        return None

    @property
    def within(self) -> tuple[str, ...]:
        """The command that runs another one in it, under the same process id."""
        return ("/bin/sh", "-c", f'echo $$ > "{self.path}/cgroup.procs" && exec "$@"', "sh")

    @property
    def kills(self) -> int:
        """How often the kernel has killed for want of memory."""
        text = (self.path / ("memory.oom_control" if self.version == 1 else "memory.events")).read_text()
        return int(dict(line.split() for line in text.splitlines())["oom_kill"])

    @property
    def most(self) -> int | None:
        """The most bytes that were in use, what the kernel can take back at any time included; None: it is not told."""
        path = self.path / ("memory.max_usage_in_bytes" if self.version == 1 else "memory.peak")
        return int(path.read_text()) if path.exists() else None

    def remove(self) -> None:
        self.path.rmdir()

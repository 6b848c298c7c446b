"""What Benchmarks/counts and Benchmarks/price need to count instructions."""

import pathlib
import shutil
import subprocess

from .machine import Failure


def tool(profile: pathlib.Path) -> list[str]:
    """The command before the one whose instructions go into `profile`."""
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--quiet"]


def require(setup: str) -> None:
    if not shutil.which("valgrind"):
        raise Failure(f"valgrind is not installed: packaging/setup {setup} installs it")


def bare(binary: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A copy that valgrind 3.19 gets through: not so with the debug information of Swift 6."""
    subprocess.run(["strip", "--strip-debug", "-o", folder / "holdline", binary], check=True)
    return folder / "holdline"

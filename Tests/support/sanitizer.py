"""A daemon that was built with a sanitizer: `make check-sanitizers` names it in HOLDLINE_SANITIZER."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = os.environ.get("HOLDLINE_SANITIZER")
# Where a sanitizer takes its settings from.
VARIABLES = {"thread": ("TSAN_OPTIONS",), "address": ("ASAN_OPTIONS", "UBSAN_OPTIONS")}


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Whatever is started in here reports into `folder`, and must have reported nothing at the end."""
    if NAME is None:
        yield
        return
    before = {name: os.environ.get(name, "") for name in VARIABLES[NAME]}
    os.environ |= {name: f"{options}:log_path={folder / 'sanitizer'}" for name, options in before.items()}
    try:
        yield
    finally:
        os.environ |= before
    reports = [path.read_text(errors="replace") for path in sorted(folder.glob("sanitizer.*"))]
    assert not reports, "\n".join(reports)

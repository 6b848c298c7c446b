"""A daemon that was built with a sanitizer: `make check-sanitizers` names it in HOLDLINE_SANITIZER."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NAME = os.environ.get("HOLDLINE_SANITIZER")
# Where a sanitizer takes its settings from.
VARIABLES = {"thread": ("TSAN_OPTIONS",), "address": ("ASAN_OPTIONS", "UBSAN_OPTIONS")}


@contextmanager
def watched() -> Iterator[None]:
    """Whatever is started in here must have reported nothing at the end."""
    if NAME is None:
        yield
        return
    with TemporaryDirectory(prefix="holdline-sanitizer-") as folder:
        # Some are started as another user.
        os.chmod(folder, 0o777)
        before = {name: os.environ.get(name, "") for name in VARIABLES[NAME]}
        os.environ.update({name: f"{options}:log_path={folder}/report" for name, options in before.items()})
        try:
            yield
        finally:
            os.environ.update(before)
        reports = [path.read_text(errors="replace") for path in sorted(Path(folder).iterdir())]
    assert not reports, "\n".join(reports)

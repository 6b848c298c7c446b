"""What the tests of faults share. Each prints what it has measured, whether it passes or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "e2e")]

from lab.home import Home  # noqa: E402
from support.fixtures import client, daemon, pytest_sessionstart, start  # noqa: E402, F401
from support.measured import measured, pytest_configure, pytest_terminal_summary  # noqa: E402, F401
from support.witness import FAVOURED, Witness, favoured  # noqa: E402


@pytest.fixture(autouse=True)
def urgent() -> Iterator[None]:
    """Faults and clocks are those of the tests, not those of a busy machine."""
    with favoured():
        yield


@pytest.fixture
def witness(start):
    """A separate client of a daemon, and of another daemon that is left in peace: what is slow for both is the machine."""
    return lambda daemon, **options: Witness(daemon, start(within=FAVOURED), **options)


@pytest.fixture
def home() -> Iterator[Home]:
    """A network of a box, a phone and a laptop."""
    if os.geteuid() != 0:
        pytest.skip("only root may make networks")
    made = Home()
    yield made
    made.close()

"""Fixtures of the tests over sockets: every test starts daemons of its own; each is ended, and its log looked through, when
the test is over."""

from __future__ import annotations

import pytest

from . import sanitizer
from .client import Client
from .daemon import BINARY, Daemon


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: build it with `swift build -c release`, or set HOLDLINE_BINARY", 2)


def pytest_collection_modifyitems(items):
    for item in items:
        if sanitizer.NAME and (mark := item.get_closest_marker("unsanitized")):
            item.add_marker(pytest.mark.skip(reason=f"with a sanitizer: {mark.args[0]}"))


@pytest.fixture(autouse=True)
def no_report():
    """Set up before all others and ended after them: after the last daemon."""
    with sanitizer.watched():
        yield


@pytest.fixture
def start(tmp_path):
    """Starts daemons: `start(relay={"poll_seconds": 1})`. What is not said is as in `Daemon`."""
    running: list[Daemon] = []

    def start_one(*flags: str, within: tuple[str, ...] = (), **settings) -> Daemon:
        daemon = Daemon(tmp_path / f"daemon{len(running)}", settings, flags, within)
        running.append(daemon)
        return daemon

    yield start_one
    failures = []
    for daemon in running:
        try:
            daemon.finish()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def daemon(start) -> Daemon:
    return start()


@pytest.fixture
def client(daemon) -> Client:
    return daemon.client()

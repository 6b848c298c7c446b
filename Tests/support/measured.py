"""What a test has measured, printed at the end of all tests, whether they pass or not: for a conftest to import."""

from __future__ import annotations

import pytest

MEASURED = pytest.StashKey[list[str]]()


def pytest_configure(config):
    config.stash[MEASURED] = []


def pytest_terminal_summary(terminalreporter, config):
    if lines := config.stash[MEASURED]:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def measured(request):
    """`measured("CPU 3 %")` prints it at the end, under the test's name."""
    return lambda text: request.config.stash[MEASURED].append(f"{request.node.nodeid}: {text}")

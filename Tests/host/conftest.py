"""Every test has a machine of its own, booted for it, with the package installed or bare."""

import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "e2e")]

from host import Host  # noqa: E402

DIST = TESTS.parent / "dist"


def pytest_sessionstart(session):
    if os.geteuid() != 0:
        pytest.exit("only root may boot a machine: sudo make check-host", 2)


@pytest.fixture(scope="session")
def package() -> Path:
    """The package under test: HOLDLINE_DEB, or the one in dist."""
    if named := os.environ.get("HOLDLINE_DEB"):
        return Path(named)
    built = sorted(DIST.glob("holdline_*.deb"), key=lambda path: path.stat().st_mtime)
    if not built:
        pytest.exit(f"no package in {DIST}: make deb", 2)
    return built[-1]


@pytest.fixture
def bare():
    """A plain Debian without holdline."""
    machine = Host()
    yield machine
    try:
        if machine.is_up():
            machine.secrets.assert_absent_from(machine.run("journalctl", "--output=export"))
    finally:
        machine.close()


@pytest.fixture
def host(bare, package):
    """A plain Debian that has installed the package."""
    bare.install(package)
    return bare

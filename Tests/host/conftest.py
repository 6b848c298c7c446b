"""Every test has a machine of its own, booted for it, with the package installed or bare."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "e2e")]

from host import Host  # noqa: E402
from support.measured import measured, pytest_configure, pytest_terminal_summary  # noqa: E402, F401

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
def repack(package, tmp_path):
    """Makes the package anew as another version, with its unpacked files changed."""

    def make(version: str, change=lambda folder: None) -> Path:
        folder = tmp_path / version
        subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True)
        control = folder / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE))
        change(folder)
        made = tmp_path / f"holdline-{version}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", folder, made], check=True,
                       stdout=subprocess.DEVNULL)
        return made

    return make


@pytest.fixture
def next_package(package, repack):
    """The same package as a later version."""
    version = subprocess.run(["dpkg-deb", "--field", package, "Version"], capture_output=True, text=True, check=True).stdout
    return repack(f"{version.strip()}+next")


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

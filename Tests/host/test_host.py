"""The machine itself: it leaves nothing behind, however its tests end."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from support.daemon import until

HERE = Path(__file__).parent


def processes_with(text: str) -> list[str]:
    """Those that have `text` in their command line."""
    lines = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if text in line]


def test_nothing_is_left_of_it_when_the_tests_are_killed():
    script = f"""
        import sys
        sys.path[:0] = {[str(HERE), str(HERE.parent), str(HERE.parent / "e2e")]!r}
        from host import Host
        host = Host()
        print(host.leader, host.folder, host.boot.pid, flush=True)
        sys.stdin.read()
    """
    tests = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    leader, folder, boot = tests.stdout.readline().split()
    machine = os.pidfd_open(int(leader))
    assert Path(folder).exists() and processes_with(folder)
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    until(lambda: not Path(folder).exists(), 30)
    until(lambda: not processes_with(folder), 10)
    groups = Path("/sys/fs/cgroup")
    assert [*groups.glob(f"holdline-host-{boot}"), *groups.glob(f"*/holdline-host-{boot}")] == []
    try:
        assert select.select([machine], [], [], 30)[0], "the machine runs on"
    finally:
        os.close(machine)


def test_it_goes_off_when_it_is_told_to(bare):
    bare.power_off()

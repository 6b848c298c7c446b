"""All at once: pairs set up calls without pause through a network that fails, while the service is restarted, killed, hung
and upgraded. Every call that both sides want comes about.

A minute; HOLDLINE_CHAOS_SECONDS says otherwise.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter

from support.daemon import until
from traffic import FREE, Calls, FailingNetwork

SERVICE = "holdline.service"
SECONDS = float(os.environ.get("HOLDLINE_CHAOS_SECONDS", "60"))
PAIRS = 50
SEED = 6
# Between two faults of the service: it is up for a while, or is hit again as it comes.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
WATCHDOG_SECONDS = 1


class Faults:
    """What is done to the service. Each comes back when it is done, whatever the service has come to."""

    def __init__(self, host, packages) -> None:
        self.done = Counter()
        self._host, self._packages = host, packages
        self._random = random.Random(SEED)
        for package in packages:
            shutil.copy(package, host.path("/root"))

    def one(self) -> None:
        often, seldom = [self.restarted, self.killed, self.upgraded], [self.hung, self.reloaded]
        fault = self._random.choice(often + often + seldom)
        fault()
        self.done[fault.__name__] += 1

    def pause(self) -> None:
        time.sleep(self._random.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))

    def restarted(self) -> None:
        self._host.run("systemctl", "restart", SERVICE)

    def killed(self) -> None:
        self._await_daemon()
        self._host.kill(SERVICE)

    def upgraded(self) -> None:
        self._packages.append(self._packages.pop(0))
        self._host.run("dpkg", "--install", "--force-confold", f"/root/{self._packages[0].name}")

    def hung(self) -> None:
        """Until the watchdog ends it."""
        self._await_daemon()
        daemon = self._host.process(SERVICE)
        os.kill(daemon, signal.SIGSTOP)
        until(lambda: not os.path.exists(f"/proc/{daemon}"), 20)

    def reloaded(self) -> None:
        self._await_daemon()
        self._host.attempt("systemctl", "reload", SERVICE)

    def _await_daemon(self) -> None:
        until(lambda: self._host.show(SERVICE, "ActiveState") == "active", 20)


def test_chaos(host, package, next_package, measured):
    host.configure(FREE)
    host.drop_in(SERVICE, f"[Unit]\nStartLimitBurst=1000\n[Service]\nWatchdogSec={WATCHDOG_SECONDS}\n")
    host.run("systemctl", "restart", SERVICE)
    faults = Faults(host, [package, next_package])
    over = time.monotonic() + SECONDS
    with FailingNetwork(host) as network:
        with Calls(host, PAIRS, network.port) as calls:
            while time.monotonic() < over:
                faults.one()
                faults.pause()
    told = calls.told
    rows = {"calls": told["calls"], "messages": told["messages"], **{f"service {name}": n for name, n in faults.done.items()},
            **{f"connections {name}": network.told.get(name, 0) for name in ("cut", "refused")},
            "requests said twice": network.told["twice"], "pieces delayed": network.told["delayed"],
            "requests sent again": told["repeats"],
            **{kind: told["faults"].get(kind, 0) for kind in ("lost", "twice", "disorder", "altered", "stalled", "answer")}}
    lines = [f"  {name:<24}{number:>8}" for name, number in rows.items()]
    measured("\n".join([f"{SECONDS:.0f} s, {PAIRS} pairs", *lines]))
    calls.assert_sound()
    assert sum(faults.done.values()) > 0 and network.told["cut"] > 0
    assert host.show(SERVICE, "NFileDescriptorStore") == "1"

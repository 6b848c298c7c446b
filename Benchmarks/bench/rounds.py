"""Rounds of measurements: each scenario with each server in turn, every time with a fresh one."""

import contextlib
import json
import os
import pathlib
import subprocess
import time

from .machine import HERE, Failure, compile_c, connections, pinned, processes
from .scenarios import Scenario
from .servers import Server, running

SPARE_CONNECTIONS = 100  # of a server, beside the load's
LOAD_TIMEOUT = 120  # seconds


class Bench:
    def __init__(self, work: pathlib.Path, servers: dict[str, Server], seconds: float, quick: bool = False):
        self.work, self.servers, self.seconds, self.quick = work, servers, seconds, quick
        self.most = connections() - SPARE_CONNECTIONS
        self.load = compile_c(work / "load", sorted((HERE / "load").glob("*.c")), "-lssl", "-lcrypto")
        for server in servers.values():
            server.prepare(work)

    watch = staticmethod(contextlib.nullcontext)  # what looks at the server's process while it is under load

    def rounds(self, number: int, scenarios: dict[str, Scenario], results: list[dict]) -> None:
        """Adds to `results` as it goes, so that what ends the run loses nothing that was measured."""
        for round_number in range(1, number + 1):
            for name, scenario in scenarios.items():
                print(f"round {round_number} of {number}: {name}", flush=True)
                known = [server for server in scenario.servers if server in self.servers]
                if scenario.arguments:
                    measured = [self.measure(name, scenario, server) for server in known]
                else:
                    measured = self.idle(known)
                busy = os.getloadavg()[0]
                results += [
                    {"round": round_number, **result, "scenario": name, "load_average": busy} for result in measured
                ]

    def measure(self, name: str, scenario: Scenario, server_name: str) -> dict:
        """One scenario against one fresh server."""
        server, sized = self.servers[server_name], scenario.sized(self.quick, self.most)
        with running(server_name, server, self.work, scenario.tls) as (process, place), self.watch(process.pid):
            command = [str(self.load), *scenario.arguments, "--relay", server.relay, "--port", str(place.port)]
            command += ["--server", str(process.pid), "--seconds", str(self.seconds), "--count", str(sized.count)]
            command += ["--strangers", str(sized.strangers)]
            command += ["--warm-up", "0.1", "--settle", "0.2"] if self.quick else []
            command += ["--authority", str(server.authority(place))] if scenario.tls else []
            try:
                with pinned(0):
                    load = subprocess.run(command, capture_output=True, text=True, timeout=LOAD_TIMEOUT)
            except subprocess.TimeoutExpired:
                raise Failure(f"{name} against {server_name}: no end after {LOAD_TIMEOUT} s") from None
        if load.returncode != 0:
            raise Failure(f"{name} against {server_name}: {load.stderr.strip() or f'status {load.returncode}'}")
        return {**json.loads(load.stdout), "server": server_name}

    def idle(self, names: list[str]) -> list[dict]:
        """All of them at once, which does not disturb them: none has a client."""
        # The connection that has seen that it answers had a deadline of 10 s, and a thread that is idle ends after 5.
        settling, seconds = (0.5, 1) if self.quick else (16, 15)
        with contextlib.ExitStack() as stack:
            pids = {name: stack.enter_context(running(name, self.servers[name], self.work))[0].pid for name in names}
            time.sleep(settling)
            before, start = {name: switches(pid) for name, pid in pids.items()}, time.monotonic()
            time.sleep(seconds)
            after, elapsed = {name: switches(pid) for name, pid in pids.items()}, time.monotonic() - start
            return [
                {
                    "server": name,
                    "seconds": elapsed,
                    "resident": resident(pid),
                    "wakeups": sum(count - before[name].get(thread, 0) for thread, count in after[name].items()),
                }
                for name, pid in pids.items()
            ]


def switches(root: int) -> dict[str, int]:
    """How often each thread has gone to sleep by itself, which is how often it has been woken."""
    return {
        str(status): int(line.split()[1])
        for pid in processes(root)
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status")
        for line in status.read_text().splitlines()
        if line.startswith("voluntary_ctxt_switches")
    }


def resident(root: int) -> int:
    """Bytes; a page that several processes share counts once (Pss)."""
    return sum(
        int(line.split()[1]) * 1024
        for pid in processes(root)
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )

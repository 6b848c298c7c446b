"""Hours of mixed faults. Pairs of peers set up calls without pause, some directly, some through a proxy that cuts, delays and
says twice, while one fault after the other is done to the daemon. Every minute is told; at the end it is judged: no message
lost, none twice, none out of order, every call come about, memory and descriptors flat.

    make soak HOURS=8

In its first half the daemon is also killed and started again, as systemd does it, with the memory of its calls; what is
flat is looked at in the second half, which one process lives through.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "faults")]

from crowd import Crowd  # noqa: E402
from support.daemon import Daemon, until  # noqa: E402
from support.tls import Secure, client_hello  # noqa: E402

DIRECT_PAIRS, PROXIED_PAIRS = 10, 10
# Between two faults.
CALM_SECONDS = 3.0
# How much the line through the second half may rise from its one end to its other.
MEMORY_RISE = 2 * 1_048_576
DESCRIPTOR_RISE = 5
# Both are sampled in a moment in which nothing but the pairs is connected; their own number varies.
SAMPLES = 10


@dataclass
class Minute:
    """What is told of it."""

    number: float
    resident: int
    descriptors: int
    # Since the start.
    calls: int
    faults: int
    done: int

    def __str__(self) -> str:
        return (f"{self.number:8.1f} {self.resident / 1_048_576:9.1f} {self.descriptors:12d} {self.calls:9d} "
                f"{self.done:9d} {self.faults:7d}")


HEAD = f"{'minute':>8} {'RSS, MiB':>9} {'descriptors':>12} {'calls':>9} {'faults':>9} {'losses':>7}"


class Account:
    """A process whose last line of output is what counts."""

    def __init__(self, folder: Path, name: str, *arguments: str) -> None:
        self._file = folder / f"{name}.out"
        with self._file.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"support.{name.split('-')[0]}", *arguments], cwd=TESTS, stdout=out)

    def last(self) -> dict | None:
        lines = self._file.read_text().splitlines()
        return json.loads(lines[-1]) if lines else None

    def end(self) -> dict:
        self.process.terminate()
        self.process.wait(180)
        return self.last()


class Soak:
    def __init__(self, hours: float, seed: int, folder: Path) -> None:
        self.seconds = hours * 3_600
        self.random = random.Random(seed)
        self.done: Counter = Counter()
        secure = Secure(lambda **settings: Daemon(folder / "daemon", settings), folder, log_level="info",
                        calls_file=str(folder / "calls"))
        self.secure, self.daemon = secure, secure.daemon
        self.hello = client_hello()
        plain, direct = f"127.0.0.1:{secure.plain_port}", f"https://127.0.0.1:{secure.port}"
        self.proxy = Account(folder, "chaos_proxy", "--target", plain)
        port = until(self.proxy.last)
        common = ["--ca", str(secure.ca), "--every", "5", "--pause", "0.05"]
        self.accounts = [
            Account(folder, "pairs-direct", *common, "--way", f"http://{plain}", "--way", direct,
                    "--pairs", str(DIRECT_PAIRS)),
            Account(folder, "pairs-proxied", *common, "--way", f"http://127.0.0.1:{port}", "--name", plain,
                    "--pairs", str(PROXIED_PAIRS), "--seed", "2"),
        ]

    # MARK: Faults, each over after some seconds

    def slow_headers(self) -> None:
        with Crowd(self.secure.plain_port) as crowd:
            crowd.connect(200)
            crowd.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            for _ in range(5):
                crowd.send(b"X-a: b\r\n")
                time.sleep(0.5)

    def slow_readers(self) -> None:
        with Crowd(self.secure.plain_port, receive_buffer=1_024) as crowd:
            crowd.connect(100)
            crowd.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)
            time.sleep(2)

    def resets(self) -> None:
        for data in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10):
            for _ in range(5):
                with Crowd(self.secure.plain_port) as crowd:
                    crowd.connect(200)
                    crowd.send(data)
                    crowd.reset()

    def storm(self) -> None:
        with Crowd(self.secure.plain_port) as crowd:
            crowd.connect(2_000)

    def handshakes(self) -> None:
        for turn in range(20):
            with Crowd(self.secure.port) as crowd:
                crowd.connect(50)
                crowd.send(self.hello if turn % 2 else self.hello[:100])
                time.sleep(0.1)

    def half_bodies(self) -> None:
        with Crowd(self.secure.plain_port) as crowd:
            crowd.connect(100)
            crowd.send(b"POST /v1/dial HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       b"Content-Length: 60000\r\n\r\n" + b" " * 30_000)
            time.sleep(1)

    def reloads(self) -> None:
        for _ in range(10):
            self.daemon.signal(signal.SIGHUP)
            time.sleep(0.1)

    def stalls(self) -> None:
        """As a machine that sleeps for a moment."""
        self.daemon.signal(signal.SIGSTOP)
        time.sleep(2)
        self.daemon.signal(signal.SIGCONT)

    def kill(self) -> None:
        self.daemon.kill()
        self.daemon.launch()

    # MARK: The run

    def run(self) -> int:
        began = time.monotonic()
        faults = [self.slow_headers, self.slow_readers, self.resets, self.storm, self.handshakes, self.half_bodies,
                  self.reloads, self.stalls]
        minutes: list[Minute] = []
        print(HEAD, flush=True)
        told = 0
        deck: list = []
        while (elapsed := time.monotonic() - began) < self.seconds:
            if not deck:
                # Each comes as often as any other, in an order of its own each time.
                deck = faults + ([self.kill, self.kill] if elapsed < self.seconds / 2 else [])
                self.random.shuffle(deck)
            fault = deck.pop()
            fault()
            self.done[fault.__name__] += 1
            time.sleep(CALM_SECONDS)
            if elapsed // 60 >= told:
                told = elapsed // 60 + 1
                minutes.append(self.look(elapsed / 60))
                print(minutes[-1], flush=True)
        summaries = [account.end() for account in self.accounts]
        proxied = self.proxy.end()
        self.daemon.finish()
        return self.judge(minutes, summaries, proxied)

    def look(self, minute: float) -> Minute:
        accounts = [account.last() or {"calls": 0, "faults": {}} for account in self.accounts]
        seen = [(self.daemon.resident_bytes(), self.daemon.descriptors()) for _ in spread(SAMPLES, 1.0)]
        return Minute(
            minute, round(statistics.median(resident for resident, _ in seen)),
            round(statistics.median(count for _, count in seen)), sum(each["calls"] for each in accounts),
            sum(sum(each["faults"].values()) for each in accounts), self.done.total())

    def judge(self, minutes: list[Minute], summaries: list[dict], proxied: dict) -> int:
        half = [minute for minute in minutes if minute.number >= self.seconds / 120]
        rises = rise(half, "resident"), rise(half, "descriptors")
        calls, messages = (sum(each[name] for each in summaries) for name in ("calls", "messages"))
        wrong = Counter()
        for each in summaries:
            wrong.update(each["faults"])
        print(f"\n{calls} calls, {messages} messages; faults: "
              + ", ".join(f"{count} {name}" for name, count in sorted(self.done.items()))
              + "; by the proxy: " + ", ".join(f"{count} {name}" for name, count in sorted(proxied.items())))
        for name, each in zip(("directly", "through the proxy"), summaries, strict=True):
            print(f"{name}: a call takes {each['seconds']['median']} s, p99 {each['seconds']['p99']} s, most "
                  f"{each['seconds']['most']} s; {each['repeats']} requests repeated")
        print(f"lost {wrong['lost']}, twice {wrong['twice']}, out of order {wrong['disorder']}, "
              f"other {wrong['altered'] + wrong['stalled'] + wrong['answer']}")
        print(f"second half: memory {rises[0] / 1_024:+.0f} KiB (at most {MEMORY_RISE // 1_024:+d}), descriptors "
              f"{rises[1]:+.1f} (at most {DESCRIPTOR_RISE:+d})")
        for each in summaries:
            if each["first"]:
                print(json.dumps(each["first"], indent=1))
        is_sound = not wrong and calls > 0 and rises[0] <= MEMORY_RISE and rises[1] <= DESCRIPTOR_RISE
        print("sound" if is_sound else "NOT SOUND")
        return 0 if is_sound else 1


def spread(count: int, seconds: float):
    for number in range(count):
        yield number
        time.sleep(seconds / count)


def rise(minutes: list[Minute], name: str) -> float:
    """Of the line that fits best, from its first minute to its last."""
    if len(minutes) < 2:
        return 0.0
    fit = statistics.linear_regression([minute.number for minute in minutes], [getattr(minute, name) for minute in minutes])
    return fit.slope * (minutes[-1].number - minutes[0].number)


def main() -> int:
    made = argparse.ArgumentParser(prog="soak", description=__doc__.split("\n\n")[0])
    made.add_argument("--hours", type=float, default=8.0)
    made.add_argument("--seed", type=int, default=1)
    options = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdline-soak-", dir="/dev/shm") as folder:
        return Soak(options.hours, options.seed, Path(folder)).run()


if __name__ == "__main__":
    sys.exit(main())

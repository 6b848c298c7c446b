"""What is done to the servers, and the figures that it gives."""

import dataclasses
from collections.abc import Callable

RELAYS = ("floor", "holdline", "nchan", "node")
BOTH = ("floor", "holdline", "unsaved", "nchan", "node")  # where it matters that calls are kept


@dataclasses.dataclass(frozen=True)
class Scenario:
    arguments: tuple[str, ...]  # of the load; none: `idle` measures
    servers: tuple[str, ...] = RELAYS
    count: int = 100  # of connections, pairs, calls or waiters
    strangers: int = 0
    tls: bool = False
    quick_count: int | None = None  # instead, in a quick run

    def sized(self, quick: bool, most: int) -> "Scenario":
        """As large as the limit on descriptors and the time for it allow."""
        count = self.quick_count if quick and self.quick_count else self.count
        strangers = min(self.strangers, 500) if quick else self.strangers
        # A pair of the conversations has four connections, a waiter or stranger one.
        busy = 0 if self.arguments[:1] in (("waiters",), ("wake",)) else 4 * count
        count = count if busy else min(count, most)
        return dataclasses.replace(self, count=count, strangers=min(strangers, most - busy))


SCENARIOS = {
    "requests": Scenario(("requests",), count=64),
    "messages": Scenario(("messages",), BOTH),
    "crowd": Scenario(("messages",), strangers=10_000),
    "paced": Scenario(("paced", "--rate", "1000")),
    "wake": Scenario(("wake",), BOTH, count=10_000, quick_count=500),
    "calls": Scenario(("calls",), BOTH, count=16),
    "fresh-calls": Scenario(("calls", "--fresh"), BOTH, count=16),
    "tls-messages": Scenario(("messages",), ("holdline", "nchan"), tls=True),
    "tls-waiters": Scenario(("waiters",), ("holdline", "nchan"), count=2_000, quick_count=200, tls=True),
    "idle": Scenario((), ("floor", "holdline", "watched", "nchan", "node")),
}
SWEEP = {
    f"strangers-{number}": Scenario(("messages",), strangers=number)
    for number in (100, 300, 1_000, 3_000, 10_000, 18_000)
}


@dataclasses.dataclass(frozen=True)
class Bound:
    """What a figure may be at most: a multiple of a peer's in the same round, or a number."""

    floor: float | None = None
    nchan: float | None = None
    value: float | None = None

    def words(self) -> str:
        parts = [f"{self.value:,.0f}"] if self.value is not None else []
        parts += [f"{self.floor} × floor"] if self.floor else []
        parts += [f"{self.nchan} × Nchan" if self.nchan != 1 else "Nchan"] if self.nchan else []
        return " and ".join(parts)


@dataclasses.dataclass(frozen=True)
class Row:
    """A figure of one scenario, in one line of the table."""

    title: str
    scenario: str
    value: Callable[[dict], float]
    digits: int
    most: Bound | None = None
    aim: Bound | None = None
    ours: str = "holdline"  # the server that is holdline in this row


def cpu(result: dict) -> float:
    return result["cpu_seconds"] * 1e6 / result["operations"]


def bytes_each(result: dict) -> float:
    return result["bytes"] / result["clients"]


def wakeups(result: dict) -> float:
    return result["wakeups"] * 60 / result["seconds"]


ROWS = [
    Row("a small request: CPU, µs", "requests", cpu, 2),
    Row("relayed message, saturated: CPU, µs", "messages", cpu, 2, Bound(floor=1.5, nchan=0.95), Bound(floor=1.25)),
    Row("the same, calls not kept", "messages", cpu, 2, ours="unsaved"),
    Row("the same with 10,000 strangers that wait", "crowd", cpu, 2),
    Row("relayed message at 1,000/s: CPU, µs", "paced", cpu, 1, Bound(floor=1.5), Bound(floor=1.25)),
    Row("from post to the reader's socket, p50, µs", "paced", lambda result: result["p50"] * 1e6, 0, Bound(floor=1.4),
        Bound(floor=1.2)),
    Row("the same, p99, µs", "paced", lambda result: result["p99"] * 1e6, 0, Bound(floor=3), Bound(floor=2)),
    Row("10,000 waiting clients: resident bytes for each", "wake", bytes_each, 0, Bound(value=1_500),
        Bound(value=1_000)),
    Row("the same, calls not kept", "wake", bytes_each, 0, ours="unsaved"),
    Row("waking all of them: CPU for each, µs", "wake", cpu, 2, Bound(floor=1.5), Bound(floor=1.25)),
    Row("a whole call: CPU, µs", "calls", cpu, 0, Bound(floor=1.5), Bound(floor=1.25)),
    Row("the same, calls not kept", "calls", cpu, 0, ours="unsaved"),
    Row("a call on new connections: CPU, µs", "fresh-calls", cpu, 0, Bound(floor=1.5), Bound(floor=1.25)),
    Row("the same, calls not kept", "fresh-calls", cpu, 0, ours="unsaved"),
    Row("waiting TLS client, 2,000 of them: resident bytes for each", "tls-waiters", bytes_each, 0, Bound(nchan=1),
        Bound(value=10_000)),
    Row("a message over TLS: CPU, µs", "tls-messages", cpu, 2, Bound(nchan=1)),
    Row("idle: resident, kB", "idle", lambda result: result["resident"] / 1000, 0, Bound(value=10_000),
        Bound(value=8_000)),
    Row("idle: wake-ups a minute", "idle", wakeups, 0, Bound(value=0)),
    Row("idle under a watchdog of 10 s: wake-ups a minute", "idle", wakeups, 0, ours="watched"),
]


@dataclasses.dataclass(frozen=True)
class Relation:
    """One figure of holdline's beside another one of its own."""

    words: str
    scenario: str
    to: str
    server: str = "holdline"  # of `to`
    bound: str = ""


RELATIONS = [
    Relation("CPU of a message with 10,000 strangers beside one with none", "crowd", "messages", bound="at most 1.1"),
    Relation("CPU of a message over TLS beside a plain one", "tls-messages", "messages", bound="aim 2"),
    Relation("CPU of a message with calls kept beside one with calls not kept", "messages", "messages", "unsaved"),
    Relation("CPU of a call, the same", "calls", "calls", "unsaved"),
]

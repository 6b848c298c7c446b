"""What the rounds have shown, in rows: for a terminal and for a document."""

import pathlib
import statistics

from .machine import Failure
from .scenarios import RELATIONS, ROWS, SCENARIOS, Bound, Row, bytes_each, cpu

HEAD = ("work", "floor in C", "holdline", "nginx + Nchan", "Node", "× floor", "× Nchan", "at most", "aim")
SWEPT = (("CPU of a message, µs", cpu, 2), ("resident bytes for each", bytes_each, 0))  # by what is waiting


def spread(values: list[float], digits: int) -> str:
    if not values:
        return "–"
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} [{low}..{high}]" if len(values) > 1 else middle


def figures(results: list[dict], scenario: str, server: str, value) -> dict[int, float]:
    """A value a round."""
    return {
        result["round"]: value(result)
        for result in results
        if result["scenario"] == scenario and result["server"] == server
    }


def ratios(ours: dict[int, float], theirs: dict[int, float]) -> list[float]:
    """Within each round."""
    return [ours[number] / theirs[number] for number in ours if theirs.get(number)]


def verdict(bound: Bound | None, values: dict[int, float], peers: dict[str, list[float]]) -> str:
    """The bound, and whether the medians keep it, as far as that was measured."""
    if not bound:
        return ""
    pairs = [(bound.value, list(values.values())), (bound.floor, peers["floor"]), (bound.nchan, peers["nchan"])]
    asked = [(limit, found) for limit, found in pairs if limit is not None]
    if not all(found for _, found in asked):
        return bound.words()
    kept = all(statistics.median(found) <= limit for limit, found in asked)
    return f"{bound.words()} {'✓' if kept else '✗'}"


def cells(row: Row, results: list[dict]) -> tuple[str, ...] | None:
    ours = figures(results, row.scenario, row.ours, row.value)
    if not ours:
        return None
    others = {name: figures(results, row.scenario, name, row.value) for name in ("floor", "nchan", "node")}
    beside = {name: ratios(ours, values) for name, values in others.items()}
    return (
        row.title,
        spread(list(others["floor"].values()), row.digits),
        spread(list(ours.values()), row.digits),
        spread(list(others["nchan"].values()), row.digits),
        spread(list(others["node"].values()), row.digits),
        spread(beside["floor"], 2),
        spread(beside["nchan"], 2),
        verdict(row.most, ours, beside),
        verdict(row.aim, ours, beside),
    )


def table(results: list[dict]) -> list[tuple[str, ...]]:
    return [HEAD, *(line for row in ROWS if (line := cells(row, results)))]


def relations(results: list[dict]) -> list[str]:
    lines = []
    for relation in RELATIONS:
        ours = figures(results, relation.scenario, "holdline", cpu)
        theirs = figures(results, relation.to, relation.server, cpu)
        if found := ratios(ours, theirs):
            bound = f" ({relation.bound})" if relation.bound else ""
            lines.append(f"{relation.words}: {spread(found, 2)}{bound}")
    if averages := [result["load_average"] for result in results if "load_average" in result]:
        rounds = len({result["round"] for result in results})
        lines.append(f"{rounds} rounds; load average of the machine meanwhile, to which the bench adds 1 to 2: {spread(averages, 1)}")
    return lines


def sweep(results: list[dict], value) -> dict[str, dict[int, list[float]]]:
    """By server and number of strangers, the figures of all rounds."""
    found: dict[str, dict[int, list[float]]] = {}
    for result in results:
        if result["scenario"] not in SCENARIOS and "clients" in result:
            found.setdefault(result["server"], {}).setdefault(int(result["clients"]), []).append(value(result))
    return found


def in_columns(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def in_markdown(rows: list[tuple[str, ...]]) -> str:
    lines = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def put_into(document: pathlib.Path, mark: str, text: str) -> None:
    """Replaces what stands between two comments."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    before, found, rest = document.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise Failure(f"{document} has no place for {mark!r}")
    document.write_text(f"{before}{begin}{text}\n{end}{after}")

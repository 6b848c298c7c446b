"""A strict reader of Prometheus' text format, version 0.0.4, as far as holdline writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


@dataclass
class Sample:
    name: str
    labels: dict[str, str]
    value: float


@dataclass
class Family:
    """One metric with all its samples."""

    name: str
    help: str = ""
    type: str = ""
    samples: list[Sample] = field(default_factory=list)

    def value(self) -> float:
        """The value of a metric that has no labels."""
        sample, = self.samples
        return sample.value

    def total(self) -> float:
        return sum(sample.value for sample in self.samples)

    def count(self) -> float:
        """How many observations a histogram has."""
        return sum(sample.value for sample in self.samples if sample.name == f"{self.name}_count")

    def assert_histogram(self) -> None:
        """Buckets grow up to +Inf, which is the count; there is a sum."""
        buckets = [sample for sample in self.samples if sample.name == f"{self.name}_bucket"]
        bounds = [float(sample.labels["le"]) for sample in buckets]
        values = [sample.value for sample in buckets]
        assert bounds == sorted(bounds) and bounds[-1] == float("inf")
        assert values == sorted(values) and values[-1] == self.count()
        assert any(sample.name == f"{self.name}_sum" for sample in self.samples)


def parse(text: str) -> dict[str, Family]:
    """The metrics of a page by name. Each has HELP and TYPE before its samples, and stands in one piece."""
    assert text.endswith("\n")
    families: dict[str, Family] = {}
    current = None
    seen = set()
    for line in text.splitlines():
        if comment := COMMENT.fullmatch(line):
            kind, name, rest = comment.groups()
            if current is None or current.name != name:
                assert name not in families, f"{name} stands in two places"
                current = families[name] = Family(name)
            setattr(current, kind.lower(), rest)
            assert not current.samples, f"{kind} of {name} after its samples"
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample and current, f"no line of the format: {line!r}"
        name, labels, value = sample.groups()
        suffixes = ("_bucket", "_sum", "_count") if current.type == "histogram" else ("",)
        assert name in [current.name + suffix for suffix in suffixes], f"{name} stands under {current.name}"
        assert (name, labels) not in seen, f"{line} stands twice"
        seen.add((name, labels))
        current.samples.append(Sample(name, labels_of(labels or ""), float(value)))
    return families


def labels_of(text: str) -> dict[str, str]:
    labels, position = {}, 0
    while position < len(text):
        label = LABEL.match(text, position)
        assert label, f"no labels: {text!r}"
        labels[label[1]] = label[2]
        position = label.end()
    return labels

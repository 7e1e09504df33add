"""What was measured: figures under their names, medians and ratios."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple


class Key(NamedTuple):
    """What a figure is of. Keys that differ in ``work`` and ``peer`` alone stand in one table."""

    part: str
    setting: str
    unit: str
    work: str
    peer: str


class Results:
    """All figures of one run, several rounds of each."""

    def __init__(self) -> None:
        self.values: defaultdict[Key, list[float]] = defaultdict(list)
        self.skipped: dict[str, str] = {}
        self.about: dict[str, Any] = {}

    def add(self, key: Key, value: float) -> None:
        """Note one round's figure."""
        self.values[key].append(value)

    def skip(self, what: str, reason: str) -> None:
        """Note what could not be measured, and why."""
        self.skipped[what] = reason

    def median(self, key: Key) -> float | None:
        """Give the median over the rounds; None for what was not measured."""
        values = self.values.get(key)
        return statistics.median(values) if values else None

    def ratio(self, key: Key, other: Key) -> float | None:
        """Give one median over another."""
        one, two = self.median(key), self.median(other)
        return one / two if one is not None and two else None

    def write(self, file: Path, goals: list[dict[str, Any]]) -> None:
        """Write everything as JSON, each round's figure included."""
        rows = [
            {**key._asdict(), "median": statistics.median(values), "rounds": values}
            for key, values in self.values.items()
        ]
        run = {"about": self.about, "rows": rows, "skipped": self.skipped, "goals": goals}
        file.write_text(json.dumps(run, indent=1) + "\n")

"""Compares the answers to generated inputs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.programme.nextjs.area import REFUSED, Area, inputs, of_ours
from tests.programme.nextjs.differences import Difference, explained
from tests.programme.nextjs.oracle import Oracle

AT_ONCE = 500


@dataclass
class Comparison:
    """What became of the inputs of an area; ``used`` are the entries that were needed."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    used: list[Difference] = field(default_factory=list)

    def add(self, area: str, given: Any, theirs: Any, ours: Any) -> str:
        """Count a pair of answers; say what it is."""
        entry = None if theirs == ours else explained(area, given, theirs, ours)
        if theirs == ours:
            kind = "refused by both" if ours == REFUSED else "equal"
        elif entry is not None:
            kind = "explained"
            self.used += [] if entry in self.used else [entry]
        else:
            kind = "different"
            self.wrong.append(
                f"{area}({given!r})\n    Next.js: {theirs!r:.1000}\n    ours:    {ours!r:.1000}"
            )
        self.counts[kind] += 1
        return kind


def answered(area: Area, given: list[Any], oracle: Oracle) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each input with the answer of Next.js and ours."""
    for at in range(0, len(given), AT_ONCE):
        part = given[at : at + AT_ONCE]
        for each, theirs in zip(part, list(oracle.answers(area.name, part)), strict=True):
            yield each, theirs, of_ours(area, each)


def compared(area: Area, triples: Iterable[tuple[Any, Any, Any]]) -> Comparison:
    """Compare all of them."""
    found = Comparison()
    for given, theirs, ours in triples:
        found.add(area.name, given, theirs, ours)
    return found


def made(area: Area, count: int, seed: int) -> list[Any]:
    """Give the inputs as JSON holds them, as Node reads them."""
    return [*inputs(area, count, seed)]

"""How many small mistakes in the code the tests notice: mutmut makes them, one at a time.

    python -m tests.programme.mutation              # all groups, with what is left and has no reason
    python -m tests.programme.mutation body cors    # some of them
    python -m tests.programme.mutation --changed    # those that have changed since they were recorded
    python -m tests.programme.mutation --record     # writes what was measured to recorded.json

What a test cannot notice is in survivors.txt, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programme.mutation.engine import Mutant, mutants
from tests.programme.mutation.groups import ALL, GROUPS, Group
from tests.programme.mutation.survivors import reason
from tests.programme.row import Progress, Result, Row

GOAL = 90.0
RECORDED = Path(__file__).parent / "recorded.json"

# CI has four minutes for what has changed, enough for so many mutants on two cores: of more it makes a part.
MOST = 1000


@dataclass(frozen=True)
class Score:
    """What came of a group: ``unexplained`` are the mutants nobody noticed, and nobody has looked at."""

    group: Group
    noticed: int
    total: int
    unexplained: tuple[Mutant, ...] = ()
    source: str = ""
    part: bool = False

    @property
    def percent(self) -> float:
        """The mutation score; a mutant that means the same as the code counts against it too."""
        return 100 * self.noticed / self.total

    @property
    def met(self) -> bool:
        """Whether the goal is reached, which a part cannot tell, and every survivor has its reason."""
        return (self.part or self.percent >= GOAL) and not self.unexplained

    def __str__(self) -> str:
        return f"{self.group.name} {self.percent:.1f} % of {self.total}{self.source}"


def measure(group: Group, progress: Progress, digits: str = ALL) -> Score:
    """Have mutmut make the mutants of a group, or those whose numbers end with one of ``digits``."""
    found = mutants(group, progress, digits)
    unexplained = tuple(each for each in found if not each.noticed and reason(each) is None)
    source = "" if digits == ALL else f" (those whose numbers end with {', '.join(digits)})"
    return Score(group, sum(each.noticed for each in found), len(found), unexplained, source, digits != ALL)


def recall(group: Group) -> Score | None:
    """Give what was recorded of a group; None where it, or what tests it, is no longer the same."""
    entry = _entries().get(group.name, {})
    if entry.get("fingerprint") != group.fingerprint():
        return None
    return Score(group, entry["noticed"], entry["total"], source=" (recorded)")


def share(groups: Iterable[Group]) -> str:
    """Give the last digits of the numbers of those mutants of ``groups`` that can be made in time."""
    entries = _entries()
    total = sum(entries.get(group.name, {}).get("total", MOST) for group in groups)
    return ALL[: max(1, len(ALL) * MOST // max(total, MOST))]


def record(scores: Iterable[Score]) -> None:
    """Write scores down, beside those of the groups that were not measured."""
    entries = _entries()
    for score in scores:
        assert not score.unexplained, f"{score.group.name} has survivors that nobody has looked at"
        entries[score.group.name] = {
            "fingerprint": score.group.fingerprint(),
            "noticed": score.noticed,
            "total": score.total,
        }
    RECORDED.write_text(json.dumps(entries, indent=4) + "\n")


def _entries() -> dict[str, dict[str, Any]]:
    return json.loads(RECORDED.read_text()) if RECORDED.is_file() else {}


def described(scores: Iterable[Score]) -> str:
    """List what survived without a reason, in the form of survivors.txt."""
    return "\n".join(
        f"{each.place}\n- {each.before}\n+ {each.after}\n" for score in scores for each in score.unexplained
    )


def _row(progress: Progress) -> Result:
    scores = [measure(group, progress) for group in GROUPS]
    if left := described(scores):
        print(left)
    return Result(", ".join(map(str, scores)), met=all(score.met for score in scores))


ROWS = [
    Row(
        "mutation",
        "tests notice what is wrong",
        f"{GOAL:.0f} % of the mutants of each of {len(GROUPS)} groups of modules, a reason for each other",
        _row,
    )
]

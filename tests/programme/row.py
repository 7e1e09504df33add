"""One promise of SECURITY.md, and how it is put to the test."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """What a row measured: a figure with its unit, and whether the goal was met."""

    figure: str
    met: bool


class Progress:
    """Shows how far a row is: one line that is written over, or a line every ten seconds in a log."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Tell that ``done`` of ``total`` is done; cheap enough for every hundredth input of a loop."""
        now = time.monotonic()
        if now < self._next and done < total:
            return
        terminal = sys.stderr.isatty()
        self._next = now + (0.5 if terminal else 10)
        text = f"{self._name}: {done:,} of {total:,} {note}".rstrip()
        print(
            f"\r\x1b[K{text}" if terminal else text, end="" if terminal else "\n", file=sys.stderr, flush=True
        )


@dataclass(frozen=True)
class Row:
    """A promise, its goal in figures, and ``run``, which raises AssertionError with the input that fails."""

    name: str
    promise: str
    goal: str
    run: Callable[[Progress], Result]

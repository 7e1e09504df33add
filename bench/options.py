"""What was asked for on the command line."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Options:
    """``peers`` and ``works`` are the names to measure; empty, all of them."""

    rounds: int | None = None
    quick: bool = False
    peers: frozenset[str] = frozenset()
    works: frozenset[str] = frozenset()
    instructions: bool = False

    def times(self, usual: int, quick: int) -> int:
        """Choose the number of rounds: what was asked for, or the usual of a part."""
        return self.rounds or (quick if self.quick else usual)

    def wants(self, peer: str) -> bool:
        """Tell whether a peer is measured."""
        return not self.peers or peer in self.peers

    def does(self, work: str) -> bool:
        """Tell whether a work is measured."""
        return not self.works or work in self.works


def progress(text: str) -> None:
    """Say on standard error what is being measured."""
    print(text, file=sys.stderr, flush=True)

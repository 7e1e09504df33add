"""Tells which of the files that were read have changed since."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

# Two writes within one tick of a file system's clock leave the same time behind. The coarsest clock, FAT's,
# ticks every two seconds.
TICK = 2_000_000_000

State = tuple[int, int, int]


class _Stamp(NamedTuple):
    state: State
    text: bytes | None  # what was read, while the clock cannot tell a later write from this one


class Stamps:
    """The state in which each file was read; asked at every request, so it looks no further than it must."""

    def __init__(self) -> None:
        self._stamps: dict[str, _Stamp] = {}

    def read(self, file: str) -> bytes:
        """Read a file and remember its state."""
        state = _state(file)  # before reading: a write in between must count as one after it
        text = Path(file).read_bytes()
        self._stamps[file] = _Stamp(state, text if _young(state) else None)
        return text

    def changed(self) -> set[str]:
        """Name the files that are no longer what was read, or are gone."""
        # A handler may import while this looks, so it looks at a copy.
        return {file for file, stamp in list(self._stamps.items()) if self._differs(file, stamp)}

    def forget(self, file: str | None) -> None:
        """Stop watching a file until it is read again."""
        self._stamps.pop(file or "", None)

    def _differs(self, file: str, stamp: _Stamp) -> bool:
        try:
            if _state(file) != stamp.state:
                return True
            if stamp.text is None:
                return False
            same = Path(file).read_bytes() == stamp.text
        except OSError:
            return True
        if same and not _young(stamp.state):
            self._stamps[file] = stamp._replace(text=None)
        return not same


def _state(file: str) -> State:
    found = os.stat(file)
    return found.st_mtime_ns, found.st_size, found.st_ino


def _young(state: State) -> bool:
    return abs(time.time_ns() - state[0]) < TICK

"""The readers of what a client sends raise what is documented alone: see tests/programme/readers.py."""

from __future__ import annotations

import random

import pytest

from tests.programme import readers, traps
from tests.programme.reading import READERS, Reader
from tests.programme.row import Progress

INPUTS = 2000

FOUND: list[tuple[str, bytes]] = []
"""Inputs that have made a reader fail."""


@pytest.mark.parametrize("name", READERS)
def test_nothing_that_is_read_makes_a_reader_fail(name: str) -> None:
    rng = random.Random(name)
    for data in READERS[name].corpus:
        READERS[name].read(data)
    for _ in range(INPUTS):
        data = changed(rng, READERS[name])
        try:
            READERS[name].read(data)
        except Exception as error:
            raise AssertionError(f"{name}: {data!r}") from error


def changed(rng: random.Random, reader: Reader) -> bytes:
    """Give one of a reader's inputs, changed in some places."""
    data = bytearray(rng.choice(reader.corpus))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.randint(0, 4)] = rng.choice(
            (
                rng.randbytes(2),
                rng.choice(traps.BYTES),
                bytes(data[:at]),
                rng.choice(traps.WORDS).encode(errors="replace"),
                rng.choice(traps.ESCAPES).encode(),
            )
        )
    return bytes(data)


def test_what_failed_once_fails_no_more() -> None:
    for name, data in FOUND:
        READERS[name].read(data)


def test_a_reader_without_atheris_is_said_not_to_be_fuzzed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "find_spec", lambda _: None)
    assert not readers.run(Progress("readers")).met

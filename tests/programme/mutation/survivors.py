"""The mutants that no test notices, each with the reason why none can or need."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from tests.programme.mutation.engine import Mutant

LIST = Path(__file__).parent / "survivors.txt"

_HEADER_NAME = re.compile(r'(?:Header\(|headers\[|append\(\()"[\w-]+"')
_CODEC = re.compile(r'(?<=code\()"[\w-]+"')
_TYPE = re.compile(r"(?<=cast\()[^,]+(?=,)")
_FLAG = re.compile(r"(?<=^self\.)(\w+ = )False$")


def _alike(write: Callable[[str], str]) -> Callable[[Mutant], bool]:
    return lambda mutant: write(mutant.before) == write(mutant.after)


# Kinds of which there are many.
KINDS: dict[str, Callable[[Mutant], bool]] = {
    "the names of headers have no case": _alike(
        lambda line: _HEADER_NAME.sub(lambda found: found[0].lower(), line)
    ),
    "the names of codecs have no case": _alike(lambda line: _CODEC.sub(lambda found: found[0].lower(), line)),
    "a cast is for mypy alone": _alike(lambda line: _TYPE.sub("", line)),
    "None is as false": lambda mutant: _FLAG.sub(r"\1None", mutant.before) == mutant.after,
}


def reason(mutant: Mutant) -> str | None:
    """Say why no test notices a mutant; None where nobody has looked at it."""
    listed = _listed(LIST.read_text()).get((mutant.place, mutant.before, mutant.after))
    return listed or next((why for why, fits in KINDS.items() if fits(mutant)), None)


@lru_cache(maxsize=1)
def _listed(text: str) -> dict[tuple[str, str, str], str]:
    """Read blocks of a place, the line before, lines after and the reason: it holds for each of these."""
    found: dict[tuple[str, str, str], str] = {}
    for block in re.sub("^#.*\n", "", text, flags=re.MULTILINE).strip().split("\n\n"):
        place, before, *after, why = block.splitlines()
        marks = [line[:2] for line in (before, *after, why)]
        assert marks == ["- ", *["+ "] * len(after), "= "], f"survivors.txt: this is no such block:\n{block}"
        found.update({(place, before[2:], line[2:]): why[2:] for line in after})
    return found

"""An area: how its inputs are made, and what we make of them."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

Pick = random.Random
REFUSED = "refused"


@dataclass(frozen=True)
class Area:
    """One function of Next.js, or one of its servers.

    ``make`` gives an input that JSON can hold; ``ours`` our answer to it, ValueError where it is refused.
    """

    name: str
    make: Callable[[Pick], Any]
    ours: Callable[[Any], Any]


def inputs(area: Area, count: int, seed: int) -> Iterator[Any]:
    """Yield inputs, always the same ones for a seed."""
    pick = random.Random(f"{seed} {area.name}")
    return (area.make(pick) for _ in range(count))


def of_ours(area: Area, given: Any) -> Any:
    """Give our answer as JSON would hold it, in a list; REFUSED for a ValueError."""
    try:
        answer = area.ours(given)
    except ValueError:
        return REFUSED
    return [joined(answer)]


def joined(answer: Any) -> Any:
    """Make surrogate pairs characters, and tuples lists: JavaScript knows no difference."""
    return json.loads(json.dumps(answer))


def digest(value: object) -> str:
    """Name a value in 6 letters."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:6]

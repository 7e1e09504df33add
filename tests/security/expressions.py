"""Every regular expression of a package, how it is used, and texts on which it would be slow if it can be."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

sre: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

LENGTHS = (24, 32, 48, 500, 2000)
GROWING = (6000, 20_000, 50_000, 100_000)
"""How many characters an attack has: all of them briefly, those that are slow or grow fast at full length."""

Attack = tuple[str, str, str]
"""What leads to a pump, the pump, and the end of the text."""

METHODS = ("match", "fullmatch", "search", "split", "findall", "finditer", "sub", "subn")


class Use(NamedTuple):
    """A place where an expression meets a text; ``pattern`` is None where it is only made there."""

    place: str
    pattern: re.Pattern[Any] | None
    method: str


# --- Finding them -----------------------------------------------------------------------------------------


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import all modules of a package."""
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def uses(module: ModuleType) -> Iterator[Use]:
    """Yield what a module does with expressions, bound methods of its own among it."""
    path = Path(str(module.__file__))
    names = vars(module)
    for name, value in names.items():
        owner = getattr(value, "__self__", None)
        if isinstance(owner, re.Pattern):
            yield Use(f"{module.__name__}.{name}", owner, value.__name__)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place = f"{module.__name__}: {ast.unparse(node)[:60]}"
            yield from (use._replace(place=place) for use in _use(node, node.func, names))


def _use(node: ast.Call, function: ast.Attribute, names: dict[str, Any]) -> Iterator[Use]:
    if not isinstance(function.value, ast.Name):
        return
    owner = names.get(function.value.id)
    if isinstance(owner, re.Pattern) and function.attr in METHODS:
        yield Use("", owner, function.attr)
    elif owner is re and function.attr in METHODS:
        yield Use("", _compiled(node, names), function.attr)
    elif owner is re and function.attr == "compile" and not _is_known(node, names):
        yield Use("", None, function.attr)


def _compiled(node: ast.Call, names: dict[str, Any]) -> re.Pattern[Any] | None:
    """Make the expression of a call of ``re``; None where it is known only when the call is made."""
    flags = next((each.value for each in node.keywords if each.arg == "flags"), ast.Constant(0))
    try:
        return re.compile(_value(node.args[0], names), _value(flags, names))
    except NameError:
        return None


def _is_known(node: ast.Call, names: dict[str, Any]) -> bool:
    return _compiled(node, names) is not None


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(ast.unparse(node), dict(names))


# --- Attacking them ---------------------------------------------------------------------------------------

_ENDS = ("\0", "\n")
_GENERAL = (
    *' "\\,;=:.-/%&a0_\t\n\r({[<\0\xff',
    "\r\n",
    "a,",
    "a=b;",
    '="',
    '\\"',
    "a.",
    "&#",
    "%2",
    "//",
    "-a",
    "; a",
    '",',
)


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Yield pumps, each with a text that goes before it: what its parts match, over and over."""
    yield from (("", pump) for pump in _GENERAL)
    text = pattern.pattern
    tree = parser.parse(
        text if isinstance(text, str) else text.decode("latin-1"), pattern.flags & ~re.UNICODE
    )
    yield from dict.fromkeys(_pumps(list(tree), ""))


def _pumps(nodes: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield the pumps of a sequence; ``before`` leads to it."""
    here = ""
    for op, value in nodes:
        for inner in _inner(op, value):
            yield from _pumps(inner, before + here)
            for char in _samples(inner):
                yield before + here, char
        here += _sample([(op, value)])
        # Searched from each of many beginnings.
        if before + here:
            yield "", before + here


def _inner(op: Any, value: Any) -> list[list[Any]]:
    """Give the sequences within a part."""
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [list(value[2])]
    if op is sre.SUBPATTERN:
        return [list(value[3])]
    if op is sre.BRANCH:
        return [list(each) for each in value[1]]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [list(value[1])]
    return [list(value)] if op is sre.ATOMIC_GROUP else []


def _samples(nodes: list[Any]) -> set[str]:
    """Give texts that a sequence matches, with each of several characters where it takes any of them."""
    return {
        text
        for text in (_sample(nodes, likes) for likes in ("a", "0", " ", "-", ".", ",", '"', "\\", "%"))
        if text
    }


def _sample(nodes: list[Any], likes: str = "a") -> str:
    return "".join(_matching(op, value, likes) for op, value in nodes)


def _matching(op: Any, value: Any, likes: str) -> str:
    """Give a short text that a part matches, if it is easily found."""
    if op is sre.LITERAL:
        return chr(value)
    if op is sre.ANY:
        return likes
    if op in (sre.NOT_LITERAL, sre.IN):
        members = [(op, value)] if op is sre.NOT_LITERAL else value
        return next(
            (char for char in likes + 'a0 -._,"\\%\r\nzA\xe9/:;=' if _has(members, char)), _first(members)
        )
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        count: int = max(1, min(value[0], 64))
        return _sample(list(value[2]), likes) * count
    if op in (sre.ASSERT, sre.ASSERT_NOT, sre.AT, sre.GROUPREF):
        return ""
    return _sample(_inner(op, value)[0], likes)


def _has(members: list[Any], char: str) -> bool:
    text = "".join(_written(*member) for member in members)
    return re.fullmatch(f"[{text}]", char, re.DOTALL) is not None


def _first(members: list[Any]) -> str:
    kinds = [member for member in members if member[0] in (sre.LITERAL, sre.RANGE)]
    return chr(kinds[0][1] if kinds[0][0] is sre.LITERAL else kinds[0][1][0]) if kinds else ""


_CATEGORIES = {
    "DIGIT": r"\d",
    "SPACE": r"\s",
    "WORD": r"\w",
    "NOT_DIGIT": r"\D",
    "NOT_SPACE": r"\S",
    "NOT_WORD": r"\W",
}


def _written(op: Any, value: Any) -> str:
    """Write a member of a set."""
    if op is sre.NEGATE:
        return "^"
    if op is sre.NOT_LITERAL:
        return f"^{re.escape(chr(value))}"
    if op is sre.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if op is sre.CATEGORY:
        return str(_CATEGORIES[str(value).removeprefix("CATEGORY_")])
    return re.escape(chr(value))


# --- Timing them ------------------------------------------------------------------------------------------


def slowest(use: Use, limit: float) -> tuple[float, Attack]:
    """Give the seconds of the worst text, and its parts: what leads to the pump, the pump, and its end."""
    known: dict[Attack, list[float]] = {}
    for before, pump in attacks(use.pattern) if use.pattern is not None else ():
        for attack in ((before, pump, end) for end in _ENDS):
            # What takes exponential time must not be met at its full length first.
            times = known[attack] = [_seconds(use, attack, length, limit) for length in LENGTHS[:1]]
            for length in LENGTHS[1:]:
                if times[-1] > limit:
                    return times[-1], attack
                times.append(_seconds(use, attack, length, limit))
    worst = sorted(known, key=lambda attack: known[attack][-1])[-3:]
    steepest = sorted(known, key=lambda attack: known[attack][-1] / known[attack][-2])[-3:]
    found: tuple[float, Attack] = 0.0, ("", "", "")
    for attack in [*worst, *steepest]:
        if found[0] <= limit:
            found = max(found, _grown(use, attack, limit))
    return found


def _grown(use: Use, attack: Attack, limit: float) -> tuple[float, Attack]:
    """Time an attack at full length, or at the length at which it is too slow already."""
    seconds = 0.0
    for length in GROWING:
        if seconds <= limit:
            seconds = _seconds(use, attack, length, limit)
    return seconds, attack


def _seconds(use: Use, attack: Attack, length: int, limit: float) -> float:
    pattern = use.pattern
    assert pattern is not None
    before, pump, end = attack
    text = before + pump * (length // len(pump)) + end
    subject: Any = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    call = _call(pattern, use.method)
    best = float("inf")
    for _ in range(3):  # other programs may have taken the time
        began = time.process_time()
        call(subject)
        best = min(best, time.process_time() - began)
        if best <= limit:
            break
    return best


def _call(pattern: re.Pattern[Any], method: str) -> Callable[[Any], object]:
    if method == "finditer":
        return lambda text: sum(1 for _ in pattern.finditer(text))
    if method in ("sub", "subn"):
        nothing: Any = pattern.pattern[:0]
        return lambda text: pattern.sub(nothing, text)
    made: Callable[[Any], object] = getattr(pattern, method)
    return made

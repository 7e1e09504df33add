"""What a developer has to see of an exception: where it came from, with the source around it."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nextwsgi.dev.modules import is_own
from nextwsgi.errors import RouteError

AROUND = 4


@dataclass(frozen=True)
class Line:
    """One numbered line of source; ``failing`` is the one the exception passed through."""

    number: int
    text: str
    failing: bool


@dataclass(frozen=True)
class Frame:
    """One step on the way to the exception. ``own`` frames are the project's, with their source."""

    file: str
    line: int
    function: str
    own: bool
    source: tuple[Line, ...]


@dataclass(frozen=True)
class Failure:
    """One exception: its type, its message, and the frames it passed, the innermost last."""

    kind: str
    message: str
    frames: tuple[Frame, ...]


def failures(error: BaseException, root: Path) -> Iterator[Failure]:
    """Yield an exception, and after it those it came from."""
    if isinstance(error, RouteError):
        # Why a route cannot be imported is what its import raised; what else is wrong with it, its text says.
        if error.__cause__ is None:
            yield Failure("This route cannot be served", "\n".join(error.problems), ())
            return
        error = error.__cause__
    yield from _chain(error, root)


def _chain(error: BaseException, root: Path) -> Iterator[Failure]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield Failure(_kind(current), _message(current), tuple(_told(current, root)))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _told(error: BaseException, root: Path) -> list[Frame]:
    """Leave the frames out where nextwsgi itself found a mistake: the message says all there is."""
    frames = list(_frames(error, root))
    return frames if any(frame.own for frame in frames) or not _is_ours(error) else []


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.startswith("nextwsgi.")


def _kind(error: BaseException) -> str:
    name = type(error).__qualname__
    module = type(error).__module__
    return name if module == "builtins" or _is_ours(error) else f"{module}.{name}"


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the project's own __str__ may be what is broken
        return "(its message cannot be shown)"


def _frames(error: BaseException, root: Path) -> Iterator[Frame]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        yield _frame(code.co_filename, line, code.co_name, root)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        # The line that cannot be read never ran, so no frame of the traceback shows it.
        yield _frame(error.filename, error.lineno, "", root)


def _frame(file: str, line: int, function: str, root: Path) -> Frame:
    own = is_own(file, root)
    name = Path(file).relative_to(root).as_posix() if own else file
    return Frame(name, line, function, own, tuple(_source(file, line)) if own else ())


def _source(file: str, line: int) -> Iterator[Line]:
    lines = linecache.getlines(file)
    for number in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1):
        yield Line(number, lines[number - 1].rstrip(), number == line)

"""What wrappers are made of: a handler goes in, and a handler of the same kind comes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from nextwsgi.errors import NO_WRAPPERS
from nextwsgi.files import takes

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

Handler = Callable[[Any, Any], object]
"""``def handler(req, res)`` or ``async def handler(req, res)``."""

H = TypeVar("H", bound=Handler)
F = TypeVar("F", bound=Callable[..., Any])


class Wrapper(Protocol):
    """Takes a handler and returns one: what ``with_cors(...)`` and ``compose(...)`` are."""

    def __call__(self, handler: H, /) -> H:
        """Put something around ``handler``."""


class Nothing:
    """An answer that was given at once where others are awaited: ``await`` gives None."""

    def __await__(self) -> Iterator[Any]:
        return iter(())


NOTHING = Nothing()


def guard(name: str, handler: H, admits: Callable[[Any, Any], bool], early: Handler | None = None) -> H:
    """Put a decision before a handler, which is called where ``admits`` gives True; else that has answered.

    ``early(req, res)`` comes before the body is read; that of ``handler`` follows unless there is an answer.
    ``name`` is the wrapper's in a TypeError for what is no handler.
    """
    check_handler(name, handler)
    refused = NOTHING if is_async(handler) else None

    @wraps(handler)
    def inner(req: Any, res: Any) -> object:
        return handler(req, res) if admits(req, res) else refused

    if early is not None:
        vars(inner)["early"] = _in_turn(early, getattr(handler, "early", None))
    return cast(H, inner)


def _in_turn(first: Handler, second: Handler | None) -> Handler:
    if second is None:
        return first

    def early(req: Any, res: Any) -> None:
        first(req, res)
        if not res.writableEnded:
            second(req, res)

    return early


def is_async(handler: object) -> bool:
    """Tell whether what a handler returns may have to be awaited: it is ``async def``, or wraps one that is.

    Its wrapper may be ``async def`` and await it. So where this is True, answer with NOTHING, not with None.
    """
    from inspect import iscoroutinefunction, unwrap

    def found(function: object) -> bool:
        return iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004

    innermost = unwrap(cast(Handler, handler), stop=found)
    return found(innermost) or getattr(handler, "may_await", False)


# --- Threads ----------------------------------------------------------------------------------------------
#
# Each request has a thread of its own. There ``def`` runs, and may block. What ``async def`` returns is run
# on the one event loop of the worker, in another thread, while the request's own waits for errands: to read
# the body and to write for it. Where ``async def`` awaits a ``def`` handler, that handler is such an errand:
# it runs in the request's thread, which it has to itself meanwhile, so req and res read and write directly.


def awaitable(handler: H) -> H:
    """Give a handler that ``async def`` may await, be it ``def``: its work never stops the event loop."""

    @wraps(handler)
    def inner(req: Any, res: Any) -> object:
        if req._errands is not None:  # on the event loop
            return _from_loop(handler, req, res)
        result = handler(req, res)
        return result if isinstance(result, Awaitable) else NOTHING

    return cast(H, inner)


async def _from_loop(handler: Handler, req: Any, res: Any) -> object:
    """Call a handler in its request's own thread, where it may block, read and write as it is used to."""
    errands = req._errands

    def call() -> object:
        _lend(req, res, None)
        try:
            return handler(req, res)
        finally:
            _lend(req, res, errands)

    result = await errands.run(call)
    return await result if isinstance(result, Awaitable) else result


def _lend(req: Any, res: Any, errands: Errands | None) -> None:
    """Have ``req`` and ``res`` read and write by errands, or directly where there are none."""
    req._errands = errands
    res._lend(errands)


# --- Mistakes ---------------------------------------------------------------------------------------------


def with_known_options(function: F) -> F:
    """Have a function say which option was meant by one that it does not have: ``max_age``, ``windowMs``."""
    from inspect import Parameter, signature

    kinds = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    options = [each.name for each in signature(function).parameters.values() if each.kind in kinds]
    known = {_folded(name): name for name in options}

    @wraps(function)
    def inner(*given: Any, **named: Any) -> Any:
        for name in named:
            if name not in options:
                raise TypeError(f"{function.__name__}() has no option {name}: {_meant(name, known)}")
        return function(*given, **named)

    return cast(F, inner)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _meant(name: str, known: dict[str, str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(_folded(name), known, n=1)
    return f"did you mean {known[found[0]]}?" if found else f"it takes {', '.join(known.values())}"


def check_handler(name: str, handler: object) -> None:
    """TypeError for what is no handler, in the words of the wrapper that it was given to."""
    if not callable(handler):
        raise TypeError(f"{name} takes a handler, def handler(req, res), not {kind(handler)}")
    if not takes(handler, 2):
        found = title(handler)
        hint = f"; {_hint(handler, found)}" if takes(handler, 1) else ""
        raise TypeError(f"{name} takes a handler, def handler(req, res): {found} takes other arguments{hint}")


def _hint(handler: Handler, name: str) -> str:
    from inspect import signature

    if name.isupper() or [*signature(handler).parameters] == ["request"]:
        return NO_WRAPPERS
    return f"is it a wrapper, {name}(...)(handler)?"


def title(function: object) -> str:
    """Give the name by which its author knows a function: of one that was made, that of its maker."""
    name: str = getattr(function, "__qualname__", type(function).__qualname__)
    return name.partition(".<locals>")[0]


def kind(value: object) -> str:
    """Name what was given in place of a handler."""
    return "None" if value is None else f"{type(value).__name__} {value!r:.40}"

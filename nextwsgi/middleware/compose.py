"""``compose``: several wrappers as one, and middleware in the style of connect among them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import wraps
from typing import Any, Protocol, cast

from nextwsgi.files import takes
from nextwsgi.middleware.handlers import (
    NOTHING,
    H,
    Handler,
    Wrapper,
    awaitable,
    check_handler,
    is_async,
    kind,
    title,
)

Part = Callable[[Any], object] | Callable[[Any, Any, Any], object]


class Next(Protocol):
    """What middleware calls to go on: ``next()`` in ``def``, ``await next()`` in ``async def``."""

    def __call__(self, error: BaseException | None = None, /) -> Awaitable[object]:
        """Call the rest, once; ``next(error)`` raises the error instead."""


def compose(*parts: Part) -> Wrapper:
    """Make one wrapper of several, the first outermost: ``compose(with_cors(), with_auth)(handler)``.

    A part takes a handler and returns one, or it is middleware, ``def`` or ``async def`` with the parameters
    ``(req, res, next)``. TypeError for what is neither, and for a part that returns no handler.
    """
    if not parts:
        raise TypeError("compose() takes wrappers: compose(with_cors(), with_auth)(handler)")
    wrappers = [_wrapper(part) for part in parts]

    def composed(handler: H) -> H:
        check_handler("compose(...)", handler)
        for wrapper in reversed(wrappers):
            handler = wrapper(handler)
        return handler

    return composed


def _wrapper(part: object) -> Wrapper:
    """Take a part for what its parameters say; TypeError for what cannot be one."""
    if not callable(part):
        hint = ", one by one" if isinstance(part, list | tuple) else ""
        raise TypeError(f"compose() takes wrappers{hint}, not {kind(part)}")
    if takes(part, 1):
        return lambda handler: _wrapped(part, handler)
    if takes(part, 3):
        return lambda handler: _connected(part, handler)
    name = title(part)
    if takes(part, 2):
        raise TypeError(
            f"compose() takes wrappers, and {name} takes (req, res): put a handler into brackets of its own,"
            f" compose(...)({name})"
        )
    raise TypeError(
        f"{name} takes neither (handler) nor (req, res, next):"
        f" are its brackets missing, compose({name}(...))?"
    )


def _wrapped(part: Callable[[Any], object], handler: H) -> H:
    from inspect import iscoroutine, iscoroutinefunction

    # What the wrapper returns may be ``async def`` and await the handler's result.
    plain = iscoroutinefunction(handler) or not is_async(handler)
    result, name = _called(part, handler if plain else awaitable(handler)), title(part)
    if iscoroutine(result):
        result.close()
        raise TypeError(f"{name} is async def: a wrapper is made by def, only what it returns may be async")
    if callable(result) and takes(result, 2):
        return cast(H, result)
    if callable(result) and takes(result, 1):
        raise TypeError(f"{name} returned another wrapper: are its brackets missing, compose({name}(...))?")
    hint = ": is its return missing?" if result is None else ""
    raise TypeError(f"{name} must return a handler, def inner(req, res), not {kind(result)}{hint}")


def _called(part: Callable[[Any], object], handler: Handler) -> object:
    try:
        return part(handler)
    except TypeError as error:
        if not (takes(part, 0) or takes(part, 2)):
            raise
        # A wrapper takes nothing but a handler: this one makes wrappers, and took the handler for a setting.
        name = title(part)
        raise TypeError(f"are the brackets of {name} missing, compose({name}(...))? {error}") from error


# --- Connect ----------------------------------------------------------------------------------------------


def _connected(middleware: Callable[[Any, Any, Any], object], handler: H) -> H:
    if not is_async(middleware):
        return _connected_def(middleware, handler)
    from inspect import iscoroutinefunction

    rest = handler if iscoroutinefunction(handler) else awaitable(handler)

    @wraps(handler)
    async def inner(req: Any, res: Any) -> None:
        step = _Step(middleware, lambda: rest(req, res))
        try:
            await cast(Awaitable[object], middleware(req, res, _AwaitedNext(step)))
            await step  # also where it went on without ``await``
            _note(req, step, middleware)
        finally:
            step.drop()

    return cast(H, inner)


def _connected_def(middleware: Callable[[Any, Any, Any], object], handler: H) -> H:
    nothing = NOTHING if is_async(handler) else None

    @wraps(handler)
    def inner(req: Any, res: Any) -> object:
        step = _Step(middleware, lambda: handler(req, res))
        try:
            middleware(req, res, step.go_on)
        except BaseException:
            step.drop()
            raise
        _note(req, step, middleware)
        return step.result if step.called else nothing  # whether it returns what next() gave or not

    return cast(H, inner)


def _note(req: Any, step: _Step, middleware: object) -> None:
    # The log names it where there is no answer: the handler never ran.
    if not step.called:
        vars(req)["_stopped_by"] = title(middleware)


class _Step:
    """What comes after one middleware, for one request. Awaited, it gives what the rest returned."""

    def __init__(self, middleware: object, rest: Callable[[], object]) -> None:
        self._middleware = middleware
        self._rest = rest
        self._awaited = False
        self.called = False
        self.result: object = None

    def go_on(self, error: BaseException | None = None, /) -> object:
        """Be ``next`` for ``def`` middleware: call the rest, once."""
        if error is not None:
            raise error if isinstance(error, BaseException) else _no_error(self._middleware, error)
        if self.called:
            raise RuntimeError(f"{title(self._middleware)} called next() twice: it goes on once")
        self.called = True
        self.result = self._rest()
        return self.result

    def __await__(self) -> Generator[Any, Any, object]:
        if isinstance(self.result, Awaitable):
            self._awaited = True
            self.result = yield from self.result.__await__()
        return self.result

    def drop(self) -> None:
        """Leave a rest that nobody will await: Python warns of it otherwise."""
        if isinstance(self.result, Coroutine) and not self._awaited:
            self.result.close()


class _AwaitedNext:
    """``next`` for ``async def`` middleware, which may await what a call gives, or not."""

    def __init__(self, step: _Step) -> None:
        self._step = step

    def __call__(self, error: BaseException | None = None, /) -> Awaitable[object]:
        """Call the rest as ``async def`` does: it begins at once, and ends before the request does."""
        self._step.go_on(error)
        return self._step

    def __await__(self) -> Generator[Any, Any, object]:
        raise TypeError("next is a function: write await next()")


def _no_error(middleware: object, error: object) -> TypeError:
    return TypeError(
        f"{title(middleware)} called next({error!r:.40}): next takes an exception, next(ApiError(400, 'Bad'))"
    )

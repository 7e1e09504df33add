"""What a call in ``async def`` gives to be awaited: without ``await`` it must not pass for an answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

Value = TypeVar("Value")


class Unawaited(RuntimeError):
    """A handler never awaited what it called, and took that for the answer."""


class Promise(Generic[Value]):
    """A value that ``await`` gives; whatever else is done with it says so."""

    def __init__(self, call: str, wait: Callable[[], Coroutine[Any, Any, Value]]) -> None:
        self._call = call
        self._wait = wait
        self._awaited = False

    def __await__(self) -> Generator[Any, None, Value]:
        self._awaited = True
        return self._wait().__await__()

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"in async def, await it: await {self._call}")

    __bool__ = __iter__ = __len__ = __getitem__ = __contains__ = __eq__ = _refuse
    __str__ = __format__ = _refuse
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self._call}, which is not awaited>"

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # Python's own questions
            raise AttributeError(name)
        self._refuse()


class Pending(Promise[Value]):
    """One that has to be awaited.

    ``is None`` cannot be refused: without ``await`` everybody would be signed in. So its request keeps it,
    and a handler that ends well without having awaited it has failed.
    """

    def __init__(self, errands: Errands, call: str, wait: Callable[[], Coroutine[Any, Any, Value]]) -> None:
        super().__init__(call, wait)
        errands.pending.append(self)


def require_awaited(pending: Iterable[Pending[Any]]) -> None:
    """Raise Unawaited for the first that nobody awaited."""
    for each in pending:
        if not each._awaited:
            raise Unawaited(f"{each._call} was not awaited: in async def, write await {each._call}")

"""An event loop that can be made to stand still, for coroutines that cannot wait.

A coroutine without a single ``await`` would only be carried to the loop's thread and back, which costs more
than most handlers. It runs in its request's thread instead, while no other coroutine can run: what it
shares with others stays as safe as on the loop.
"""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from opcode import opmap
from types import CoroutineType
from typing import Any, TypeVar, TypeVarTuple, cast

Value = TypeVar("Value")
Args = TypeVarTuple("Args")


class _Selector(selectors.DefaultSelector):
    """Lets others have the turn for as long as the loop waits."""

    def __init__(self, turn: threading.Lock) -> None:
        super().__init__()
        self._turn = turn

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._turn.release()
        try:
            return super().select(timeout)
        finally:
            self._turn.acquire()


class StandstillLoop(asyncio.SelectorEventLoop):
    """A loop whose callbacks run only while it has the turn."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._owner = 0
        super().__init__(_Selector(self._turn))

    def run_forever(self) -> None:
        """Run until ``stop`` is called."""
        with self._turn:
            self._owner = threading.get_ident()
            super().run_forever()

    def call_soon(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back in the next round; the loop is woken where another thread asks for it."""
        if threading.get_ident() != self._owner:
            return self.call_soon_threadsafe(callback, *args, context=context)
        return super().call_soon(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back at a time; the loop is woken where another thread asks for it."""
        handle = super().call_at(when, callback, *args, context=context)
        if threading.get_ident() != self._owner:
            self.call_soon_threadsafe(lambda: None)  # it may be waiting for something later
        return handle

    def turn(self) -> bool:
        """Take the turn if the loop has nothing to do just now; ``run_here`` gives it back."""
        return not self.get_debug() and self._turn.acquire(blocking=False)

    def run_here(self, coroutine: Coroutine[Any, Any, Value]) -> Value:
        """Run a coroutine that cannot wait in this thread, which has the turn."""
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            copy_context().run(coroutine.send, None)
        except StopIteration as end:
            return cast(Value, end.value)
        finally:
            asyncio._set_running_loop(before)
            self._turn.release()
        raise AssertionError("a coroutine without await has waited")  # pragma: no cover - it cannot


_SEND = opmap["SEND"]  # what await, async for and async with are compiled to


def cannot_wait(coroutine: object) -> bool:
    """Tell whether there is no ``await`` in a coroutine's function."""
    return isinstance(coroutine, CoroutineType) and _SEND not in coroutine.cr_code.co_code[::2]

"""A body that streams, for two who read it: what one has read is kept for the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from functools import cached_property
from typing import Any

Source = Iterable[Any] | AsyncIterable[Any]


def tee(source: Source) -> tuple[Branch, Branch]:
    """Make two of one stream."""
    trunk = _Trunk(source)
    trunk.branches = Branch(trunk), Branch(trunk)
    return trunk.branches


class Branch:
    """One of the two, in ``def`` and in ``async def``."""

    def __init__(self, trunk: _Trunk) -> None:
        self._trunk = trunk
        self.waiting: deque[Any] = deque()
        """What the other one has read and this one has not."""

    def __iter__(self) -> Iterator[Any]:
        while self.waiting or self._trunk.read():
            yield self.waiting.popleft()

    async def __aiter__(self) -> AsyncIterator[Any]:
        while self.waiting or await self._trunk.read_later(self):
            yield self.waiting.popleft()


class _Trunk:
    """The stream itself."""

    branches: tuple[Branch, ...] = ()

    def __init__(self, source: Source) -> None:
        self._source = source
        self._error: Exception | None = None
        self._turn = asyncio.Lock()

    @cached_property
    def _pieces(self) -> Iterator[Any]:
        if not isinstance(self._source, Iterable):
            raise TypeError("an asynchronous body can only be read in async def")
        return iter(self._source)

    @cached_property
    def _later(self) -> AsyncIterator[Any]:
        return aiter(self._source) if isinstance(self._source, AsyncIterable) else _asynchronous(self._pieces)

    def read(self) -> bool:
        """Hand the next piece to both; False at the end."""
        self._refuse_failed()
        try:
            return self._hand(next(self._pieces))
        except StopIteration:
            return False
        except Exception as error:
            self._error = error
            raise

    async def read_later(self, branch: Branch) -> bool:
        """Do so in ``async def``, unless the branch was handed one while it waited for its turn."""
        async with self._turn:
            if branch.waiting:
                return True
            self._refuse_failed()
            try:
                return self._hand(await anext(self._later))
            except StopAsyncIteration:
                return False
            except Exception as error:
                self._error = error
                raise

    def _hand(self, piece: Any) -> bool:
        for branch in self.branches:
            branch.waiting.append(piece)
        return True

    def _refuse_failed(self) -> None:
        # A generator that has failed would seem to have ended: half a body would pass for a whole one.
        if self._error is not None:
            raise self._error


async def _asynchronous(pieces: Iterator[Any]) -> AsyncIterator[Any]:
    for piece in pieces:
        yield piece

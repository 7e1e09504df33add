"""What the standards call iterable: names and values, in pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, Self, TypeVar

Value = TypeVar("Value")


class Pairs(ABC, Generic[Value]):
    """Names and values in order. Iterating gives pairs; a name in brackets gives its value, or KeyError."""

    @abstractmethod
    def __iter__(self) -> Iterator[tuple[str, Value]]: ...

    @abstractmethod
    def get(self, name: str) -> Value | None:
        """Give the value of a name; None when there is none."""

    def forEach(self, callback: Callable[[Value, str, Self], object]) -> None:
        """Call ``callback(value, name, self)`` for each pair."""
        for name, value in self:
            callback(value, name, self)

    def entries(self) -> Iterator[tuple[str, Value]]:
        """Yield the pairs."""
        return iter(self)

    def keys(self) -> Iterator[str]:
        """Yield the names, a repeated one each time."""
        return (name for name, _ in self)

    def values(self) -> Iterator[Value]:
        """Yield the values, in the order of the pairs."""
        return (value for _, value in self)

    def __getitem__(self, name: str) -> Value:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

"""What JavaScript awaits: in ``async def`` it is awaited here, in ``def`` it is a plain call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from nextwsgi.pending import Promise

Value = TypeVar("Value")


def is_async() -> bool:
    """Tell whether this code runs on an event loop: in an ``async def``, or in what it calls."""
    return asyncio._get_running_loop() is not None


def given(value: Value, call: str) -> Value | Awaitable[Value]:
    """Give a value that is there already, to be awaited in ``async def``; ``call`` is what gave it."""
    return Promise(call, lambda: _later(value)) if is_async() else value


async def _later(value: Value) -> Value:
    return value

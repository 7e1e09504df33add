"""Leaks on purpose, one for ten requests: what counts has to find each of them."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import Callable
from itertools import count

from nextwsgi import NextWSGI
from tests.programme.troubles import Trouble, asked, expect

EVERY = 10

kept: list[object] = []
end = threading.Event()


def an_object(_: NextWSGI) -> None:
    kept.append([])


def a_text(_: NextWSGI) -> None:
    kept.append(os.urandom(20).hex())


def a_descriptor(_: NextWSGI) -> None:
    os.open(os.devnull, os.O_RDONLY)


def a_thread(_: NextWSGI) -> None:
    threading.Thread(target=end.wait, daemon=True).start()


def a_task(app: NextWSGI) -> None:
    loop = app.project.loop.errands().loop
    asyncio.run_coroutine_threadsafe(asyncio.sleep(1000), loop)


def a_file(_: NextWSGI) -> None:
    descriptor, _path = tempfile.mkstemp()
    os.close(descriptor)


def planted(leak: Callable[[NextWSGI], None]) -> Trouble:
    """Make a request that leaks every tenth time."""
    times = count(1)

    def ask(app: NextWSGI, who: str) -> None:
        expect(app, asked("POST", "/api/raw/{}", who, who.encode()), 200)
        if next(times) % EVERY == 0:
            leak(app)

    return ask


# What grows, and what leaks it. Its own name is the first of those that change.
PLANTS: dict[str, Trouble] = {
    "objects": planted(an_object),
    "blocks": planted(a_text),
    "descriptors": planted(a_descriptor),
    "threads": planted(a_thread),
    "files": planted(a_file),
    "tasks": planted(a_task),
}

"""Threads that begin at the same moment."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def crowd(count: int, job: Callable[[int], object]) -> None:
    """Run ``job`` in so many threads at once, each with its number; the first failure is raised."""
    gate = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(each: int) -> None:
        gate.wait()
        try:
            job(each)
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@contextmanager
def switching(seconds: float = 1e-6) -> Iterator[None]:
    """Have Python change threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)

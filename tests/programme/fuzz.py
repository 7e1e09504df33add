"""Row ``fuzz``: whatever a client sends, the library itself never fails, and all that leaves is legal."""

from __future__ import annotations

import logging
import multiprocessing
import queue
from collections.abc import Callable

from tests.programme import fuzzed
from tests.programme.row import Progress, Result, Row

INPUTS = 1_000_000
WORKERS = 2
SEED = "fuzz"
GOAL = "1,000,000 inputs: nothing uncaught, no 5xx, nothing illegal, none over 250 ms"

# How often each application is asked: the demo, with its database, takes three times as long.
TURNS = (*["plain"] * 6, *["front"] * 3, "demo")


def fuzz(numbers: range, seed: str = SEED, tell: Callable[[int], None] = lambda _: None) -> float:
    """Put the inputs of these numbers to the applications; the slowest answer, in seconds.

    AssertionError with the input where one fails.
    """
    with fuzzed.loaded() as sites:
        grammars = fuzzed.grammars(sites, seed)
        for done, number in enumerate(numbers, 1):
            sites.attempt(grammars[TURNS[number // WORKERS % len(TURNS)]].input(number))
            if done % 500 == 0:
                sites.forget()
                tell(done)
        return sites.slowest


def _work(numbers: range, told: multiprocessing.Queue[object]) -> None:
    """Tell an int for how far it is, a float for how slow the slowest was, a text for what failed."""
    logging.basicConfig(handlers=[logging.NullHandler()])  # the demo tells what it refuses
    try:
        told.put(fuzz(numbers, tell=lambda _: told.put(500)))
    except BaseException as error:  # noqa: BLE001 - it is told, and raised in the other process
        told.put(f"{error}")


def run(progress: Progress, inputs: int = INPUTS) -> Result:
    """Fuzz with as many processes as there are cores."""
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[object] = context.Queue()
    shares = [range(at, inputs, WORKERS) for at in range(WORKERS)]
    workers = [context.Process(target=_work, args=(share, told), daemon=True) for share in shares]
    for worker in workers:
        worker.start()
    try:
        slowest = _followed(told, progress, inputs)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    return Result(f"{inputs:,} inputs, 0 failures, slowest {slowest * 1000:.0f} ms", slowest < fuzzed.SLOW)


def _followed(told: multiprocessing.Queue[object], progress: Progress, inputs: int) -> float:
    done, ended = 0, list[float]()
    while len(ended) < WORKERS:
        try:
            message = told.get(timeout=120)
        except queue.Empty:
            raise AssertionError("a worker says nothing any more: an answer takes for ever") from None
        assert not isinstance(message, str), message
        if isinstance(message, int):
            done += message
            progress(done, inputs)
        elif isinstance(message, float):
            ended.append(message)
    return max(ended)


ROWS = [Row("fuzz", "no request makes the library itself answer 5xx", GOAL, run)]

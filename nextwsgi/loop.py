"""One event loop a process for all ``async def`` handlers, and what their requests' threads do for them."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from queue import SimpleQueue
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeVar

from nextwsgi.standstill import StandstillLoop, cannot_wait

if TYPE_CHECKING:
    from nextwsgi.pending import Pending

Value = TypeVar("Value")

SHUTDOWN_SECONDS = 5.0

CANCELLED = "the handler was cancelled"


class Errands:
    """Blocking work on the connection, handed by a coroutine on the loop to its request's own thread.

    The loop never waits for a client, and the server's ``write`` stays on the thread it was made for.
    """

    def __init__(self, loop: StandstillLoop) -> None:
        self.failure: Exception | None = None
        self.loop = loop
        self.closed = False
        self.pending: list[Pending[Any]] = []  # what the coroutine is to await
        self.thread = threading.get_ident()
        self._jobs: SimpleQueue[Callable[[], object] | None] = SimpleQueue()

    def post(self, job: Callable[[], object]) -> None:
        """Have the thread do ``job`` after those before it, and go on.

        Raises what the job that failed raised; RuntimeError once the handler is done.
        """
        if self.failure is not None:
            raise self.failure
        if self.closed:
            raise RuntimeError("the handler is done: what it left behind can neither read nor write")
        self._jobs.put(job)

    async def run(self, job: Callable[[], Value]) -> Value:
        """Have the thread do ``job`` after those before it, and wait for what it returns or raises."""
        future: asyncio.Future[Value] = self.loop.create_future()
        self.post(lambda: self._settle(future, job))
        return await future

    def finish(self) -> None:
        """Take no more jobs, and let the thread go once it has done those it has."""
        self.closed = True
        self._jobs.put(None)

    def serve(self, cancel: Callable[[], object]) -> None:
        """Do the jobs in turn, in the request's thread, until ``finish``.

        The first job that fails is the last one done; the coroutine is cancelled.
        """
        while (job := self._jobs.get()) is not None:
            if self.failure is not None:
                continue
            try:
                job()
            except Exception as error:  # noqa: BLE001 - whatever the server's write raises
                self.failure = error
                cancel()

    def _settle(self, future: asyncio.Future[Value], job: Callable[[], Value]) -> None:
        try:
            value = job()
        except Exception as error:  # noqa: BLE001 - raised where the coroutine waits
            self.loop.call_soon_threadsafe(_unless_done, future, future.set_exception, error)
        else:
            self.loop.call_soon_threadsafe(_unless_done, future, future.set_result, value)


def _unless_done(future: asyncio.Future[Any], act: Callable[[Any], None], value: object) -> None:
    if not future.done():  # a cancelled coroutine no longer waits
        act(value)


class Loop:
    """An event loop in a thread of its own, started at first use in each process, so after any fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: tuple[int, StandstillLoop, threading.Thread] | None = None

    def errands(self) -> Errands:
        """Start the loop where it does not run yet, and give one request its errands."""
        with self._lock:
            if self._running is None or self._running[0] != os.getpid():
                self._running = self._start()
            return Errands(self._running[1])

    def _start(self) -> tuple[int, StandstillLoop, threading.Thread]:
        loop = StandstillLoop()
        thread = threading.Thread(target=_turn, args=(loop,), name="nextwsgi-loop", daemon=True)
        thread.start()
        atexit.register(self.close)
        return os.getpid(), loop, thread

    def run(self, work: Awaitable[Value], errands: Errands) -> Value:
        """Run a coroutine on the loop and serve its errands in this thread until it is done.

        Raises what it raises; where it ended well or was cancelled and an errand failed, what that raised.
        """
        coroutine: CoroutineType[Any, Any, Value]
        coroutine = work if isinstance(work, CoroutineType) else _awaited(work)  # type: ignore[assignment]
        if cannot_wait(coroutine) and errands.loop.turn():
            return _run_here(coroutine, errands)
        tasks: list[asyncio.Task[Value]] = []

        def start() -> None:
            tasks.append(errands.loop.create_task(coroutine))
            tasks[0].add_done_callback(lambda _: errands.finish())

        def cancel() -> None:
            errands.loop.call_soon_threadsafe(lambda: tasks[0].cancel())

        with self._lock:  # what begins while the loop closes would never run, and this thread wait for ever
            if self._running is None or self._running[1] is not errands.loop:
                coroutine.close()
                raise RuntimeError(CANCELLED)
            errands.loop.call_soon_threadsafe(start)
        try:
            errands.serve(cancel)
        except BaseException:  # SystemExit: the worker is told to stop while it waits here
            errands.finish()
            cancel()
            raise
        return _outcome(tasks[0], errands)

    def close(self) -> None:
        """Cancel every task and stop the loop; what resists is abandoned after 5 seconds."""
        with self._lock:
            running, self._running = self._running, None
        if running is None or running[0] != os.getpid():
            return
        atexit.unregister(self.close)
        _, loop, thread = running
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SHUTDOWN_SECONDS)
        if not thread.is_alive():
            loop.run_until_complete(_cancel_others())
            loop.close()


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """Run the loop until it is stopped. A handler's sys.exit() passes through it: the others go on."""
    stopped = False
    while not stopped:
        with suppress(SystemExit, KeyboardInterrupt):
            loop.run_forever()
            stopped = True


async def _awaited(work: Awaitable[Value]) -> Value:
    return await work


def _run_here(coroutine: CoroutineType[Any, Any, Value], errands: Errands) -> Value:
    """Run a coroutine that cannot wait in the request's thread, then its errands."""
    try:
        value = errands.loop.run_here(coroutine)
    except asyncio.CancelledError:
        raise RuntimeError(CANCELLED) from None
    finally:
        errands.finish()
        errands.serve(lambda: None)
    if errands.failure is not None:
        raise errands.failure
    return value


def _outcome(task: asyncio.Task[Value], errands: Errands) -> Value:
    if errands.failure is not None and (task.cancelled() or task.exception() is None):
        raise errands.failure
    if task.cancelled():
        raise RuntimeError(CANCELLED)
    return task.result()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=SHUTDOWN_SECONDS)
    await asyncio.get_running_loop().shutdown_asyncgens()

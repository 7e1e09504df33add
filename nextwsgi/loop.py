"""One event loop a process for all ``async def`` handlers, and what their requests' threads do for them."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from queue import SimpleQueue
from typing import Any, TypeVar

Value = TypeVar("Value")

SHUTDOWN_SECONDS = 5.0


class Errands:
    """Blocking work on the connection, handed by a coroutine on the loop to its request's own thread.

    The loop never waits for a client, and the server's ``write`` stays on the thread it was made for.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.failure: BaseException | None = None
        self.loop = loop
        self._jobs: SimpleQueue[Callable[[], object] | None] = SimpleQueue()

    def post(self, job: Callable[[], object]) -> None:
        """Have the thread do ``job`` after those before it, and go on."""
        if self.failure is not None:
            raise self.failure
        self._jobs.put(job)

    async def run(self, job: Callable[[], Value]) -> Value:
        """Have the thread do ``job`` after those before it, and wait for what it returns or raises."""
        future: asyncio.Future[Value] = self.loop.create_future()
        self.post(lambda: self._settle(future, job))
        return await future

    def finish(self) -> None:
        """Let the thread go: the coroutine is done."""
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
        self._running: tuple[int, asyncio.AbstractEventLoop, threading.Thread] | None = None

    def errands(self) -> Errands:
        """Start the loop where it does not run yet, and give one request its errands."""
        with self._lock:
            if self._running is None or self._running[0] != os.getpid():
                self._running = self._start()
            return Errands(self._running[1])

    def _start(self) -> tuple[int, asyncio.AbstractEventLoop, threading.Thread]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="nextwsgi-loop", daemon=True)
        thread.start()
        atexit.register(self.close)
        return os.getpid(), loop, thread

    def run(self, coroutine: Coroutine[Any, Any, Value], errands: Errands) -> Value:
        """Run a coroutine on the loop and serve its errands in this thread until it is done.

        Raises what it raises; once an errand has failed, what that one raised.
        """
        future = asyncio.run_coroutine_threadsafe(coroutine, errands.loop)
        future.add_done_callback(lambda _: errands.finish())
        try:
            errands.serve(future.cancel)
            return future.result()
        except CancelledError:
            raise errands.failure or RuntimeError("the handler was cancelled") from None
        except BaseException:  # SystemExit too: the worker is told to stop while it waits here
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel every task and stop the loop; a task that resists is abandoned after 5 seconds."""
        with self._lock:
            running, self._running = self._running, None
        if running is None or running[0] != os.getpid():
            return
        atexit.unregister(self.close)
        _, loop, thread = running
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=SHUTDOWN_SECONDS)
    await asyncio.get_running_loop().shutdown_asyncgens()

"""Work that a request leaves behind: it is done once the client has the answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from contextvars import Context, ContextVar, copy_context
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from nextwsgi.response import NextApiResponse

log = logging.getLogger("nextwsgi.after")

Job = Callable[[], object] | Awaitable[object]

# The answer that the running code works on. It is the one thing that a request does not carry in req and
# res, because Next.js gives ``after`` neither.
current: ContextVar[NextApiResponse[Any]] = ContextVar("nextwsgi.current")


def after(callback: Job, /) -> None:
    """Have ``callback`` called once the client has its answer, be it an error; the client does not wait.

    A function, ``def`` or ``async def``, without arguments, or what calling an ``async def`` function gave.
    What it raises is logged. A server that stops waits for it, as long as it waits for answers.

    RuntimeError outside a request; TypeError for what cannot be called.
    """
    if not callable(callback) and not isinstance(callback, Awaitable):
        kind = type(callback).__name__
        raise TypeError(f"after takes a function without arguments, not {kind}: after(lambda: work(1))")
    res = current.get(None)
    if res is None:
        raise RuntimeError("after() was called outside a request: call it in a handler, or in what it calls")
    with _first:
        if res._later is None:
            res._later = Later(res._project.work)
            if res._started and res._ended and res._source is None:
                res._later.begin()  # a task that outlived its request
    res._later.add(callback)


_first = Lock()


class Later:
    """What one request leaves behind, in order."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lock = Lock()
        self._jobs: list[tuple[Job, Context]] = []
        self._begun = False

    def add(self, job: Job) -> None:
        """Keep a job until the answer is over; after that it begins at once."""
        with self._lock:
            if not self._begun:
                self._jobs.append((job, copy_context()))
                return
        self._work.start(job, copy_context())

    def begin(self) -> None:
        """Have the jobs done, now that the answer is over."""
        with self._lock:
            self._begun = True
            jobs, self._jobs = self._jobs, []
        for job, context in jobs:
            self._work.start(job, context)


class Answered(list[bytes]):
    """A whole body. The server closes it once it was sent."""

    later: Later

    def close(self) -> None:
        """Have done what was left behind."""
        self.later.begin()


def answered(pieces: Iterable[bytes], later: Later) -> Iterable[bytes]:
    """Give ``pieces`` so that what was left behind begins after them; those that are streamed see to it."""
    if not isinstance(pieces, list):
        return pieces
    body = Answered(pieces)
    body.later = later
    return body


# So many at a time; others wait in line. What waits on the event loop holds a thread too.
THREADS = 64


class Work:
    """Threads of a process for what requests left behind; ``wait`` waits for what is ``async def``."""

    def __init__(self, wait: Callable[[object], object]) -> None:
        self._wait = wait

    @cached_property
    def _threads(self) -> Executor:
        from concurrent.futures import ThreadPoolExecutor  # slow to import, and rarely needed

        # Python waits for its threads, and for what they have still to do, before it exits. Requests that
        # come at once all go on with the threads of the first: ``finish`` would not wait for others.
        threads: Executor = self.__dict__.setdefault(
            "_threads", ThreadPoolExecutor(THREADS, "nextwsgi-after")
        )
        return threads

    def start(self, job: Job, context: Context) -> None:
        """Have a job done in the context in which it was left."""
        try:
            self._threads.submit(context.run, self.do, job)
        except RuntimeError:  # the process is about to exit
            context.run(self.do, job)

    def finish(self) -> None:
        """Wait for what is left behind; what still comes is done by who leaves it."""
        self.close(wait=True)

    def close(self, *, wait: bool = False) -> None:
        """Let the threads end once they have done what there is."""
        if "_threads" in self.__dict__:
            self._threads.shutdown(wait)

    def do(self, job: Job) -> None:
        """Do a job, and log what it raises."""
        try:
            self._wait(job() if callable(job) else job)
        except BaseException as error:
            log.error("what after() was given failed", exc_info=error)


class AtOnce(Work):
    """Does what is left behind before the program goes on: in tests, and where a process may be frozen."""

    def start(self, job: Job, context: Context) -> None:
        """Do a job in the context in which it was left."""
        context.run(self.do, job)

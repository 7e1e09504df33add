"""``EventStream``: server-sent events, as a browser's ``EventSource`` reads them.

The format is that of the HTML standard, https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import logging
import random
import re
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from nextwsgi.departures import departures
from nextwsgi.errors import ClientDisconnected, Dismissed
from nextwsgi.jsontext import stringify
from nextwsgi.lasting import lasting
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    # no-transform: compression would hold events back, in what heeds it.
    "Cache-Control": "no-cache, no-transform",
    # nginx would gather events until its buffer is full.
    "X-Accel-Buffering": "no",
}

# A comment, which readers skip. Proxies close what is silent for a minute, some for half of one.
BEAT = ":\n\n"
BEAT_SECONDS = 15.0

# A reader who takes nothing for so long is given up: it would hold a thread for as long as TCP tries.
WRITE_SECONDS = 30.0

# What may wait for a slow reader in async def, in bytes: it is given up beyond that.
MOST_WAITING = 1024 * 1024

# When readers of a worker that stops come again, in milliseconds: not all at once, and not to this worker, to
# which gunicorn keeps their connections open for 2 seconds.
RETURN = (2500, 5000)

log = logging.getLogger("nextwsgi")

LEFT = "the reader has left"
STOPPING = "the worker stops"
SLOW = "the reader takes too little"
HEAD = "the answer to HEAD has no events"
THERE = (STOPPING, HEAD)  # the reader gets a whole answer


class EventStream:
    """An answer that goes on, event by event: ``with EventStream(req, res) as events: events.send("hello")``.

    Readers who leave are noticed, and proxies kept from closing it by a comment every 15 seconds: in ``def``
    while it waits by ``wait``, which then returns False; an ``async def`` handler is cancelled. So both are
    when the worker stops, and readers are told to come again. It holds a thread of the server; beyond three
    quarters of them, ApiError 503.
    """

    def __init__(self, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
        """Send nothing yet: until ``with`` the answer can still be another one."""
        self.last_event_id: str = _utf8(req.headers.get("last-event-id", ""))
        """The id of the last event that the reader got before it lost the connection; "" for none."""
        self._res = res
        self._socket = _socket(req._environ)
        self._server: str = req._environ.get("SERVER_SOFTWARE", "")
        self._writer: _Writer | None = None
        self._ended = False

    def __enter__(self) -> Self:
        """Send the head; ApiError 503 where too many are open."""
        if self._writer is not None:
            raise RuntimeError("this EventStream has begun already: an answer is one stream")
        if self._res.headersSent or self._res._source is not None:
            raise RuntimeError("the answer has begun: nothing may be sent before EventStream")
        if lasting.most is None and self._server.startswith(("gunicorn", "waitress")):
            _tell(self._server)
        errands = self._res._errands
        writer: _Writer = _InThread(self._res) if errands is None else _OnLoop(self._res, errands)
        lasting.enter(writer, self._res)
        try:
            for name, value in HEADERS.items():
                self._res.setHeader(name, value)
            writer.begin(self._socket)
        except BaseException:
            writer.close()
            raise
        self._writer = writer
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the answer, unless an exception ends it."""
        self._own().close()
        self._ended = True
        if kind is None:
            self._res.end()

    def send(
        self, data: object, *, event: str = "", id: str | int | None = None, retry: int | None = None
    ) -> Sent:
        """Send an event: text as it is, anything else as JSON. In ``async def``: ``await events.send(...)``.

        ``event`` is its type, "message" for the reader unless given; ``id`` comes back as ``last_event_id``;
        ``retry`` is how long the reader waits before it connects again, in milliseconds.

        ClientDisconnected once the reader has left or the worker stops; TypeError, ValueError for what cannot
        be sent.
        """
        self._own().write(format_event(data, event=event, id=id, retry=retry))
        return Sent(self._res)

    def wait(self, seconds: float) -> bool:
        """Wait, in ``def``, and tell whether the reader is still there: False at once when that ends.

        ``while events.wait(1):`` looks every second, ``while events.wait(0):`` before something else waits.
        In ``async def`` whatever is awaited does that: ``await asyncio.sleep(1)``.
        """
        writer = self._own()
        if not isinstance(writer, _InThread):
            raise RuntimeError("events.wait() blocks: in async def use await asyncio.sleep(1)")
        return writer.wait(seconds)

    def _own(self) -> _Writer:
        if self._writer is None:
            raise RuntimeError("an EventStream begins with: with EventStream(req, res) as events:")
        if self._ended:
            raise RuntimeError("the EventStream has ended with its with: send before that")
        return self._writer


@lru_cache
def _tell(server: str) -> None:
    log.warning(
        "each event stream holds a thread of %s, and nothing bounds how many: when all are held, nobody is"
        " answered. Serve with gunicorn and the settings of nextwsgi.production",
        server,
    )


class Sent:
    """An event on its way: to be awaited in ``async def`` until the reader has taken it."""

    def __init__(self, res: NextApiResponse[Any]) -> None:
        self._res = res

    def __await__(self) -> Generator[Any, None, None]:
        return self._res.drain().__await__()


# --- The format -------------------------------------------------------------------------------------------

# What ends a line to the standard's parser: U+2028 and others of Python's splitlines do not.
_LINE_END = re.compile("\r\n|\r|\n")


def format_event(
    data: object, *, event: str = "", id: str | int | None = None, retry: int | None = None
) -> str:
    """Write an event; TypeError, ValueError for what readers would take for something else."""
    lines = [f"event: {_line('event', event)}"] if event else []
    if id is not None:
        lines.append(f"id: {_id(id)}")
    if retry is not None:
        lines.append(f"retry: {_milliseconds(retry)}")
    text = data if isinstance(data, str) else stringify(data).decode()
    lines += [f"data: {line}" for line in _LINE_END.split(text)]
    return "\n".join([*lines, "", ""])


def _line(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text, not {type(value).__name__}")
    if _LINE_END.search(value):
        raise ValueError(f"{name} must be one line: what follows would be fields of its own")
    return value


def _id(value: object) -> str:
    text = _line("id", str(value) if type(value) is int else value)
    if "\0" in text:
        raise ValueError("id must not contain NUL: readers would ignore it")
    return text


def _milliseconds(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"retry must be a whole number of milliseconds, not {value!r}")
    if value < 0:
        raise ValueError(f"retry must be 0 or more milliseconds, not {value}")
    return value


def _utf8(header: str) -> str:
    # Browsers send the id as UTF-8, and WSGI reads headers as latin-1.
    return header.encode("latin-1", "replace").decode(errors="replace")


def _socket(environ: dict[str, Any]) -> socket.socket | None:
    """Find the connection, where the server tells it: gunicorn, and the development server."""
    found = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


# --- Writing ----------------------------------------------------------------------------------------------


class _Writer(ABC):
    """What writes the events, and ends them; ``left``, ``stop`` and ``cut`` are called in other threads."""

    def __init__(self, res: NextApiResponse[Any]) -> None:
        self._res = res
        self._reason = ""  # why it is over
        self._connection: socket.socket | None = None

    def begin(self, connection: socket.socket | None) -> None:
        """Send the head, and watch the connection where there is one."""
        if connection is not None:
            self._connection, self._timeout = connection, connection.gettimeout()
            connection.settimeout(WRITE_SECONDS)
            if (watcher := departures()) is not None:
                watcher.watch(connection.fileno(), self.left)
        self.write(BEAT)  # some proxies pass the head on with the first byte
        if self._res._bodiless:
            self._end(HEAD)
        elif lasting.stopping:
            self._end(STOPPING)

    def close(self) -> None:
        """Leave the connection as it was."""
        lasting.leave(self)
        if self._connection is not None:
            if (watcher := departures()) is not None:
                watcher.forget(self._connection.fileno())
            self._connection.settimeout(self._timeout)

    def write(self, piece: str) -> None:
        if self._reason:
            raise _end_of(self._reason)
        self._res.write(piece)

    def over(self, reason: str) -> None:
        """End the events, from another thread."""
        self._end(reason)

    @abstractmethod
    def _end(self, reason: str) -> None:
        """End the events, unless they have ended; ``reason`` is for the log."""

    def left(self) -> None:
        self.over(LEFT)

    def stop(self) -> None:
        self.over(STOPPING)

    def cut(self) -> None:
        if self._connection is not None:
            with suppress(OSError):  # it is gone already
                self._connection.shutdown(socket.SHUT_RDWR)

    def _part(self) -> None:
        """End the answer of a reader who is there, and tell when to come again."""
        # It spreads those who come again: nobody gains by guessing it.
        self._res.write(f"retry: {random.randint(*RETURN)}\n\n")  # nosec B311
        self._res.end()


class _InThread(_Writer):
    """Writes in the request's thread, for ``def``."""

    def __init__(self, res: NextApiResponse[Any]) -> None:
        super().__init__(res)
        self._thread = threading.get_ident()
        self._over = threading.Event()
        self._due = 0.0  # when the next comment is

    def write(self, piece: str) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError(
                "events.send() belongs to the handler's thread: have the others fill a queue.Queue"
            )
        self._end_if_over()
        try:
            super().write(piece)
        except ClientDisconnected:
            self._end(LEFT)
            raise
        self._due = time.monotonic() + BEAT_SECONDS

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        with suppress(ClientDisconnected):
            while not self._over.wait(max(0, min(end, self._due) - time.monotonic())):
                now = time.monotonic()
                if now >= self._due:
                    self.write(BEAT)
                if now >= end:
                    return True
            self._end_if_over()
        return False

    def _end(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._over.set()

    def _end_if_over(self) -> None:
        if self._reason in THERE:
            self._part()


class _OnLoop(_Writer):
    """Writes for ``async def``, on the event loop; the request's thread passes it on."""

    def __init__(self, res: NextApiResponse[Any], errands: Errands) -> None:
        super().__init__(res)
        self._errands = errands

    def begin(self, connection: socket.socket | None) -> None:
        self._timer = self._errands.loop.call_later(BEAT_SECONDS, self._beat)
        super().begin(connection)

    def close(self) -> None:
        self._reason = self._reason or "it has ended"
        self._timer.cancel()
        super().close()

    def write(self, piece: str) -> None:
        super().write(piece)
        if self._res._begin().waiting > MOST_WAITING:
            self.cut()
            self._end(SLOW)

    def over(self, reason: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._errands.loop.call_soon_threadsafe(self._end, reason)

    def _beat(self) -> None:
        with suppress(ClientDisconnected):
            self.write(BEAT)
            self._timer = self._errands.loop.call_later(BEAT_SECONDS, self._beat)

    def _end(self, reason: str) -> None:
        if self._reason:
            return
        self._reason = reason
        with suppress(ClientDisconnected):
            if reason in THERE:
                self._part()
            # The last job of the request's thread: it fails, and so the handler is cancelled.
            self._errands.post(_failing(reason))


def _failing(reason: str) -> Callable[[], None]:
    def fail() -> None:
        raise _end_of(reason)

    return fail


def _end_of(reason: str) -> ClientDisconnected:
    return Dismissed(reason) if reason in THERE else ClientDisconnected(reason)

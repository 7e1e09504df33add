"""The way of an answer to the client: the server's start_response and write, called in the right thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING

from nextwsgi.errors import BrokenAnswer, ClientDisconnected

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], Callable[[bytes], object]]


class Wire:
    """The bytes of an answer that is sent piece by piece; ``errands`` are an ``async def`` handler's."""

    def __init__(
        self, start_response: StartResponse, length: int | None, bodiless: bool, errands: Errands | None
    ) -> None:
        self.left = length  # bytes still to come, where a Content-Length was announced
        self.bodiless = bodiless
        self.errands = errands
        self._start_response = start_response
        self._write: Callable[[bytes], object] | None = None
        # Each is counted by one thread alone, the handler's and the request's.
        self._written = self._sent = 0
        self._finished = False

    @property
    def whole(self) -> bool:
        """Whether the server took the head, and all that was announced has been written."""
        return self._finished and self._write is not None

    @property
    def waiting(self) -> int:
        """The bytes that an async handler wrote and the client has not taken."""
        return self._written - self._sent

    def start(self, status: str, headers: Headers) -> None:
        """Hand status and headers to the server."""
        self._do(lambda: self._open(status, headers))

    def write(self, piece: bytes) -> None:
        """Send ``piece`` now, after the head; ``b""`` sends the head alone.

        In ``async def`` the request's thread sends it.
        """
        piece = self.count(piece)
        self._written += len(piece)
        self._do(lambda: self.send(piece))

    def count(self, piece: bytes) -> bytes:
        """Give what of ``piece`` may be sent: bytes beyond the Content-Length would begin the next answer."""
        if self.bodiless:
            return b""
        if self.left is None:
            return piece
        before, self.left = self.left, self.left - len(piece)
        return piece[: max(before, 0)]

    def finish(self) -> None:
        """Check that what was announced has been written; BrokenAnswer for fewer bytes, or for more."""
        if self.left and not self.bodiless:
            more = "fewer" if self.left > 0 else "more"
            raise BrokenAnswer(f"{abs(self.left)} bytes {more} than the Content-Length were written")
        self._finished = True

    def abandon(self) -> None:
        """Give up an answer that has begun and cannot be completed; the server cuts its connection."""

    def _open(self, status: str, headers: Headers) -> None:
        self._write = self._start_response(status, headers)

    def send(self, piece: bytes) -> None:
        """Pass a counted piece to the server, in the request's thread; ClientDisconnected if that fails."""
        assert self._write is not None  # start comes first
        try:
            self._write(piece)
        except TimeoutError:  # servers would log what is not theirs
            raise ClientDisconnected("the client takes nothing of its answer") from None
        except Exception as error:
            # Each server has its own exception for a client that is gone.
            raise ClientDisconnected("the client left before its answer was complete") from error
        self._sent += len(piece)

    def _do(self, job: Callable[[], object]) -> None:
        # A task that an async handler left behind finds the errands closed: only the request's own thread
        # may write what comes after them.
        errands = self.errands
        if errands is None or (errands.closed and get_ident() == errands.thread):
            job()
        else:
            errands.post(job)

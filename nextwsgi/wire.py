"""The way of an answer to the client: the server's start_response and write, called in the right thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import get_ident
from typing import TYPE_CHECKING
from wsgiref.util import is_hop_by_hop

from nextwsgi.errors import BrokenAnswer, ClientDisconnected

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

Head = tuple[str, list[tuple[str, str]]]
StartResponse = Callable[[str, list[tuple[str, str]]], Callable[[bytes], object]]


class Wire:
    """One answer's bytes on their way. ``bodiless`` answers (HEAD, 204, 304) send their head alone."""

    def __init__(self, start_response: StartResponse) -> None:
        self.started = False
        self.bodiless = False
        self.left: int | None = None  # bytes still to come, where a Content-Length was announced
        self.errands: Errands | None = None
        self._thread = get_ident()
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

    def fits(self, body: bytes) -> bool:
        """Tell whether a whole body has the length that was announced."""
        return self.bodiless or self.left in (None, len(body))

    def start(self, head: Head) -> None:
        """Hand status and headers to the server."""
        self.started = True
        # Hop-by-hop headers are the server's business (PEP 3333); Node lets a handler set them.
        headers = [(name, value) for name, value in head[1] if not is_hop_by_hop(name)]
        self._do(lambda: self._open(head[0], headers))

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

    def _open(self, status: str, headers: list[tuple[str, str]]) -> None:
        self._write = self._start_response(status, headers)

    def send(self, piece: bytes) -> None:
        """Pass a counted piece to the server, in the request's thread; ClientDisconnected if that fails."""
        assert self._write is not None  # start comes first
        try:
            self._write(piece)
        except Exception as error:
            # Each server has its own exception for a client that is gone.
            raise ClientDisconnected("the client left before its answer was complete") from error
        self._sent += len(piece)

    def _do(self, job: Callable[[], object]) -> None:
        # A task that an async handler left behind finds the errands closed: only the request's own thread
        # may write what comes after them.
        if self.errands is None or get_ident() == self._thread:
            job()
        else:
            self.errands.post(job)

"""The way of an answer to the client: the server's start_response and write, called in the right thread."""

from __future__ import annotations

from collections.abc import Callable
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
        self.waiting = 0  # bytes that an async handler wrote and the client has not taken
        self.errands: Errands | None = None
        self._start_response = start_response
        self._write: Callable[[bytes], object] | None = None
        self._left: int | None = None

    def start(self, head: Head) -> None:
        """Hand status and headers to the server."""
        self.started = True
        self._left = _content_length(head)
        # Hop-by-hop headers are the server's business (PEP 3333); Node lets a handler set them.
        headers = [(name, value) for name, value in head[1] if not is_hop_by_hop(name)]
        self._do(lambda: self._open(head[0], headers))

    def write(self, piece: bytes) -> None:
        """Send ``piece`` now, after the head; ``b""`` sends the head alone.

        BrokenAnswer for more than the Content-Length. In ``async def`` the request's thread sends it.
        """
        if self.bodiless:
            piece = b""
        elif self._left is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise BrokenAnswer(f"{-self._left} bytes more than the Content-Length were written")
        self.waiting += len(piece)
        self._do(lambda: self._send(piece))

    def finish(self) -> None:
        """Check that all that was announced has been written; BrokenAnswer otherwise."""
        if self._left and not self.bodiless:
            raise BrokenAnswer(f"{self._left} bytes fewer than the Content-Length were written")

    def _open(self, status: str, headers: list[tuple[str, str]]) -> None:
        self._write = self._start_response(status, headers)

    def _send(self, piece: bytes) -> None:
        assert self._write is not None  # start comes first
        try:
            self._write(piece)
        except Exception as error:
            # Each server has its own exception for a client that is gone.
            raise ClientDisconnected("the client left before its answer was complete") from error
        self.waiting -= len(piece)

    def _do(self, job: Callable[[], object]) -> None:
        if self.errands is None:
            job()
        else:
            self.errands.post(job)


def _content_length(head: Head) -> int | None:
    for name, value in head[1]:
        if name.lower() == "content-length" and value.isdigit():
            return int(value)
    return None

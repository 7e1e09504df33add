"""Runs a WSGI application on the ASGI side of granian, whose own WSGI loses what the contract needs.

It has no ``write``, ends a broken answer as if it were whole, takes a body that broke off for a whole one,
decodes ``%2F`` in paths, empties headers beyond ASCII, and takes ``X_A`` for ``X-A``.
"""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from functools import lru_cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

from nextwsgi.errors import BrokenAnswer

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIApplication

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Value = TypeVar("Value")

PIECE = 64 * 1024
ALIVE_SECONDS = 1.0
DISCONNECT = "http.disconnect"
END = {"type": "http.response.body", "body": b"", "more_body": False}


class ClientGone(ConnectionResetError):
    """The client left before it had its answer, or before all of its body was here."""


class Bridge:
    """An ASGI application that has a WSGI application answer, in threads of its own."""

    def __init__(self, app: WSGIApplication, threads: int) -> None:
        self.app = app
        self.threads = Threads(threads)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        client = Client(receive, send, asyncio.get_running_loop())
        answer = Answer(client, head_only=scope["method"] == "HEAD")
        try:
            environ = environ_of(scope)
            environ["wsgi.input"] = await _input(scope, client)
            for message in await self.threads.run(lambda: answer.run(self.app, environ)):
                await send(message)
        except (BrokenAnswer, ClientGone):
            # The log knows of it. granian cuts the connection of an answer that is left unfinished.
            return
        finally:
            client.close()
            answer.close()


class Threads:
    """Threads that each do one job after another for coroutines.

    PERF: the futures and locks of an executor cost as much as all else that is done for a short request.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._turn, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], Value]) -> Value:
        """Wait for what ``work`` returns or raises in a thread."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
        self._jobs.put((loop, done, work))
        value: Value
        value, error = await done
        if error is not None:
            raise error
        return value

    def close(self) -> None:
        """Wait until the threads have done the jobs there are, and have ended."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _turn(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, done, work = job
            result: tuple[object, BaseException | None]
            try:
                result = work(), None
            except BaseException as error:  # noqa: BLE001 - raised where the coroutine waits
                result = None, error
            loop.call_soon_threadsafe(done.set_result, result)


_Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


# --- the request ------------------------------------------------------------------------------------------


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """Make the WSGI environ of a request, but for its body."""
    raw = scope["raw_path"]
    mount, path = _parted(scope["root_path"], unquote_to_bytes(raw).decode("latin-1"))
    version = scope["http_version"]
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": mount,
        "PATH_INFO": path,
        "RAW_URI": raw.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/1.0" if version == "1" else f"HTTP/{version}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": scope["server"][1],
        "REMOTE_ADDR": scope["client"][0],
        "REMOTE_PORT": scope["client"][1],
        "SERVER_SOFTWARE": "granian",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_headers(scope["headers"], version),
    }


def _parted(mount: str, path: str) -> tuple[str, str]:
    return (mount, path[len(mount) :]) if mount and path.startswith(mount) else ("", path)


def _headers(lines: Iterable[tuple[bytes, bytes]], version: str) -> dict[str, str]:
    """Join the lines of a name as Node does."""
    found: dict[str, str] = {}
    for name, value in lines:
        key, line = _key(name), value.decode("latin-1")
        if key not in found:
            found[key] = line
        elif key not in _FIRST_ONLY:
            found[key] += ("; " if key == "HTTP_COOKIE" else ", ") + line
    if version == "1" and not found.get("HTTP_HOST"):
        found.pop("HTTP_HOST", None)  # granian adds an empty one, which nobody sent
    found.pop("", None)
    return found


_FIRST_ONLY = {
    "CONTENT_TYPE",
    *("HTTP_AGE", "HTTP_AUTHORIZATION", "HTTP_ETAG", "HTTP_EXPIRES", "HTTP_FROM", "HTTP_HOST"),
    *("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_LAST_MODIFIED", "HTTP_LOCATION"),
    *("HTTP_MAX_FORWARDS", "HTTP_PROXY_AUTHORIZATION", "HTTP_REFERER", "HTTP_RETRY_AFTER"),
    *("HTTP_SERVER", "HTTP_USER_AGENT", ""),
}


@lru_cache(256)
def _key(name: bytes) -> str:
    # WSGI could not tell X_A from X-A: nobody shall forge what a proxy has set.
    key = "" if b"_" in name else name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("", "CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


async def _input(scope: dict[str, Any], client: Client) -> io.BufferedIOBase:
    """Give the body: a small one once it is here, for a slow client must not hold a thread for it."""
    sent = {name: value for name, value in scope["headers"] if name in _BODY}
    length = int(sent.get(b"content-length", 0))
    if length <= PIECE and b"transfer-encoding" not in sent and (sent or scope["http_version"][0] == "1"):
        # A client that left is told of where the application reads.
        with suppress(ClientGone):
            return io.BytesIO(await client.whole_body() if length else b"")
    return io.BufferedReader(_Body(client), PIECE)


_BODY = (b"content-length", b"transfer-encoding")


class _Body(io.RawIOBase):
    """A large body, or one of unknown length, fetched piece by piece as it is read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._piece = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        self._piece = self._piece or self._client.fetch()
        read, self._piece = self._piece[: len(view)], self._piece[len(view) :]
        view[: len(read)] = read
        return len(read)


class Client:
    """One client: what it sends, and whether it is still there. Threads call ``fetch`` and ``send`` alone."""

    def __init__(self, receive: Receive, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self.gone = False
        self._receive = receive
        self._send = send
        self._loop = loop
        self._next: asyncio.Future[Message] | None = None
        self._ended = False  # its body
        self._watched = False

    def fetch(self) -> bytes:
        """Wait for the next piece of its body; ``b""`` at the end, ClientGone if it left before."""
        return self._wait(self._piece())

    def send(self, messages: Iterable[Message]) -> None:
        """Wait until granian has taken these; ClientGone if the client has left."""
        if self.gone:
            raise ClientGone
        self._wait(self._pass(messages))

    async def whole_body(self) -> bytes:
        """Wait for all of its body; ClientGone if it left before."""
        pieces = []
        while piece := await self._piece():
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Look ahead no more."""
        if self._next is not None:
            self._next.cancel()

    async def _pass(self, messages: Iterable[Message]) -> None:
        for message in messages:
            await self._send(message)
        # granian takes what nobody will get as well: that the client has left only receive tells.
        self._watched = True
        self._look_ahead()

    async def _piece(self) -> bytes:
        while not self._ended:
            received = self._look_ahead()
            message = await received
            if message["type"] == DISCONNECT:
                raise ClientGone
            if received is self._next:
                self._next = None
            self._ended = not message["more_body"]
            if piece := message["body"]:
                return bytes(piece)
        return b""

    def _look_ahead(self) -> asyncio.Future[Message]:
        """Have what comes next received: a piece of the body, after its end the word that the client left."""
        if self._next is None:
            self._next = self._loop.create_task(self._received())
            self._next.add_done_callback(self._note)
        return self._next

    async def _received(self) -> Message:
        # What granian gives to be awaited passes for a future, and is none in all ways.
        return await self._receive()

    def _note(self, received: asyncio.Future[Message]) -> None:
        if received.cancelled():
            return
        message = received.result()
        if message["type"] == DISCONNECT:
            self.gone = True
        elif self._watched and received is self._next and not (message["body"] or message["more_body"]):
            self._ended, self._next = True, None
            self._look_ahead()

    def _wait(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Have the loop do some work, for a thread that waits for it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while True:
            try:
                return future.result(ALIVE_SECONDS)
            except TimeoutError:
                # The loop of a worker that ends forgets what it was asked.
                if not self._loop.is_running():
                    raise ClientGone from None


# --- the answer -------------------------------------------------------------------------------------------


class Answer:
    """One answer: what the WSGI application says of it, as messages of ASGI."""

    def __init__(self, client: Client, *, head_only: bool) -> None:
        self._client = client
        self._head_only = head_only
        self._head: Message = {}
        self._begun = False
        self._body: Iterable[bytes] = ()

    def run(self, app: WSGIApplication, environ: dict[str, Any]) -> list[Message]:
        """Have an application answer, in this thread, and give the messages that are still to be sent."""
        pieces = app(environ, self.start_response)
        if isinstance(pieces, list):
            self._body = pieces
            return self._rest(pieces)
        try:
            return self._rest(pieces)
        finally:
            _close(pieces)

    def _rest(self, pieces: Iterable[bytes]) -> list[Message]:
        if isinstance(pieces, list) and not self._begun:
            return self._whole(b"".join(pieces))
        for piece in filter(None, pieces):
            self.write(piece)
        return [END] if self._begun else self._whole(b"")

    def close(self) -> None:
        """Close a whole body, now that granian has it: what ``after`` was given begins then."""
        _close(self._body)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        """Take status and headers, which leave with the first piece; granian has phrases of its own."""
        if exc_info and self._begun:
            raise exc_info[1].with_traceback(exc_info[2])
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._head = {"type": "http.response.start", "status": int(status[:3]), "headers": lines}
        return self.write

    def write(self, piece: bytes, /) -> None:
        """Send a piece, with the head if it is the first; wait until granian has taken it."""
        message = {"type": "http.response.body", "body": piece, "more_body": True}
        self._client.send([message] if self._begun else [self._head, message])
        self._begun = True

    def _whole(self, body: bytes) -> list[Message]:
        # granian tells the length of a body that comes in one message, where Node sends chunks.
        sized = self._head_only or self._head["status"] in _BODILESS
        sized = sized or any(name.lower() == b"content-length" for name, _ in self._head["headers"])
        message = {"type": "http.response.body", "body": body, "more_body": not sized}
        return [self._head, message] if sized else [self._head, message, END]


def _close(pieces: Iterable[bytes]) -> None:
    if close := getattr(pieces, "close", None):
        close()


_BODILESS = (*range(100, 200), 204, 304)

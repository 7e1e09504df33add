"""Passes a request on to another origin, and its answer back, both in pieces as they come."""

from __future__ import annotations

import http.client
import logging
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from nextwsgi.body import BodyStream, may_follow
from nextwsgi.errors import BrokenAnswer, ClientDisconnected
from nextwsgi.outgoing import checked_line
from nextwsgi.request import sent_headers

log = logging.getLogger("nextwsgi")

Lines = list[tuple[str, str]]

SECONDS = 30.0
"""How long another origin may be silent, as in Next.js."""

PIECE = 64 * 1024

NAME = "nextwsgi"
INTERIM = 100
"""How many answers may only inform: as many as there may be headers."""

PASSES = 5
"""How often a request may come through here: where two servers fall back to each other, it never ends."""

# RFC 9110, 7.6.1: for one connection only.
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"),
        *("trailer", "transfer-encoding", "upgrade"),
    )
)


class Unreachable(Exception):
    """Another origin gave no answer; ``status`` is the one to send, 502, 504 or 508."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Exchange:
    """An answer of another origin, whose head is here and whose body comes."""

    def __init__(self, connection: http.client.HTTPConnection, body: Body | None) -> None:
        self._connection = connection
        self._body = body
        self._answer = answer = connection.getresponse()
        self.status = answer.status
        self.reason = re.sub(r"[^\t\x20-\x7e]", "", answer.reason)
        lines = _framed(answer, passed_on(answer.getheaders()))
        self.headers: Lines = [checked_line(name.lower(), _unfolded(value)) for name, value in lines]

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self._answer.read1(PIECE):
                yield piece
        except (OSError, http.client.HTTPException) as error:
            raise _broken(f"after a part of it: {error or type(error).__name__}") from None
        if self._answer.length:
            raise _broken(f"{self._answer.length} bytes before its end")

    def close(self) -> None:
        """End the connection, also where the answer has not ended."""
        if self._body is not None:
            self._body.end()
        self._connection.close()
        self._answer.close()


def _framed(answer: http.client.HTTPResponse, lines: Lines) -> Lines:
    """Give an answer's headers with one length that is sure, or none; HTTPException where that is unclear.

    RFC 9112, 6.3: what one takes for the end of an answer, the next must not take for its middle.
    """
    codings = answer.headers.get_all("transfer-encoding", [])
    if codings and [coding.strip().lower() for coding in codings] != ["chunked"]:
        raise http.client.HTTPException(f"Transfer-Encoding: {', '.join(codings)}")
    lengths = {length.strip() for length in answer.headers.get_all("content-length", [])}
    if len(lengths) > 1 or not all(re.fullmatch("[0-9]{1,18}", length) for length in lengths):
        raise http.client.HTTPException(f"Content-Length: {', '.join(sorted(lengths))}")
    others = [line for line in lines if line[0].lower() != "content-length"]
    return others if codings else [*others, *(("content-length", length) for length in lengths)]


def _broken(where: str) -> BrokenAnswer:
    log.error("another origin broke off its answer %s", where)
    return BrokenAnswer("another origin broke off its answer")


class Body:
    """A request's body on its way to another origin, while the answer may already come."""

    def __init__(self, stream: BodyStream, sock: socket.socket) -> None:
        self._stream = stream
        self._sock = sock
        self._chunked = self._stream.length is None
        self._thread: Thread | None = None
        self.failure: ClientDisconnected | None = None
        """That the client left before it had sent all."""

    def start(self) -> None:
        """Send a short body at once, any other from a thread of its own.

        An origin may answer as it reads: whoever sends all before he reads waits for one that waits for him.
        """
        length = self._stream.length
        # TLS cannot be read and written by two threads.
        if (length is not None and length <= PIECE) or isinstance(self._sock, ssl.SSLSocket):
            self._send()
        else:
            self._thread = Thread(target=self._send, name="nextwsgi-upstream", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Stop sending, and wait until nothing is read from the client any more."""
        if self._thread is not None:
            self._shut()
            self._thread.join()

    def _send(self) -> None:
        try:
            while piece := self._stream.read(PIECE):
                self._sock.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if self._chunked else piece)
            self._sock.sendall(b"0\r\n\r\n" if self._chunked else b"")
        except ClientDisconnected as error:
            self.failure = error
            self._shut()
        except OSError:  # it has answered without reading all: the client must have sent all to see that
            with suppress(ClientDisconnected):
                self._stream.drain()

    def _shut(self) -> None:
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


def ask(url: str, environ: dict[str, Any]) -> Exchange:
    """Pass a request on to ``url``; Unreachable where no answer begins in time."""
    parts = urlsplit(url)
    _end_rounds(environ, parts.netloc)
    connection = _connection(parts.scheme, parts.netloc)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    stream = BodyStream(environ) if may_follow(environ) else None
    body: Body | None = None
    try:
        connection.putrequest(environ["REQUEST_METHOD"], target, skip_host=True, skip_accept_encoding=True)
        for name, value in _forwarded(environ, parts.netloc, stream):
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        if stream is not None:
            body = Body(stream, connection.sock)
            body.start()
        return Exchange(connection, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        if body is not None:
            body.end()
            if body.failure is not None:
                raise body.failure from None
        raise _unreachable(error, parts.netloc) from None


def _end_rounds(environ: dict[str, Any], place: str) -> None:
    if environ.get("HTTP_VIA", "").count(NAME) >= PASSES:
        raise Unreachable(508, f"{place} and this server pass a request on to each other, round and round")


def _unreachable(error: Exception, place: str) -> Unreachable:
    if isinstance(error, TimeoutError):
        return Unreachable(504, f"{place} gave no answer in {SECONDS:.0f} seconds")
    return Unreachable(502, f"{place} cannot be reached: {error or type(error).__name__}")


def _connection(scheme: str, place: str) -> http.client.HTTPConnection:
    connection = (
        http.client.HTTPSConnection(place, timeout=SECONDS, context=ssl.create_default_context())
        if scheme == "https"
        else http.client.HTTPConnection(place, timeout=SECONDS)
    )
    connection.response_class = _Response
    return connection


class _Response(http.client.HTTPResponse):
    """An answer after those that only inform (1xx): http.client knows no other than 100.

    HTTPException for a head that not everybody reads alike: http.client leaves out what follows a line that
    is no header, and takes a bare CR for the end of a line.
    """

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp = _Lines(self.fp.detach())

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # http.client hides it
            if not 101 < status < 200:
                break
            http.client.parse_headers(self.fp)
        if 101 <= status < 200:  # no request asks for another protocol
            raise http.client.HTTPException(f"it answered {status}, and nothing after it")
        return version, status, reason

    def begin(self) -> None:
        super().begin()
        if self.headers.defects:
            raise http.client.HTTPException("a line of its head is no header")


class _Lines(BufferedReader):
    """What another origin sends, whose lines end in LF or CRLF alone."""

    def readline(self, size: int | None = -1) -> bytes:
        line = super().readline(size)
        if b"\r" in line.removesuffix(b"\n").removesuffix(b"\r"):
            raise http.client.HTTPException("a line of it has a bare CR")
        return line


def _framing(stream: BodyStream | None) -> Lines:
    """Give the header that says how long a request's body is.

    Never as the client sent it: with ``Connection: content-length`` it would be left out, and the other
    origin took the body for another request, which neither rules nor proxy have seen.
    """
    if stream is None:
        return []
    if stream.length is None:
        return [("transfer-encoding", "chunked")]
    return [("content-length", str(stream.length))]


def _forwarded(environ: dict[str, Any], host: str, stream: BodyStream | None) -> Iterator[tuple[str, str]]:
    """Yield the headers to send: the client's, the other host, and who asked for what."""
    yield "host", host
    yield from _framing(stream)
    for name, value in passed_on([*sent_headers(environ)]):
        # The server itself has told the client to go on.
        if name not in ("host", "expect", "via", "content-length") and not name.startswith("x-forwarded-"):
            yield name, value
    yield "via", ", ".join(filter(None, [environ.get("HTTP_VIA"), f"1.1 {NAME}"]))
    before = environ.get("HTTP_X_FORWARDED_FOR")
    address = environ.get("REMOTE_ADDR", "")
    yield "x-forwarded-for", f"{before}, {address}" if before else address
    yield "x-forwarded-host", environ.get("HTTP_X_FORWARDED_HOST") or environ.get("HTTP_HOST", "")
    yield "x-forwarded-proto", environ.get("HTTP_X_FORWARDED_PROTO") or environ.get("wsgi.url_scheme", "http")


def _unfolded(value: str) -> str:
    """Join the lines of a header that was written on several (RFC 9112, 5.2)."""
    return re.sub(r"\r?\n[ \t]+", " ", value)


def passed_on(lines: Lines) -> Lines:
    """Leave out the headers that are for one connection only, and those that Connection names."""
    named = [value for key, value in lines if key.lower() == "connection"]
    dropped = _HOP_BY_HOP.union(name.strip().lower() for value in named for name in value.split(","))
    return [(name, value) for name, value in lines if name.lower() not in dropped]

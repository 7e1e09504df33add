"""Passes a request on to another origin, and its answer back, both in pieces as they come."""

from __future__ import annotations

import http.client
import logging
import ssl
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from nextwsgi.body import BodyStream, may_follow
from nextwsgi.errors import ClientDisconnected
from nextwsgi.request import sent_headers

log = logging.getLogger("nextwsgi")

Lines = list[tuple[str, str]]

SECONDS = 30.0
"""How long another origin may be silent, as in Next.js."""

PIECE = 64 * 1024

# RFC 9110, 7.6.1: for one connection only.
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"),
        *("trailer", "transfer-encoding", "upgrade"),
    )
)


class Unreachable(Exception):
    """Another origin gave no answer; ``status`` is the one to send, 502 or 504."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Exchange:
    """An answer of another origin, whose head is here and whose body comes."""

    def __init__(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._answer = answer
        self.status = answer.status
        self.reason = answer.reason
        self.headers: Lines = passed_on(answer.getheaders())

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._answer.read1(PIECE):
            yield piece
        if self._answer.length:
            raise ClientDisconnected("the other origin broke off its answer")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def ask(url: str, environ: dict[str, Any]) -> Exchange:
    """Pass a request on to ``url``; Unreachable where no answer begins in time."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.netloc)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.putrequest(environ["REQUEST_METHOD"], target, skip_host=True, skip_accept_encoding=True)
        for name, value in _forwarded(environ, parts.netloc):
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(_body(environ), encode_chunked=_is_chunked(environ))
        return Exchange(connection, connection.getresponse())
    except TimeoutError:
        connection.close()
        raise Unreachable(504, f"{parts.netloc} gave no answer in {SECONDS:.0f} seconds") from None
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        if isinstance(error, ClientDisconnected):
            raise
        raise Unreachable(502, f"{parts.netloc} cannot be reached: {error or type(error).__name__}") from None


def _connection(scheme: str, place: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(place, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(place, timeout=SECONDS)


def _is_chunked(environ: dict[str, Any]) -> bool:
    return may_follow(environ) and not environ.get("CONTENT_LENGTH")


def _body(environ: dict[str, Any]) -> Iterable[bytes] | None:
    if not may_follow(environ):
        return None
    stream = BodyStream(environ)
    return iter(lambda: stream.read(PIECE), b"")


def _forwarded(environ: dict[str, Any], host: str) -> Iterator[tuple[str, str]]:
    """Yield the headers to send: the client's, the other host, and who asked for what."""
    yield "host", host
    for name, value in passed_on([*sent_headers(environ)]):
        if name != "host" and not name.startswith("x-forwarded-"):
            yield name, value
    if _is_chunked(environ):
        yield "transfer-encoding", "chunked"
    before = environ.get("HTTP_X_FORWARDED_FOR")
    address = environ.get("REMOTE_ADDR", "")
    yield "x-forwarded-for", f"{before}, {address}" if before else address
    yield "x-forwarded-host", environ.get("HTTP_X_FORWARDED_HOST") or environ.get("HTTP_HOST", "")
    yield "x-forwarded-proto", environ.get("HTTP_X_FORWARDED_PROTO") or environ.get("wsgi.url_scheme", "http")


def passed_on(lines: Lines) -> Lines:
    """Leave out the headers that are for one connection only, and those that Connection names."""
    named = [value for key, value in lines if key.lower() == "connection"]
    dropped = _HOP_BY_HOP.union(name.strip().lower() for value in named for name in value.split(","))
    return [(name, value) for name, value in lines if name.lower() not in dropped]

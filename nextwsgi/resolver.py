"""Runs one handler: the only module where an exception becomes an answer."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterable, Awaitable, Iterable, Iterator
from typing import Any

from nextwsgi.body import parse
from nextwsgi.errors import ApiError, BrokenAnswer, ClientDisconnected
from nextwsgi.node import format_size
from nextwsgi.outgoing import as_bytes
from nextwsgi.project import Project
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse, Stream
from nextwsgi.routes import Params, Route
from nextwsgi.wire import StartResponse

log = logging.getLogger("nextwsgi")

PIECE = 64 * 1024


class NoAnswer(Exception):
    """A handler returned and had sent nothing."""


def resolve(
    route: Route,
    params: Params,
    path: str,
    environ: dict[str, Any],
    start_response: StartResponse,
    project: Project,
) -> Iterable[bytes]:
    """Answer one request with one route, whatever its handler does.

    Raises only to have the server cut the connection: BrokenAnswer, or what the server's own write raised.
    """
    res: NextApiResponse[Any] = NextApiResponse(environ, start_response, project)
    req = NextApiRequest(environ, path, params, project, res)
    try:
        _read_body(req, route)
        _handle(route, req, res)
    except Exception as error:  # noqa: BLE001 - a handler may raise anything
        _recover(error, route, req, res)
    return _deliver(route, req, res)


def _read_body(req: NextApiRequest, route: Route) -> None:
    config = route.config
    if config.body_parser:
        req.rawBody = req._stream.read_all(config.size_limit, config.size_text)
        req.body = parse(req.rawBody, req._environ.get("CONTENT_TYPE", ""))


# --- the handler ------------------------------------------------------------------------------------------


def _handle(route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    result = route.handler(req, res)
    if result is not None and inspect.isawaitable(result):
        result = _on_loop(result, req, res)
    if isinstance(res._source, AsyncIterable) and not res.writableEnded:
        _on_loop(_pump(res._source, res), req, res)
    if req._project.development and result is not None and result is not res:
        log.warning(
            "%s: a handler's return value is not sent, it returned %s", route.file, type(result).__name__
        )
    if not (res.headersSent or res._source or route.config.external_resolver):
        raise NoAnswer("the handler returned without an answer: call res.json, res.send or res.end")


def _on_loop(work: Awaitable[object], req: NextApiRequest, res: NextApiResponse[Any]) -> object:
    """Run a coroutine on the worker's event loop; this thread reads and writes for it meanwhile."""
    loop = req._project.loop
    errands = req._errands = res._wire.errands = loop.errands()
    try:
        return loop.run(_awaited(work), errands)
    finally:
        req._errands = res._wire.errands = None


async def _awaited(work: Awaitable[object]) -> object:
    return await work


async def _pump(source: AsyncIterable[Any], res: NextApiResponse[Any]) -> None:
    async for chunk in source:
        res.write(chunk)
        await res.drain()
    res.end()


# --- errors -----------------------------------------------------------------------------------------------


def _recover(error: Exception, route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    """Turn an exception into an answer while there can still be one."""
    if isinstance(error, ClientDisconnected):
        _give_up(error, route, req, res)
    elif not isinstance(error, ApiError):
        _log(error, route, req)
    if res._wire.started:
        # What was sent cannot be taken back: the client must see that the rest is missing.
        raise BrokenAnswer(f"{route.path} failed while its answer was on the way") from None
    if not res.writableEnded:
        _answer(error, route, req, res)


def _give_up(error: ClientDisconnected, route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    log.info("%s %s: %s", escape(req.method), escape(req._path), error)
    if res._wire.started:
        raise error.__cause__ or error


def _answer(error: Exception, route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    if isinstance(error, ApiError):
        res._fail(error.status, error.message)
    elif isinstance(error, ClientDisconnected):
        res._fail(400, "Bad Request")
    elif req._project.error_page is not None:
        kind, page = req._project.error_page(error, route, req)
        res.status(500).setHeader("Content-Type", kind).end(page)
    else:
        res._fail(500, "Internal Server Error")


def _log(error: Exception, route: Route, req: NextApiRequest) -> None:
    # The query stays out of the log: it may hold secrets.
    log.error("%s %s (%s) failed", escape(req.method), escape(req._path), route.file, exc_info=error)


def escape(text: str) -> str:
    """Make text safe for a log line: no control characters, nothing beyond ASCII."""
    return ascii(text)[1:-1]


# --- the answer -------------------------------------------------------------------------------------------


def _deliver(route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> Iterable[bytes]:
    pieces: Iterable[bytes]
    if res._source is not None and not res.writableEnded:
        pieces = _Pieces(res._source, route, req, res)
    else:
        pieces = res._finish()
    _report_size(route, req, res)
    if req._stream.unread:
        return _send_then_drain(pieces, req, res)
    return pieces


def _report_size(route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    limit = route.config.response_limit
    if limit is not None and res._size >= limit:
        log.warning("%s: the answer is over %s (config.api.responseLimit)", route.file, format_size(limit))


def _send_then_drain(
    pieces: Iterable[bytes], req: NextApiRequest, res: NextApiResponse[Any]
) -> Iterable[bytes]:
    """Answer a client that is still sending: a connection closed on unread bytes would lose the answer."""
    try:
        res._wire.write(b"")
        for piece in pieces:
            res._wire.write(piece)
        req._stream.drain()
    except ClientDisconnected as error:
        log.info("%s %s: %s", escape(req.method), escape(req._path), error)
    return []


class _Pieces:
    """A file's or an iterator's pieces on their way; a failure among them cuts the connection."""

    def __init__(self, source: Stream, route: Route, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
        self._source: Any = source
        self._route = route
        self._req = req
        self._res = res
        res._begin()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks():
                yield as_bytes(chunk)
        except Exception as error:
            _recover(error, self._route, self._req, self._res)

    def _chunks(self) -> Iterable[Any]:
        if self._res._wire.bodiless:
            return ()
        read = getattr(self._source, "read", None)
        return iter(lambda: read(PIECE), b"") if read else self._source

    def close(self) -> None:
        """Close the source; the server calls this whatever happened."""
        if close := getattr(self._source, "close", None):
            close()

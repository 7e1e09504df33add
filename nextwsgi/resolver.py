"""Runs one handler: the only module where an exception becomes an answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from types import CoroutineType
from typing import Any, TypeGuard

from nextwsgi.after import answered, current
from nextwsgi.body import BodyStream, charset_of, may_follow, parse
from nextwsgi.errors import ApiError, BrokenAnswer, ClientDisconnected, Dismissed
from nextwsgi.node import format_size
from nextwsgi.outgoing import as_bytes, close
from nextwsgi.pending import Unawaited, require_awaited
from nextwsgi.project import Project
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse
from nextwsgi.routes import Handler, Match
from nextwsgi.wire import StartResponse, Wire

log = logging.getLogger("nextwsgi")

PIECE = 64 * 1024

Response = NextApiResponse[Any]


class NoAnswer(Exception):
    """A handler returned and had sent nothing."""


class Ended(Exception):
    """sys.exit() was called, by a handler or by a server that stops its worker, or a task was cancelled."""


def raised() -> tuple[type[BaseException], ...]:
    """Give what is caught: the last two would end gunicorn's worker, and with some codes the whole server."""
    from asyncio import CancelledError  # slow to import: not before something was raised

    return Exception, SystemExit, CancelledError


def resolve(
    match: Match, path: str, environ: dict[str, Any], start_response: StartResponse, project: Project
) -> Iterable[bytes]:
    """Answer one request with the route that matches, whatever its handler does.

    Raises only to have the server cut the connection: BrokenAnswer, or what the server's own write raised.
    """
    res: Response = NextApiResponse(environ, start_response, project)
    req = NextApiRequest(environ, path, match, project, res)
    current.set(res)
    if may_follow(environ):
        req._has_body, req._stream = True, BodyStream(environ)
    try:
        if match.route.early is None or not _answered_early(req, res, match.route.early):
            if "HTTP_COOKIE" in environ:
                _check_preview(req)
            if match.route.config.body_parser:
                _read_body(req)
            _handle(req, res)
        pieces = _deliver(req, res)
    except raised() as error:
        if res._head is None:
            res._drop_type()
        _drop_source(res)
        _recover(error, req, res)
        pieces = _deliver(req, res)
    if req._has_body and req._stream.unread:
        pieces = _send_then_drain(pieces, req, res)
    return pieces if res._later is None else answered(pieces, res._later)


def _answered_early(req: NextApiRequest, res: Response, early: Handler) -> bool:
    """Call what comes before the body parser, and tell whether it has answered: then nothing else runs."""
    early(req, res)
    return res._ended or res._source is not None


def _check_preview(req: NextApiRequest) -> None:
    # Next.js takes stale preview cookies back whether the handler looks at them or not.
    cookies = req._environ["HTTP_COOKIE"]
    if "__prerender_bypass" in cookies or "__next_preview_data" in cookies:
        _ = req.previewData


def _read_body(req: NextApiRequest) -> None:
    content_type = req._environ.get("CONTENT_TYPE", "")
    if not req._has_body and not content_type:  # PERF: most requests; what follows comes to the same
        req.rawBody, req.body = b"", ""
        return
    config = req._match.route.config
    if content_type:
        charset_of(content_type)  # an unknown one is refused before its body is read
    req.rawBody = req._stream.read_all(config.size_limit, config.size_text)
    req.body = parse(req.rawBody, content_type)


# --- the handler ------------------------------------------------------------------------------------------


def _handle(req: NextApiRequest, res: Response) -> None:
    route = req._match.route
    result = route.handler(req, res)
    if result is not None and _is_awaitable(result):
        result = _on_loop(result, req, res)
    if res._source is not None and not res._ended and isinstance(res._source, AsyncIterable):
        _on_loop(_pump(res._source, res), req, res)
    if res._head is None and res._source is None and not route.config.external_resolver:
        raise NoAnswer(_silence(req, result))
    if result is not None and result is not res and req._project.development:
        log.warning("%s: what a handler returns is not sent: it returned %s", route.file, _kind(result))


def _is_awaitable(result: object) -> TypeGuard[Awaitable[object]]:
    return isinstance(result, CoroutineType | Awaitable)


def _on_loop(work: Awaitable[object], req: NextApiRequest, res: Response) -> object:
    """Run a coroutine on the worker's event loop; this thread reads and writes for it meanwhile."""
    loop = req._project.loop
    errands = req._errands = loop.errands()
    res._lend(errands)
    try:
        result = loop.run(work, errands)
    finally:
        req._errands = None
    if errands.pending:
        require_awaited(errands.pending)
    return result


async def _pump(source: AsyncIterable[Any], res: Response) -> None:
    chunks = aiter(source)
    try:
        async for chunk in chunks:
            piece = as_bytes(chunk)
            if res._begin().bodiless:  # nobody waits for an endless stream's end
                break
            res.write(piece)
            await res.drain()
        res._begin()
        res.end()
    finally:
        if aclose := getattr(chunks, "aclose", None):
            await aclose()


def _kind(value: object) -> str:
    return type(value).__name__


def _silence(req: NextApiRequest, result: object) -> str:
    middleware = vars(req).get("_stopped_by")
    if middleware:
        return f"{middleware} neither answered nor called next(), so the handler never ran: do one of them"
    return f"the handler returned without an answer{_lost(result)}: call res.json, res.send or res.end"


def _lost(value: object) -> str:
    return "" if value is None else f", and the {_kind(value)} it returned is not sent"


# --- errors -----------------------------------------------------------------------------------------------


def _recover(error: BaseException, req: NextApiRequest, res: Response) -> None:
    """Turn an exception into an answer while there can still be one."""
    if not isinstance(error, Exception):
        error = _ended(error)
    if not isinstance(error, ClientDisconnected):
        req._project.instrumentation.report(error, req)
    if isinstance(error, ClientDisconnected):
        _log_quietly(error, req)
        if res._started and not isinstance(error, Dismissed):
            _leave(res)
            raise error.__cause__ or error
    elif not isinstance(error, ApiError) or res._ended or res._started:  # which can no longer be answered
        # The query stays out of the log: it may hold secrets.
        log.error("%s failed (%s)", _request_line(req), req._match.route.file, exc_info=error)
    if isinstance(error, Unawaited):
        res._take_back()
    if res._stands():
        return
    if res._started:
        # What was sent cannot be taken back: the client must see that the rest is missing.
        _leave(res)
        raise BrokenAnswer(f"{_request_line(req)} failed while its answer was on the way") from None
    _answer(error, req, res)


def _leave(res: Response) -> None:
    """Have done what ``after`` was given, now that the answer is over."""
    if res._wire is not None:
        res._wire.abandon()
    if res._later is not None:
        res._later.begin()


def _ended(error: BaseException) -> Ended:
    ended = Ended("sys.exit() was called" if isinstance(error, SystemExit) else "it was cancelled")
    ended.__cause__ = error
    return ended


def _answer(error: Exception, req: NextApiRequest, res: Response) -> None:
    if req._match.route.is_app and res._head is None:
        res._headers.clear()  # as in Next.js, nothing is left of an answer that failed
    if isinstance(error, ApiError):
        res._fail(error.status, error.message)
    elif isinstance(error, ClientDisconnected):
        res._fail(400, "Bad Request")
    elif req._project.error_page is not None:
        kind, page = req._project.error_page(error, req)
        res._fail(500, "Internal Server Error", page, kind)
    else:
        # A route handler's error has an empty body in Next.js.
        res._fail(500, "" if req._match.route.is_app else "Internal Server Error")


def _log_quietly(error: ClientDisconnected, req: NextApiRequest) -> None:
    log.info("%s: %s", _request_line(req), error.strerror)


def _request_line(req: NextApiRequest) -> str:
    return f"{escape(req.method)} {escape(req._path)}"


def escape(text: str) -> str:
    """Make text safe for a log line: no control characters, nothing beyond ASCII."""
    return ascii(text)[1:-1]


# --- the answer -------------------------------------------------------------------------------------------


def _deliver(req: NextApiRequest, res: Response) -> Iterable[bytes]:
    if res._source is not None and not res._ended:
        return _pieces(req, res)
    if res._source is not None:
        _drop_source(res)
    if req._has_body and req._stream.unread:
        res._start_early()
    pieces = res._finish()
    _report_size(req, res)
    return pieces


def _drop_source(res: Response) -> None:
    """Close what send was given and the client will not get."""
    source, res._source = res._source, None
    close(source)


def _report_size(req: NextApiRequest, res: Response) -> None:
    route = req._match.route
    limit = route.config.response_limit
    if limit is not None and res._size >= limit:
        log.warning("%s: the answer is over %s (config.api.responseLimit)", route.file, format_size(limit))


def _send_then_drain(pieces: Iterable[bytes], req: NextApiRequest, res: Response) -> Iterable[bytes]:
    """Answer a client that is still sending: a connection closed on unread bytes would lose the answer."""
    wire = res._begin()
    try:
        wire.write(b"")
        for piece in pieces:
            wire.send(piece)
        with suppress(ClientDisconnected):  # it stopped sending: it has its answer
            req._stream.drain()
    except ClientDisconnected as error:
        _log_quietly(error, req)
    finally:
        close(pieces)
    return []


def _pieces(req: NextApiRequest, res: Response) -> Iterable[bytes]:
    """Start a streamed answer once its first piece is there: until then it can still become an error."""
    chunks = _chunks(res._source)
    first = next(chunks, b"")
    return _Pieces(chain([first], chunks), req, res, res._begin())


def _chunks(source: Any) -> Iterator[bytes]:
    for chunk in _reads(source.read) if hasattr(source, "read") else source:
        yield as_bytes(chunk)


def _reads(read: Callable[[int], Any]) -> Iterator[Any]:
    while chunk := read(PIECE):  # "" ends a file opened as text
        yield chunk


class _Pieces:
    """A file's or an iterator's pieces on their way; a failure among them cuts the connection."""

    def __init__(self, chunks: Iterator[bytes], req: NextApiRequest, res: Response, wire: Wire) -> None:
        self._chunks = chunks
        self._req = req
        self._res = res
        self._wire = wire

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in () if self._wire.bodiless else self._chunks:
                self._res._size += len(chunk)
                yield self._wire.count(chunk)
            self._wire.finish()
        except raised() as error:
            _recover(error, self._req, self._res)

    def close(self) -> None:
        """Close the source; the server calls this whatever happened."""
        _report_size(self._req, self._res)
        _drop_source(self._res)
        _leave(self._res)

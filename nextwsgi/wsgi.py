"""``wsgi``: any WSGI application behind a route file, as its handler."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes
from wsgiref.util import FileWrapper

from nextwsgi.body import BodyStream
from nextwsgi.outgoing import with_vary
from nextwsgi.request import BASE_KEY, PATH_KEY, NextApiRequest
from nextwsgi.response import NextApiResponse
from nextwsgi.routes import Handler, read_path

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Response = NextApiResponse[Any]
Lines = list[tuple[str, str]]


def wsgi(application: Application) -> Handler:
    """Make a handler of a WSGI application: ``handler = wsgi(application)``.

    SCRIPT_NAME is the route's path up to its first parameter, PATH_INFO the rest of the request's. Give the
    route ``config = {"api": {"bodyParser": False}}``, or the application gets bodies of up to 1 MiB alone.
    ``environ["nextwsgi.request"]`` is ``req``, with what middleware has set on it. What is on ``res`` already
    stays, unless the application has a header of the same name. TypeError for what is no WSGI application.
    """
    if not (callable(application) and _takes_two(application)):
        raise TypeError(
            f"wsgi() takes a WSGI application, def app(environ, start_response), not {application!r:.80}"
        )

    def handler(req: NextApiRequest, res: Response) -> None:
        answer = _Answer(req, res)
        pieces = application(_environ(req), answer.start_response)
        try:
            answer.take(pieces)
        finally:
            if close := getattr(pieces, "close", None):
                close()

    # Most applications send /login on to /login/, which Next.js sends back.
    vars(handler)["keeps_slash"] = True
    return handler


def _takes_two(application: Application) -> bool:
    """Tell whether a function has the parameters of WSGI; what it wraps may have others."""
    import inspect  # slow to import

    if inspect.iscoroutinefunction(application):
        return False
    try:
        inspect.signature(application, follow_wrapped=False).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # a function written in C may not tell
        return True
    return True


# --- The request ------------------------------------------------------------------------------------------


def mount(route: str, path: str) -> tuple[str, str]:
    """Split a raw path where the first parameter of its route begins: into that before it, and the rest."""
    static = takewhile(lambda segment: segment.kind == "static", read_path(route))
    before = "".join(f"/{segment.name}" for segment in static).rstrip("/")
    return before, f"/{path.lstrip('/')}".removeprefix(before)


def _environ(req: NextApiRequest) -> dict[str, Any]:
    environ = dict(req._environ)
    outside, query = environ.get("SCRIPT_NAME", ""), environ.get("QUERY_STRING", "")
    outside += environ.get(BASE_KEY, "")
    before, rest = mount(req._match.route.path, environ.get(PATH_KEY, req._path))
    environ["SCRIPT_NAME"], environ["PATH_INFO"] = outside + before, _decoded(rest)
    # In the one spelling that the route and its guards saw: another one must not lead elsewhere inside.
    target = quote(outside.encode("latin-1")) + before + rest
    environ["RAW_URI"] = environ["REQUEST_URI"] = f"{target}?{query}" if query else target
    # That of the server may pass files on to its socket, past res.
    environ["wsgi.file_wrapper"] = FileWrapper
    environ["nextwsgi.request"] = req
    _put_body(environ, req)
    return environ


def _decoded(path: str) -> str:
    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1")


def _put_body(environ: dict[str, Any], req: NextApiRequest) -> None:
    """Give what was read of the body again, else its stream; either ends where the body does."""
    environ["wsgi.input_terminated"] = True
    if "rawBody" in vars(req):
        environ["wsgi.input"] = io.BytesIO(req.rawBody)
        environ["CONTENT_LENGTH"] = str(len(req.rawBody))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
    elif req._stream.started:
        raise RuntimeError(
            "the stream of the body was read before the WSGI application: read req.rawBody there instead"
        )
    else:
        environ["wsgi.input"] = io.BufferedReader(_Body(req._stream))


class _Body(io.RawIOBase):
    """A request's body as a file, whose other methods io.BufferedReader adds."""

    def __init__(self, stream: BodyStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        piece = self._stream.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


# --- The answer -------------------------------------------------------------------------------------------


class _Answer:
    """What the application says of its answer, passed on to ``res`` with its first byte (PEP 3333)."""

    def __init__(self, req: NextApiRequest, res: Response) -> None:
        self._req = req
        self._res = res
        self._head: tuple[str, Lines] | None = None
        self._sent = False

    def start_response(
        self, status: str, headers: Lines, exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        """Take status and headers; with ``exc_info`` over those before, unless they have left."""
        try:
            if exc_info and self._sent:
                raise exc_info[1].with_traceback(exc_info[2])
            if self._head is not None and not exc_info:
                raise RuntimeError("the WSGI application called start_response twice, without exc_info")
        finally:
            exc_info = None  # its traceback may hold this frame
        self._head = status, list(headers)
        return self._write

    def take(self, pieces: Iterable[bytes]) -> None:
        """Send what the application returned, each piece as it comes."""
        if isinstance(pieces, list | tuple) and len(pieces) == 1 and not self._sent:
            self._send_head(_checked(pieces[0]))
            self._res.end(pieces[0])
            return
        for piece in pieces:
            self._write(piece)
        self._send_head()
        self._res.end()

    def _write(self, piece: bytes) -> None:
        if _checked(piece):  # not even the head leaves before there is something to send
            self._send_head()
            self._res.write(piece)

    def _send_head(self, body: bytes | None = None) -> None:
        """Pass the head on, with the length of a body that is here as a whole."""
        if self._sent:
            return
        if self._head is None:
            raise RuntimeError("the WSGI application sent an answer and never called start_response")
        status, headers = self._head
        code, _, phrase = status.partition(" ")
        self._res.status(int(code)).statusMessage = phrase
        for name, values in _by_name(headers).items():
            _set(self._res, name, values)
        # To a HEAD an application may answer with no body, whose length is not that of the answer to a GET.
        if body is not None and self._req.method != "HEAD" and self._res.statusCode not in (204, 304):
            self._res.setHeader("Content-Length", self._res.getHeader("Content-Length") or len(body))
        self._sent = True


def _checked(piece: object) -> bytes:
    if not isinstance(piece, bytes):
        raise TypeError(f"a WSGI application must give bytes, not {type(piece).__name__}")
    return piece


def _by_name(headers: Lines) -> dict[str, list[str]]:
    """Gather the lines of each header, under the first spelling of its name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), (name, []))[1].append(value)
    return dict(found.values())


def _set(res: Response, name: str, values: list[str]) -> None:
    if name.lower() == "set-cookie":
        res.appendHeader(name, values)
    elif name.lower() == "vary":
        res.setHeader(name, with_vary(res.getHeader(name), values))
    else:
        res.setHeader(name, values if len(values) > 1 else values[0])

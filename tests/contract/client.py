"""The smallest application around one handler, and a client that watches what a server is given."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

from nextwsgi import NextApiRequest, NextApiResponse, NextWSGI
from nextwsgi.config import read_config
from nextwsgi.project import Project
from nextwsgi.routes import Route, Table

Req = NextApiRequest
Res = NextApiResponse[Any]
Handler = Callable[[Req, Res], object]
Lines = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

NO_TYPE = "x-none/x-none"


class Serve(Protocol):
    """The fixture ``serve``: a handler and its config become an application with a client."""

    def __call__(
        self,
        handler: Handler,
        config: Mapping[str, object] | None = None,
        *,
        path: str = "/api/x",
        development: bool = False,
    ) -> "Client": ...


@dataclass
class Answer:
    """What a server was given. ``failure`` is what the application raised to have the connection cut."""

    status: int = 0
    reason: str = ""
    lines: Lines = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)
    returned: list[bytes] = field(default_factory=list)
    failure: BaseException | None = None

    @property
    def body(self) -> bytes:
        return b"".join([*self.written, *self.returned])

    def json(self) -> Any:
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        """Give the values of the header lines of that name, in any case."""
        return [value for key, value in self.lines if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """Give the value of the one line of that name."""
        assert len(self.all(name)) < 2, self.lines
        return next(iter(self.all(name)), None)


class Body:
    """A request's body as a server gives it, with an end that may come too early."""

    def __init__(self, content: bytes, *, at_end: Exception | None = None) -> None:
        self._stream = io.BytesIO(content)
        self._at_end = at_end

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        if not piece and self._at_end is not None:
            raise self._at_end
        return piece

    def unread(self) -> bytes:
        """Give what the application has not taken."""
        return self._stream.read()


class Client:
    """Asks an application as a server does, inside ``wsgiref.validate``."""

    def __init__(self, app: NextWSGI) -> None:
        self.app = app
        self.answer = Answer()  # also while it is being made

    def __call__(self, target: str = "/api/x", **options: Any) -> Answer:
        """Ask, and raise what the application raises; the options are those of ``exchange``."""
        answer = self.exchange(target, **options)
        if answer.failure is not None:
            raise answer.failure
        return answer

    def exchange(
        self,
        target: str = "/api/x",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | Body | None = None,
        length: str | None = None,
        chunked: bool = False,
        taken: int | None = None,
        environ: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Ask, and give what was sent even where the connection is cut.

        ``length`` is a Content-Length that lies; ``taken`` is how many pieces the client takes before it
        leaves, any number without it.
        """
        answer = self.answer = Answer()
        variables = _environ(target, method, headers or {}, body, length, chunked) | dict(environ or {})

        def send(piece: bytes) -> None:
            nonlocal taken
            if taken is not None:
                if taken == 0:
                    raise BrokenPipeError(32, "Broken pipe")
                taken -= 1
            answer.written.append(piece)

        try:
            _serve(validator(_typed(self.app)), variables, answer, send)
        except BaseException as error:  # noqa: BLE001 - what a server would see
            answer.failure = error
        return answer


def application(
    handler: Handler, config: Mapping[str, object] | None, path: str, project: Project
) -> NextWSGI:
    """Make an application of one route."""
    settings, wrong = read_config(config or {})
    assert not wrong
    app = NextWSGI.__new__(NextWSGI)
    app.project = project
    app.table = Table([Route(path, f"pages{path}.py", handler, settings)])
    return app


def _environ(
    target: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes | Body | None,
    length: str | None,
    chunked: bool,
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    variables: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_PORT": "4711",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": _Input(Body(body or b"") if not isinstance(body, Body) else body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if chunked:
        variables |= {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    elif length is not None or isinstance(body, bytes):
        variables["CONTENT_LENGTH"] = length or str(len(body) if isinstance(body, bytes) else 0)
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        variables[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return variables


class _Input:
    """What ``wsgiref.validate`` wants of an input stream; nextwsgi only reads."""

    def __init__(self, body: Body) -> None:
        self.read = body.read

    def readline(self, size: int = -1) -> bytes:
        raise NotImplementedError

    def readlines(self, hint: int = -1) -> list[bytes]:
        raise NotImplementedError

    def __iter__(self) -> Any:
        raise NotImplementedError


def _typed(app: Application) -> Application:
    """Give an answer without a content type one, since ``wsgiref.validate`` insists on it."""

    def typed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, lines: Lines) -> Any:
            bodiless = status.startswith(("204", "304"))
            if not bodiless and not any(name.lower() == "content-type" for name, _ in lines):
                lines = [*lines, ("Content-Type", NO_TYPE)]
            return start_response(status, lines)

        return app(environ, start)

    return typed


def _serve(
    app: Application, environ: dict[str, Any], answer: Answer, send: Callable[[bytes], object]
) -> None:
    def start_response(status: str, lines: Lines, exc_info: object = None) -> Callable[[bytes], object]:
        assert answer.status == 0, "start_response was called twice"
        assert exc_info is None
        answer.status, answer.reason = int(status[:3]), status[4:]
        answer.lines = [line for line in lines if line != ("Content-Type", NO_TYPE)]
        return send

    result = app(environ, start_response)
    try:
        for piece in result:
            send(piece)
            answer.returned.append(answer.written.pop())
    finally:
        result.close()  # type: ignore[attr-defined]  # the validator's

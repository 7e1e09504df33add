"""``Client``: calls a route, or a single handler function, from a test without a server."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from json import loads
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn, TypedDict, Unpack
from urllib.parse import quote, unquote_to_bytes

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from nextwsgi.after import AtOnce
from nextwsgi.app import NextWSGI
from nextwsgi.config import is_edge, read_config
from nextwsgi.errors import BrokenAnswer, RouteError
from nextwsgi.files import app_route, edge_handler
from nextwsgi.jsontext import stringify
from nextwsgi.loop import Loop
from nextwsgi.node import (
    encode_uri_component,
    parse_cookies,
    serialize_query,
)
from nextwsgi.paths import raw_path
from nextwsgi.project import Project
from nextwsgi.resolver import resolve
from nextwsgi.routes import Match, Route
from nextwsgi.wire import StartResponse

Handler = Callable[..., object]
Query = Mapping[str, str | list[str]]

# As Jest and Vitest do, before a project is loaded: environment files have values of their own for tests.
os.environ.setdefault("NODE_ENV", "test")

_LOOP = Loop()  # a thousand clients must not leave a thousand event loops behind


class Options(TypedDict, total=False):
    """What a request can say beside its method and path."""

    query: Query
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    json: object
    form: Query
    body: str | bytes


@dataclass(frozen=True)
class Answer:
    """One answer, whole: the ``status`` code, the ``reason`` phrase, the headers and the body's bytes.

    ``headers["etag"]`` takes any case; ``headers.getlist("Set-Cookie")`` gives every line of that name.
    """

    status: int
    reason: str
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, in the charset of its content type; UTF-8 without one."""
        _, parameters = parse_options_header(self.headers.get("Content-Type"))
        return self.body.decode(parameters.get("charset", "utf-8"), "replace")

    def json(self) -> Any:
        """Read the body as JSON; ValueError shows what it is instead."""
        try:
            return loads(self.body)
        except ValueError as error:
            raise ValueError(f"{self.status} {self.reason} is no JSON: {self.body[:200]!r}") from error

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that it sets, percent-decoded: ``client.get(path, cookies=answer.cookies)``."""
        lines = self.headers.getlist("Set-Cookie")
        pairs = (parse_cookies(line.partition(";")[0]) for line in lines)
        return {name: value for pair in pairs for name, value in pair.items()}


class Client:
    """Calls the routes of a project, or one handler function, as a server would.

    Each call is a request of its own: no cookie is kept and no redirect followed.
    """

    def __init__(
        self,
        target: NextWSGI | Handler | Mapping[str, Handler] | str | PathLike[str] = ".",
        *,
        config: Mapping[str, object] | None = None,
        raise_errors: bool = True,
    ) -> None:
        """Take a project's folder, a NextWSGI, or a handler with what its file would export as ``config``.

        Route handlers of ``app/`` alone are given by their methods: ``Client({"GET": GET})``.

        What a handler does not catch is raised in the test; with ``raise_errors=False`` the answer is 500,
        as in production. RouteError says what is wrong with the project or the config.
        """
        self._app = copy.copy(_application(target, config))  # a NextWSGI stays as it was given
        _ = self._app.project.loop  # to be shared
        self._app.project = copy.copy(self._app.project)
        self._app.project.work = AtOnce(self._app.project.wait)
        if raise_errors:
            self._app.project.error_page = _raise

    def get(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a GET request."""
        return self.request("GET", path, **options)

    def post(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a POST request."""
        return self.request("POST", path, **options)

    def put(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a PUT request."""
        return self.request("PUT", path, **options)

    def patch(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a PATCH request."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a DELETE request."""
        return self.request("DELETE", path, **options)

    def head(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send a HEAD request."""
        return self.request("HEAD", path, **options)

    def options(self, path: str = "/", **options: Unpack[Options]) -> Answer:
        """Send an OPTIONS request."""
        return self.request("OPTIONS", path, **options)

    def request(
        self,
        method: str,
        path: str = "/",
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        json: object = None,
        form: Query | None = None,
        body: str | bytes | None = None,
    ) -> Answer:
        """Send a request and read its answer whole.

        ``path`` is sent as it is (``/api/a%2Fb?c=1``), with what a URL cannot hold encoded. ``query`` is
        added to it, a list as a repeated name; a handler alone finds its path parameters there. ``json``,
        ``form`` and ``body`` are three ways to give a body, the first two with their content type.

        BrokenAnswer when an answer fails after its first byte; TypeError, ValueError for what cannot be sent.
        """
        content_type, content = _content(json, form, body)
        environ = _environ(method, _target(path, query or {}), content or b"")
        environ |= _variables(_own_headers(content_type, content, cookies or {}) | dict(headers or {}))
        environ[_PARAMETERS] = query or {}
        return _run(self._app, environ)


# --- What answers -----------------------------------------------------------------------------------------

_PARAMETERS = "nextwsgi.testing.parameters"


class _Single(NextWSGI):
    """One handler, whatever the path; the test gives its path parameters."""

    def __init__(self, route: Route) -> None:
        self.project = Project(Path.cwd())
        self.project.loop = _LOOP
        self._route = route

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        query = environ[_PARAMETERS]
        # A route handler has its path parameters apart from the query, a handler of pages/api among it.
        match = Match(self._route, dict(query) if self._route.is_app else _short_lists(query))
        return resolve(match, raw_path(environ), environ, start_response, self.project)


def _single(handler: Handler, config: Mapping[str, object]) -> Route:
    name = getattr(handler, "__qualname__", repr(handler))
    settings, wrong = read_config(config)
    if wrong:
        raise RouteError([f"{name}: {problem}" for problem in wrong])
    return Route("/", name, edge_handler(handler) if is_edge(config) else handler, settings)


def _application(
    target: NextWSGI | Handler | Mapping[str, Handler] | str | PathLike[str],
    config: Mapping[str, object] | None,
) -> NextWSGI:
    if callable(target) and not isinstance(target, NextWSGI):
        return _Single(_single(target, config or {}))
    if isinstance(target, Mapping):
        return _Single(app_route("/", "app/route.py", target))
    if config is not None:
        raise TypeError("config goes with a single handler: a project's route files have their own")
    if isinstance(target, NextWSGI):
        return target
    app = NextWSGI(target)
    app.project.loop = _LOOP
    return app


def _raise(error: Exception, req: object) -> NoReturn:  # noqa: ARG001 - an error page's arguments
    raise error


# --- The request ------------------------------------------------------------------------------------------

_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def _content(json: object, form: Query | None, body: str | bytes | None) -> tuple[str, bytes | None]:
    """Give the content type, "" for none, and the bytes of a body, None for none."""
    if [json, form, body].count(None) < 2:
        raise TypeError("a request has one body: give one of json, form and body")
    if json is not None:
        return "application/json", stringify(json)
    if form is not None:
        return "application/x-www-form-urlencoded", serialize_query(form).encode()
    return "", body.encode() if isinstance(body, str) else body


def _target(path: str, query: Query) -> str:
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is no path: it starts with /")
    pairs = serialize_query(query)
    mark = "" if not pairs else "&" if "?" in path else "?"
    return quote(path, safe=_PRINTABLE) + mark + pairs


def _short_lists(query: Query) -> dict[str, str | list[str]]:
    """Give what a query string cannot say: a list of one, as ``[...slug]`` has it, or of none."""
    return {name: value for name, value in query.items() if isinstance(value, list) and len(value) < 2}


def _environ(method: str, target: str, body: bytes) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _own_headers(content_type: str, content: bytes | None, cookies: Mapping[str, str]) -> dict[str, str]:
    """Give the headers that a client sends by itself."""
    pairs = [f"{name}={encode_uri_component(value)}" for name, value in cookies.items()]
    headers = {
        "Host": "localhost",
        "Content-Type": content_type,
        "Content-Length": "" if content is None else str(len(content)),
        "Cookie": "; ".join(pairs),
    }
    return {name: value for name, value in headers.items() if value}


def _variables(headers: Mapping[str, str]) -> dict[str, str]:
    """Give headers as WSGI has them; ValueError for what is not latin-1."""
    variables = {}
    for name, value in headers.items():
        value.encode("latin-1")
        key = name.upper().replace("-", "_")
        variables[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return variables


# --- The answer -------------------------------------------------------------------------------------------


def _run(app: NextWSGI, environ: dict[str, Any]) -> Answer:
    """Do a server's part (PEP 3333): take the head, what is written, and what is returned."""
    heads: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
        heads.append((status, headers))
        return pieces.append

    try:
        _collect(app(environ, start_response), pieces)
    except BrokenAnswer as error:
        # A server cuts the connection here and only logs why.
        raise BrokenAnswer(f"{error.strerror}, after {sum(map(len, pieces))} bytes") from error.__context__
    status, headers = heads[-1]
    return Answer(int(status[:3]), status[4:], Headers(headers), b"".join(pieces))


def _collect(result: Iterable[bytes], pieces: list[bytes]) -> None:
    try:
        pieces.extend(result)
    finally:
        if close := getattr(result, "close", None):
            close()

"""The way of a request where there is a ``next.config.py`` or a ``proxy.py``, in the order of Next.js."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.wsgi import ClosingIterator

from nextwsgi.after import current
from nextwsgi.answers import error_page, redirect
from nextwsgi.body import PIECE, BodyStream, may_follow
from nextwsgi.config import UNREAD
from nextwsgi.errors import ApiError, ClientDisconnected
from nextwsgi.front.compress import compressed
from nextwsgi.front.config import NextConfig
from nextwsgi.front.destination import Target, fill_text
from nextwsgi.front.proxy import Proxy
from nextwsgi.front.rules import STATUSES, Redirect, Rewrite
from nextwsgi.front.trip import Lines, Trip
from nextwsgi.front.upstream import Unreachable, ask
from nextwsgi.node import encode_uri_component, reason
from nextwsgi.paths import clean_path, is_odd, raw_path, redirect_location
from nextwsgi.patterns import Pattern, Value
from nextwsgi.public import serve
from nextwsgi.request import BASE_KEY, PATH_KEY, URL_KEY, sent_headers
from nextwsgi.resolver import raised, resolve
from nextwsgi.response import NextApiResponse
from nextwsgi.routes import Handler, Match, Route
from nextwsgi.web.cookies import ResponseCookies
from nextwsgi.web.handlers import local, origin_of, send
from nextwsgi.web.navigation import Navigation
from nextwsgi.web.next import NextRequest, NextResponse
from nextwsgi.web.response import Response
from nextwsgi.web.scope import Scope
from nextwsgi.web.url import URL
from nextwsgi.wire import StartResponse

if TYPE_CHECKING:
    from nextwsgi.app import NextWSGI
    from nextwsgi.loop import Errands
    from nextwsgi.project import Project

log = logging.getLogger("nextwsgi")

Pieces = Iterable[bytes]

LONGEST = 10 * 1024 * 1024
"""How much of a body proxy may read, as in Next.js."""


class Front:
    """What a request passes before the routes."""

    def __init__(self, config: NextConfig, proxy: Proxy | None) -> None:
        self._config = config
        self._proxy = proxy

    def __call__(self, app: NextWSGI, environ: dict[str, Any], start_response: StartResponse) -> Pieces:
        """Answer one request (PEP 3333) of an application."""
        if self._config.compress:
            return compressed(environ, start_response, lambda start: self._answer_to(app, environ, start))
        return self._answer_to(app, environ, start_response)

    def _answer_to(self, app: NextWSGI, environ: dict[str, Any], start_response: StartResponse) -> Pieces:
        path, query = raw_path(environ), environ.get("QUERY_STRING", "")
        location = self._slash_location(path, query)
        if location is not None and self._find_slashed(app, path) is None:
            return redirect(location, environ, start_response)
        trip = Trip(clean_path(path) if is_odd(path) else path, environ, app)
        pieces = self._go(trip, start_response)
        return pieces if trip.later is None else ClosingIterator(pieces, trip.later.begin)

    def _slash_location(self, path: str, query: str) -> str | None:
        if self._config.keeps_slashes and "//" not in path and "\\" not in path:
            return None
        return slash_location(path, query, trailing=self._config.trailing_slash)

    def _go(self, trip: Trip, start_response: StartResponse) -> Pieces:
        try:
            self._set_headers(trip)
        except ValueError:  # what the client sent stands in a header's value, and cannot
            return error_page(400, trip.environ, start_response)
        # A redirect has none of the headers of the configuration, nor has the answer of another origin.
        answer = self._redirect(trip, start_response)

        def start(status: str, lines: Lines) -> Callable[[bytes], object]:
            return start_response(status, trip.lines(lines))

        rules = self._config
        steps: list[Callable[[], Pieces | None]] = [
            lambda: self._ask_proxy(trip, start),
            lambda: self._rewrite(trip, rules.before_files, start_response, None),
            lambda: self._here(trip, start, dynamic=False),
            lambda: self._rewrite(trip, rules.after_files, start_response, start),
            lambda: self._here(trip, start, dynamic=True),
            lambda: self._rewrite(trip, rules.fallback, start_response, start),
        ]
        for step in steps:
            answer = step() if answer is None else answer
        return trip.app._not_found(trip.path, trip.environ, start) if answer is None else answer

    # --- the configuration --------------------------------------------------------------------------------

    def _set_headers(self, trip: Trip) -> None:
        for rule in self._config.headers:
            params = rule.match(trip.path, trip.facts)
            if params is not None:
                for name, value in rule.headers:
                    trip.set_header(fill_text(name, params), fill_text(value, params))

    def _redirect(self, trip: Trip, start: StartResponse) -> Pieces | None:
        for rule in self._config.redirects:
            target = _target(rule, trip, append=False)
            if target is not None:
                return redirect(_location(target, trip.query), trip.environ, start, rule.status)
        return None

    def _rewrite(
        self, trip: Trip, rules: Sequence[Rewrite], outside: StartResponse, start: StartResponse | None
    ) -> Pieces | None:
        """Apply rules in turn; with ``start`` look after each whether there is something."""
        for rule in rules:
            target = _target(rule, trip, append=True)
            if target is None:
                continue
            if target.origin:
                return self._elsewhere(_location(target, trip.query), trip, outside)
            trip.rewrite(target.path, target.query)
            found = None if start is None else self._here(trip, start, dynamic=True)
            if found is not None:
                return found
        return None

    def _elsewhere(self, url: str, trip: Trip, start: StartResponse) -> Pieces:
        try:
            exchange = ask(url, trip.environ)
        except ClientDisconnected as error:
            log.info("%s: %s", trip.path, error.strerror)
            return error_page(400, trip.environ, start)
        except Unreachable as error:
            log.error("%s: %s", trip.path, error)
            text = reason(error.status).encode()
            start(f"{error.status} {reason(error.status)}", [("Content-Length", str(len(text)))])
            return [text]
        start(f"{exchange.status} {exchange.reason or reason(exchange.status)}", exchange.headers)
        return ClosingIterator(exchange, exchange.close)

    # --- routes and files ---------------------------------------------------------------------------------

    def _here(self, trip: Trip, start: StartResponse, *, dynamic: bool) -> Pieces | None:
        """Have the route or the file of a path answer, where there is one."""
        path = self._below_base(trip.path)
        if path is None:
            return None
        try:
            found = self._find_slashed(trip.app, trip.path) or trip.app.table.match(path)
        except ApiError as error:
            return error_page(error.status, trip.environ, start) if dynamic else None
        if found is not None and (dynamic or not found.route.names):
            return self._resolve(found, trip, start)
        # CVE-2026-44575: the rules and proxy have seen another path of /%66iles/a, or of /files%2Fa.
        return None if _DISGUISE.search(path) else self._serve(path, trip, start)

    def _serve(self, path: str, trip: Trip, start: StartResponse) -> Pieces | None:
        trip.yields = True
        file = serve(trip.app.project.public, path, trip.environ, start)
        trip.yields = file is not None
        return file

    def _resolve(self, found: Match, trip: Trip, start: StartResponse) -> Pieces:
        base, trip.yields = self._config.base_path, found.route.is_app
        environ = trip.environ
        if base or trip.rewritten:
            environ = {**environ, PATH_KEY: f"{self._below_base(trip.path)}{'/' * trip.slash}"}
        if base:
            environ |= {BASE_KEY: base, URL_KEY: trip.url_for(base, found.route.names)}
        if found.route.is_app:
            environ = {**environ, **trip.sent_to}
        elif trip.rewritten:
            # The client's URL stays in req.url; req.query has what the rewrites made of it.
            url = trip.url_for(base, found.params)
            found = Match(found.route, {**trip.query, **found.params})
            environ = {**environ, "QUERY_STRING": "", URL_KEY: url}
        return resolve(found, trip.asked, environ, start, trip.app.project)

    def _find_slashed(self, app: NextWSGI, path: str) -> Match | None:
        """Find the route of a path whose slash at the end is for its handler to judge."""
        below = self._below_base(path)
        return app.find_slashed(below) if below is not None and below[-1:] == "/" != below else None

    def _below_base(self, path: str) -> str | None:
        base = self._config.base_path
        if base and path != base and not path.startswith(f"{base}/"):
            return None
        return path[len(base) :] or "/"

    # --- proxy --------------------------------------------------------------------------------------------

    def _ask_proxy(self, trip: Trip, start: StartResponse) -> Pieces | None:
        proxy, project = self._proxy, trip.app.project
        if proxy is None or not proxy.is_for(trip.path, trip.facts):
            return None
        res: NextApiResponse[Any] = NextApiResponse(trip.environ, start, project)
        current.set(res)
        tape = Tape(trip.environ)
        request = proxy_request(trip, tape, self._config.base_path)
        scope = vars(res)["_scope"] = Scope(request, res)
        try:
            response = _checked(self._call(proxy, request, tape, project))
            if tape.used:
                trip.replace_body(tape.content())
        except Navigation:
            error = TypeError(f"what nextwsgi.navigation has is for route handlers: {_RETURN}")
            return self._answer(_raising(error), trip, start)
        except raised() as error:
            trip.headers.clear()  # as in Next.js, an answer of an error has none of the configuration
            return self._answer(_raising(error), trip, start)
        finally:
            trip.later = res._later
        if response is None:
            return None
        _set_cookies(response, scope)
        return self._obey(response, trip, start, URL(request.url).origin)

    def _call(self, proxy: Proxy, request: NextRequest, tape: Tape, project: Project) -> object:
        result = proxy.function(request)
        if not isinstance(result, Awaitable):
            return result
        tape.errands = project.loop.errands()
        return project.loop.run(result, tape.errands)

    def _obey(self, response: Response, trip: Trip, start: StartResponse, origin: str) -> Pieces | None:
        """Do what proxy said: go on, go elsewhere, or send its answer."""
        if not (isinstance(response, NextResponse) and response._goes_on):
            return self._answer(_sending(response, origin), trip, start)
        if response._request_headers is not None:
            trip.replace_headers(response._request_headers)
        try:
            trip.take_headers(response.headers)
        except ValueError as error:  # Headers takes control characters, which no answer can carry
            trip.headers.clear()
            return self._answer(_raising(error), trip, start)
        if response._rewrite is None:
            return None
        target = URL(response._rewrite)
        if target.origin != origin:
            return self._elsewhere(target.href, trip, start)
        trip.send_to(target.pathname, target.search.removeprefix("?"))
        return None

    def _answer(self, handler: Handler, trip: Trip, start: StartResponse) -> Pieces:
        assert self._proxy is not None
        route = Route(f"/{PurePath(self._proxy.file).stem}", self._proxy.file, handler, UNREAD)
        return resolve(Match(route, {}), trip.path, trip.environ, start, trip.app.project)


# What no path need encode (RFC 3986, 2.3), and the slash, which no file's name has.
_DISGUISE = re.compile("%(?:2[d-f]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])", re.IGNORECASE)

_RETURN = "return NextResponse.redirect(URL(path, request.url)) from proxy"


def _checked(response: object) -> Response | None:
    if response is None or isinstance(response, Response):
        return response
    kind = type(response).__name__
    raise TypeError(f"proxy must return a Response, NextResponse.next() or None, not {kind}")


def _set_cookies(response: Response, scope: Scope) -> None:
    """Have an answer set what ``cookies()`` was given, unless it does so itself."""
    cookies = ResponseCookies(response.headers)
    for cookie in scope.cookies.changed:
        if not cookies.has(cookie["name"]):
            cookies.set(cookie)


class Tape:
    """A body that proxy may read, kept for the route that reads it again."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._stream = BodyStream(environ)
        self._pieces: list[bytes] = []
        self._size = 0
        self.used = False
        self.errands: Errands | None = None
        """Who reads for an ``async def``: its loop waits for no client."""

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._next():
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert self.errands is not None
        while piece := await self.errands.run(self._next):
            yield piece

    def _next(self) -> bytes:
        self.used = True
        piece = self._stream.read(PIECE)
        self._size += len(piece)
        if self._size > LONGEST:
            raise ApiError(413, "Body exceeded 10mb limit")
        self._pieces.append(piece)
        return piece

    def content(self) -> bytes:
        """Give the whole body, also what was not read."""
        for _ in self:
            pass
        return b"".join(self._pieces)


def proxy_request(trip: Trip, tape: Tape, base_path: str) -> NextRequest:
    """Make the request that proxy takes."""
    request = NextRequest(
        origin_of(trip.environ) + trip.url, headers=[*sent_headers(trip.environ)], basePath=base_path
    )
    request.method = trip.environ["REQUEST_METHOD"]
    if may_follow(trip.environ):
        request._source = tape
    return request


def slash_location(path: str, query: str, *, trailing: bool) -> str | None:
    """Give where a path is sent to whose slashes are not as the project has them; None for others."""
    if not trailing or "//" in path or "\\" in path:
        return redirect_location(path, query)
    path, mark = clean_path(path), f"?{query}" if query else ""
    if _NO_FILE.match(path) is not None:
        return f"{path}/{mark}"
    return f"{path[:-1]}{mark}" if _FILE.match(path) is not None else None


# What ends in a name with a dot is a file; paths of .well-known stay as they are.
_NO_FILE = Pattern(r"/:path((?!\.well-known(?:/.*)?)(?:[^/]+/)*[^/\.]+)")
_FILE = Pattern(r"/:path((?!\.well-known(?:/.*)?)(?:[^/]+/)*[^/]+\.\w+)/")


def _target(rule: Redirect | Rewrite, trip: Trip, *, append: bool) -> Target | None:
    params = rule.match(trip.path, trip.facts)
    try:
        return None if params is None else rule.destination.fill(params, trip.query, append=append)
    except ValueError:  # a condition has found nothing for one of its groups
        return None


def _location(target: Target, query: Mapping[str, Value]) -> str:
    """Write where a rule goes: what the client sent is encoded, what the configuration says is not."""
    sent = {*query, *(text for value in query.values() for text in _listed(value))}
    pairs = [(name, text) for name, value in target.query.items() for text in _listed(value)]
    search = "&".join("=".join(encode_uri_component(t) if t in sent else t for t in pair) for pair in pairs)
    # What a condition found may be "/evil.com" or "\evil.com", which browsers take for a host.
    path = target.path if target.origin else re.sub(r"[/\\]+", "/", target.path)
    search = search.replace("#", "%23")
    return _printable(f"{target.origin}{path}{'?' + search if search else ''}{target.hash}")


def _printable(url: str) -> str:
    """Encode what a URL cannot hold: a cookie's text, say, that a condition has found."""
    return quote(url, safe=_PRINTABLE)


_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def _listed(value: Value) -> list[str]:
    return value if isinstance(value, list) else [value]


def _sending(response: Response, origin: str) -> Handler:
    """Make a handler that sends the answer of proxy; a redirect has its URL as body."""
    location = response.headers.get("location")
    if location is not None and response.status in STATUSES:
        location = local(location, origin)
        response.headers.set("location", location)
        if response.status == 308:
            response.headers.set("refresh", f"0;url={location}")
        response._source = location.encode("latin-1")

    def handler(req: object, res: NextApiResponse[Any]) -> None:  # noqa: ARG001 - a handler's arguments
        send(response, res)

    return handler


def _raising(error: BaseException) -> Handler:
    def handler(req: object, res: object) -> None:  # noqa: ARG001 - a handler's arguments
        raise error

    return handler

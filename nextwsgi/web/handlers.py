"""Route handlers of ``app/``: functions named by method, that take a request and return a ``Response``."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from nextwsgi.node import parse_query, serialize_query
from nextwsgi.outgoing import close
from nextwsgi.paths import raw_path
from nextwsgi.request import BASE_KEY, sent_headers
from nextwsgi.standstill import cannot_wait
from nextwsgi.web.body import async_pieces, pieces
from nextwsgi.web.cookies import ResponseCookies
from nextwsgi.web.exports import METHODS, Functions
from nextwsgi.web.headers import Headers
from nextwsgi.web.navigation import Navigation
from nextwsgi.web.next import NextRequest
from nextwsgi.web.response import Response
from nextwsgi.web.scope import Scope
from nextwsgi.web.url import URL

if TYPE_CHECKING:
    from nextwsgi.request import NextApiRequest
    from nextwsgi.response import NextApiResponse

# Next.js leaves the framing to the server, and drops an encoding with it.
_DROPPED = ("content-length", "content-encoding", "transfer-encoding")


class RouteHandler:
    """The functions of one ``route.py``, as a handler of ``req`` and ``res``."""

    def __init__(self, functions: Functions) -> None:
        """``functions`` by method, each with the number of its arguments, 0 to 2."""
        self._functions = dict(functions)
        if "GET" in functions:
            self._functions.setdefault("HEAD", functions["GET"])
        self.methods = sorted({*self._functions, "OPTIONS"})
        """What it answers, OPTIONS with the list of them where no function does."""

    def __call__(self, req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        """Answer one request; the coroutine of an ``async def`` function is returned, to be awaited."""
        found = self._functions.get(req.method)
        if found is None:
            self._answer_itself(req.method, res)
            return None
        function, count = found
        request = request_of(req)
        vars(res)["_scope"] = Scope(request, res)
        return _run(lambda: function(*(request, {**req._match.params})[:count]), res)

    def _answer_itself(self, method: str, res: NextApiResponse[Any]) -> None:
        if method == "OPTIONS":
            res.writeHead(204, {"allow": ", ".join(self.methods)})
        else:
            res.status(405 if method in METHODS else 400)
        res.end()


class EdgeHandler:
    """The handler of a ``pages/api/`` file with ``config = {"runtime": "edge"}``."""

    def __init__(self, handler: Callable[[NextRequest], object]) -> None:
        self._handler = handler

    def __call__(self, req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        """Answer one request, whatever its method; the query has the path parameters too."""
        request = request_of(req)
        for name, value in req._match.params.items():
            request.nextUrl.searchParams.delete(name)
            for each in value if isinstance(value, list) else [value]:
                request.nextUrl.searchParams.append(name, each)
        request._url = request.nextUrl.href
        return _run(lambda: self._handler(request), res)


# --- the request ------------------------------------------------------------------------------------------


def request_of(req: NextApiRequest) -> NextRequest:
    """Make the request that a route handler takes; its body is read when the handler asks for it."""
    environ = req._environ
    url = origin_of(environ) + _target(environ)
    request = NextRequest._received(url, req.method, _sent(environ), environ.get(BASE_KEY, ""))
    if req._has_body and req.method not in ("GET", "HEAD"):  # the Fetch standard gives these no body
        request._source = req  # it yields its pieces, in def and in async def
    return request


def origin_of(environ: dict[str, Any]) -> str:
    """Give scheme, host and port as Next.js has them: never by what the client says in ``Host``.

    CVE-2024-34351: nothing is fetched from, or redirected to, a host that a client chose.
    """
    # On a Unix socket gunicorn takes the port from the client too.
    port = str(environ.get("SERVER_PORT", ""))
    known = port.isascii() and port.isdigit() and int(port[:6]) < 65536
    return f"{environ.get('wsgi.url_scheme', 'http')}://localhost{f':{port}' if known else ''}"


def _target(environ: dict[str, Any]) -> str:
    # Next.js writes the query anew, here as in req.url.
    query = environ.get("QUERY_STRING")
    query = query and serialize_query(parse_query(query))
    return raw_path(environ) + (f"?{query}" if query else "")


def _sent(environ: dict[str, Any]) -> Headers:
    headers = Headers()
    headers._lines = {name: [value] for name, value in sent_headers(environ)}
    return headers


# --- the answer -------------------------------------------------------------------------------------------


def _run(call: Callable[[], object], res: NextApiResponse[Any]) -> Awaitable[None] | None:
    try:
        result = call()
        if isinstance(result, Awaitable):
            return _go_on(result, res) if cannot_wait(result) else _wait(result, res)
        send(_checked(result), res)
    except Navigation as end:
        _navigate(end, res)
    return None


async def _wait(result: Awaitable[object], res: NextApiResponse[Any]) -> None:
    try:
        send(_checked(await result), res, asynchronous=True)
    except Navigation as end:
        _navigate(end, res)


async def _go_on(result: Any, res: NextApiResponse[Any]) -> None:
    """PERF: with no ``await`` here either, all of it runs in the thread of the request, in half the time."""
    try:
        result.send(None)
    except StopIteration as end:
        send(_checked(end.value), res, asynchronous=True)
    except Navigation as end:
        _navigate(end, res)


def _checked(response: object) -> Response:
    if getattr(response, "_goes_on", False):
        raise TypeError("NextResponse.next() and NextResponse.rewrite() are for proxy: return an answer here")
    if isinstance(response, Response):
        return response
    raise TypeError(
        f"No response is returned from route handler: it returned {type(response).__name__}, not a Response."
        " Return a Response or a NextResponse in all branches"
    )


def _navigate(end: Navigation, res: NextApiResponse[Any]) -> None:
    if not end.location:
        vars(res).pop("_scope", None)  # as in Next.js, what was not found sets no cookies
    send(Response(None, status=end.status, headers={"location": end.location} if end.location else None), res)


def send(response: Response, res: NextApiResponse[Any], *, asynchronous: bool = False) -> None:
    """Answer with a response; a body that streams is left in ``res``, which sends its pieces as they come.

    ``asynchronous`` says that an ``async def`` function gave it: pieces that can be awaited are.
    """
    res.statusCode, res.statusMessage = response.status, response.statusText
    headers = _with_cookies(response.headers, res)
    for name, value in headers:
        if name != "set-cookie" and name not in _DROPPED:
            res.setHeader(name, local(value, origin_of(res._environ)) if name == "location" else value)
    if cookies := headers.getSetCookie():
        res.appendHeader("set-cookie", cookies)
    body = response._take()
    if isinstance(body, bytes):
        res.end(body)
    elif res._environ["REQUEST_METHOD"] == "HEAD":
        close(body)
        res.end()
    else:
        res._source = _stream(body, asynchronous)


def _stream(body: Iterable[Any] | AsyncIterable[Any], asynchronous: bool) -> Any:
    if isinstance(body, AsyncIterable) and (asynchronous or not isinstance(body, Iterable)):
        return async_pieces(body)
    return pieces(body)


def local(location: str, origin: str) -> str:
    """Give a Location of this very application without its origin, which no client could reach."""
    path = location.removeprefix(URL(origin).origin)
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else location


def _with_cookies(headers: Headers, res: NextApiResponse[Any]) -> Headers:
    """Give the headers with the cookies that ``cookies()`` has set; those of the response go before them."""
    scope: Scope | None = vars(res).get("_scope")
    changed = scope.changed if scope else []
    if not changed:
        return headers
    merged = Headers(headers)
    cookies = ResponseCookies(merged)
    for cookie in [*changed, *cookies.getAll()]:
        cookies.set(cookie)
    return merged

"""Route handlers of ``app/``: functions named by method, that take a request and return a ``Response``."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from nextwsgi.node import parse_query, serialize_query
from nextwsgi.outgoing import each
from nextwsgi.paths import raw_path
from nextwsgi.request import sent_headers
from nextwsgi.web.body import async_pieces, pieces
from nextwsgi.web.cookies import serialize
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

log = logging.getLogger("nextwsgi")


class RouteHandler:
    """The functions of one ``route.py``, as a handler of ``req`` and ``res``."""

    def __init__(self, functions: Functions) -> None:
        """``functions`` by method, each with the number of its arguments, 0 to 2."""
        self._functions = dict(functions)
        if "GET" in functions:
            self._functions.setdefault("HEAD", functions["GET"])
        self.allow = ", ".join(sorted({*self._functions, "OPTIONS"}))

    def __call__(self, req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        """Answer one request; the coroutine of an ``async def`` function is returned, to be awaited."""
        found = self._functions.get(req.method)
        if found is None:
            self._answer_itself(req.method, res)
            return None
        function, count = found
        request = request_of(req)
        vars(res)["_scope"] = Scope(
            request, lambda: bool(req.draftMode), lambda on: res.setDraftMode(enable=on)
        )
        try:
            result = function(*(request, dict(req._match.params))[:count])
            if isinstance(result, Awaitable):
                return _wait(result, res)
            send(_checked(result), res)
        except Navigation as end:
            _send_navigation(end, res)
        return None

    def _answer_itself(self, method: str, res: NextApiResponse[Any]) -> None:
        if method == "OPTIONS":
            res.writeHead(204, {"allow": self.allow})
        else:
            res.status(405 if method in METHODS else 400)
        res.end()


def request_of(req: NextApiRequest) -> NextRequest:
    """Make the request that a route handler takes; its body is read when the handler asks for it."""
    request = NextRequest(_url(req), headers=_sent(req._environ))
    request.method = req.method
    if req._has_body:
        request._source = req  # it yields its pieces, in def and in async def
    return request


def _url(req: NextApiRequest) -> str:
    """Give the absolute URL. The host is what the client asked: nothing must be fetched or decided by it."""
    environ = req._environ
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    # Next.js writes the query anew, here as in req.url.
    query = serialize_query(parse_query(environ.get("QUERY_STRING", "")))
    path = raw_path(environ) + (f"?{query}" if query else "")
    whole = f"{environ.get('wsgi.url_scheme', 'http')}://{host}{path}"
    return whole if URL.canParse(whole) else f"http://localhost{path}"


def _sent(environ: dict[str, Any]) -> Headers:
    headers = Headers()
    headers._lines = {name: [value] for name, value in sent_headers(environ)}
    return headers


async def _wait(result: Awaitable[Any], res: NextApiResponse[Any]) -> None:
    try:
        response = _checked(await result)
    except Navigation as end:
        _send_navigation(end, res)
        return
    await _send_later(response, res)


def _checked(response: object) -> Response:
    if isinstance(response, Response):
        return response
    raise TypeError(
        f"No response is returned from route handler: it returned {type(response).__name__}, not a Response."
        " Return a Response or a NextResponse in all branches"
    )


def _send_navigation(end: Navigation, res: NextApiResponse[Any]) -> None:
    _set_cookies(res, [])
    res.status(end.status)
    if end.location:
        res.setHeader("location", end.location)
    res.end()


def _begin(response: Response, res: NextApiResponse[Any]) -> Any:
    """Set status and headers, and give the body."""
    res.statusCode, res.statusMessage = response.status, response.statusText
    for name, value in response.headers:
        if name != "set-cookie":
            res.setHeader(name, value)
    _set_cookies(res, response.headers.getSetCookie())
    return response._take()


def _set_cookies(res: NextApiResponse[Any], own: list[str]) -> None:
    """Set the cookies of a response, and after them those that ``cookies()`` has set."""
    lines = [*own, *(serialize(cookie) for cookie in vars(res)["_scope"].cookies.changed)]
    if lines:
        res.setHeader("Set-Cookie", [*each(res.getHeader("Set-Cookie") or []), *lines])


def send(response: Response, res: NextApiResponse[Any]) -> None:
    """Answer with a response; a body that streams is sent as its pieces come."""
    body = _begin(response, res)
    if isinstance(body, bytes):
        res.end(body)
        return
    for piece in pieces(body):
        res.write(piece)
    res.end()


async def _send_later(response: Response, res: NextApiResponse[Any]) -> None:
    body = _begin(response, res)
    if isinstance(body, bytes):
        res.end(body)
        return
    async for piece in async_pieces(body):
        res.write(piece)
        await res.drain()
    res.end()

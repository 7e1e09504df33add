"""One request on its way to a route: where it goes now, and what its answer is to have."""

from __future__ import annotations

from collections.abc import Container, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from nextwsgi.front.conditions import Facts
from nextwsgi.node import parse_cookies, parse_query, serialize_query
from nextwsgi.outgoing import checked_line
from nextwsgi.patterns import Value
from nextwsgi.request import sent_headers
from nextwsgi.web.headers import Headers

if TYPE_CHECKING:
    from nextwsgi.after import Later
    from nextwsgi.app import NextWSGI

Lines = list[tuple[str, str]]

# As in Next.js. Whoever gives an answer the headers of the request gives it another body's length, too.
_LEFT_OUT = (
    *("accept-encoding", "connection", "content-encoding", "content-length", "expect", "keep-alive"),
    *("set-cookie", "transfer-encoding"),
)

# The body's own business.
_FRAMING = ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")


class Trip:
    """``path`` and ``query`` change with each rewrite; the URL of ``environ``, a copy, is the client's."""

    def __init__(self, path: str, environ: Mapping[str, Any], app: NextWSGI) -> None:
        self.app = app
        self.environ = dict(environ)
        self.asked = path
        self.path, self.slash = _without_slash(path), path[-1:] == "/" != path
        """The path without a slash at its end, and whether it had one."""
        self.later: Later | None = None
        self.query: dict[str, Value] = dict(parse_query(environ.get("QUERY_STRING", "")))
        self.rewritten = self.yields = False
        """Whether a rewrite has led here, and whether the answer's own headers give way to ``headers``."""
        self.sent_to: dict[str, str] = {}
        """The variables of the URL to which ``proxy`` sent the request."""
        self.headers: Lines = []
        """What the configuration sets, where the answer does not."""
        self.cookies: list[str] = []
        """What ``proxy`` sets beside the answer's own cookies."""

    @property
    def url(self) -> str:
        """The client's path and query, as Next.js writes them."""
        return self.url_for("", ())

    @property
    def facts(self) -> Facts:
        """What conditions look at."""
        cookies = parse_cookies(self.environ.get("HTTP_COOKIE", ""))
        return Facts(dict(sent_headers(self.environ)), cookies, self.query)

    def rewrite(self, path: str, query: Mapping[str, Value]) -> None:
        """Go on to another path."""
        self.path, self.slash = _without_slash(path), path[-1:] == "/" != path
        self.query, self.rewritten = dict(query), True

    def send_to(self, path: str, search: str) -> None:
        """Go on to another path, which a route handler sees in its URL, as in Next.js."""
        self.rewrite(path, parse_query(search))
        self.sent_to = {
            "RAW_URI": path,
            "REQUEST_URI": "",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": search,
        }

    def url_for(self, base: str, names: Container[str]) -> str:
        """Give what ``req.url`` holds: the client's path below the base, and its query without ``names``."""
        query = parse_query(self.environ.get("QUERY_STRING", ""))
        text = serialize_query({name: value for name, value in query.items() if name not in names})
        path = self.asked.removeprefix(base) or "/"
        return f"{path}?{text}" if text else path

    def set_header(self, name: str, value: str) -> None:
        """Have the answer carry a header, over what was set before; ValueError for what cannot be sent."""
        if name.lower() != "set-cookie":
            self.headers = [line for line in self.headers if line[0].lower() != name.lower()]
        self.headers.append(checked_line(name, value))

    def take_headers(self, headers: Headers) -> None:
        """Have the answer carry what ``proxy`` sets; ValueError for what cannot be sent."""
        cookies = [checked_line("set-cookie", cookie)[1] for cookie in headers.getSetCookie()]
        for name, value in headers:
            if name not in _LEFT_OUT:
                self.set_header(name, value)
                self.add_header(name, value)  # Next.js shows them to the route, too
        self.cookies += cookies

    def replace_headers(self, headers: Headers) -> None:
        """Have the route see other request headers."""
        for key in [key for key in self.environ if key.startswith("HTTP_") or key == "CONTENT_TYPE"]:
            if key not in _FRAMING:
                del self.environ[key]
        for name, value in headers:
            self.add_header(name, value)

    def add_header(self, name: str, value: str) -> None:
        """Have the route see a request header."""
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        if key not in _FRAMING:
            self.environ[key] = value

    def replace_body(self, body: bytes) -> None:
        """Have the route read a body that was read before it."""
        self.environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        for key in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated"):
            self.environ.pop(key, None)

    def lines(self, lines: Lines) -> Lines:
        """Give an answer's headers, with those of the configuration and of ``proxy``.

        As in Next.js, these stand over those of a route handler or a file, and below those of others.
        """
        if self.yields:
            over = {name.lower() for name, _ in self.headers} - _OWN
            lines = [line for line in lines if line[0].lower() not in over]
        own = {name.lower() for name, _ in lines}
        added = [line for line in self.headers if line[0].lower() not in own]
        if self.cookies:  # proxy's come first, and stay; the configuration's give way to any
            added = [line for line in added if line[0].lower() != "set-cookie"]
        return [*added, *(("Set-Cookie", cookie) for cookie in self.cookies), *lines]


# Of the very body that follows, or beside others of their name.
_OWN = frozenset(("content-length", "content-range", "set-cookie"))


def _without_slash(path: str) -> str:
    # One form for rules, proxy and routes: what one of them did not know, another might answer.
    return path[:-1] if path.endswith("/") and path != "/" else path

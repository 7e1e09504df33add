"""Nothing illegal leaves: every code point in every place of an answer's head.

CVE-2018-1000164, CVE-2012-2374, CVE-2024-47764. It is refused before the first byte, or what leaves is legal
(RFC 9110, 5.5 and 5.6.2) and has as many lines, and its cookies as many parts, as without it.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

from nextwsgi import NextWSGI
from nextwsgi.config import DEFAULTS
from nextwsgi.errors import ApiError
from nextwsgi.events import format_event
from nextwsgi.headers import cookies
from nextwsgi.middleware import delete_cookie, set_cookie
from nextwsgi.navigation import permanent_redirect, redirect
from nextwsgi.project import Project
from nextwsgi.routes import Handler, Route, Table
from nextwsgi.server import Blob, File, FormData, Headers, NextResponse, Response
from nextwsgi.web.handlers import RouteHandler
from nextwsgi.wsgi import wsgi
from tests.programme.row import Progress, Result, Row
from tests.programme.sites import Told, environ, site, tell

STATUS = re.compile(r"[1-9][0-9][0-9] [\t\x20-\x7e\x80-\xff]*")
NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
URI = re.compile(r"[\x21-\x7e]*")
COOKIE = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*(?:;.*)?")

CODE_POINTS = 0x110000

Set = Callable[[Any, str], object]  # has a page's res use a text
Make = Callable[[str], Any]  # has a route handler answer with it


class Illegal(AssertionError):
    """What left, and for which code point."""


# --- places -----------------------------------------------------------------------------------------------


def _cookie(name: str) -> Set:
    def use(res: Any, text: str) -> None:
        given = {"name": "n", "value": "v", "path": "/", name: text}
        set_cookie(res, given.pop("name"), given.pop("value"), **given)  # type: ignore[arg-type]

    return use


def _mounted(status: str, name: str, value: str) -> Set:
    def use(res: Any, text: str) -> None:
        def application(_: object, start_response: Any) -> list[bytes]:
            start_response(status.replace("*", text), [(name.replace("*", text), value.replace("*", text))])
            return [b""]

        wsgi(application)(res._asked, res)

    return use


def _failing(_: object, text: str) -> None:
    raise ApiError(404, f"a{text}b")


def _phrase(res: Any, text: str) -> None:
    res.statusMessage = f"a{text}b"


PAGE: dict[str, Set] = {
    "setHeader's name": lambda res, text: res.setHeader(f"X{text}A", "1"),
    "setHeader's value": lambda res, text: res.setHeader("X-A", f"a{text}b"),
    "setHeader's whole value": lambda res, text: res.setHeader("X-A", text),
    "setHeader's list": lambda res, text: res.setHeader("X-A", ["a", f"a{text}b"]),
    "Set-Cookie by hand": lambda res, text: res.setHeader("Set-Cookie", [f"a={text}b", "c=d"]),
    "Location by hand": lambda res, text: res.status(302).setHeader("Location", f"/{text}"),
    "Content-Type by hand": lambda res, text: res.setHeader("Content-Type", f"text/{text}"),
    "Vary by hand": lambda res, text: res.setHeader("Vary", f"a{text}b"),
    "appendHeader's name": lambda res, text: res.appendHeader(f"X{text}A", "1"),
    "appendHeader's value": lambda res, text: res.setHeader("X-A", "a").appendHeader("X-A", f"a{text}b"),
    "appendHeader's list": lambda res, text: res.setHeader("X-A", "a").appendHeader("X-A", [f"{text}b"]),
    "writeHead's phrase": lambda res, text: res.writeHead(200, f"a{text}b"),
    "writeHead's name": lambda res, text: res.writeHead(200, {f"X{text}A": "1"}),
    "writeHead's value": lambda res, text: res.writeHead(200, "fine", {"X-A": f"a{text}b"}),
    "writeHead's list": lambda res, text: res.writeHead(200, {"X-A": [f"a{text}b"]}),
    "statusMessage": _phrase,
    "ApiError's message": _failing,
    "res.redirect": lambda res, text: res.redirect(f"/a{text}b"),
    "set_cookie's name": _cookie("name"),
    "set_cookie's value": _cookie("value"),
    "set_cookie's path": lambda res, text: set_cookie(res, "n", "v", path=f"/a{text}b"),
    "set_cookie's domain": lambda res, text: set_cookie(res, "n", "v", domain=f"a{text}b.example"),
    "set_cookie's sameSite": lambda res, text: set_cookie(res, "n", "v", sameSite=f"lax{text}"),
    "set_cookie's priority": lambda res, text: set_cookie(res, "n", "v", priority=f"low{text}"),
    "delete_cookie's name": lambda res, text: delete_cookie(res, f"n{text}"),
    "setPreviewData's path": lambda res, text: res.setPreviewData({}, path=f"/{text}"),
    "clearPreviewData's path": lambda res, text: res.clearPreviewData(path=f"/{text}"),
    "the status of a WSGI application": _mounted("200 a*b", "X-A", "1"),
    "a name of a WSGI application": _mounted("200 OK", "X*A", "1"),
    "a value of a WSGI application": _mounted("200 OK", "X-A", "a*b"),
}


def _set(**parts: str) -> Make:
    def make(text: str) -> Response:
        response = NextResponse(None)
        given = {"name": "n", "value": "v", **{key: part.replace("*", text) for key, part in parts.items()}}
        response.cookies.set(given)
        return response

    return make


def _cookies(**parts: str) -> Make:
    def make(text: str) -> Response:
        given = {"name": "n", "value": "v", **{key: part.replace("*", text) for key, part in parts.items()}}
        cookies().set(given)
        return Response(None)

    return make


def _appended(text: str) -> Response:
    headers = Headers({"X-A": "a"})
    headers.append("X-A", f"a{text}b")
    return Response(None, headers=headers)


APP: dict[str, Make] = {
    "a Response's header name": lambda text: Response(None, headers={f"X{text}A": "1"}),
    "a Response's header value": lambda text: Response(None, headers={"X-A": f"a{text}b"}),
    "a Response's whole value": lambda text: Response(None, headers={"X-A": text}),
    "an appended value": _appended,
    "a Response's cookie by hand": lambda text: Response(None, headers=[("set-cookie", f"a={text}b")]),
    "statusText": lambda text: Response(None, statusText=f"a{text}b"),
    "a Blob's type": lambda text: Response(Blob(["x"], type=f"text/{text}")),
    "Response.redirect": lambda text: Response.redirect(f"https://ex.com/a{text}b?{text}#{text}"),
    "NextResponse.redirect": lambda text: NextResponse.redirect(f"https://ex.com/a{text}b?{text}#{text}"),
    "NextResponse.redirect's host": lambda text: NextResponse.redirect(f"https://e{text}x.com/"),
    "redirect": lambda text: redirect(f"/a{text}b"),
    "permanent_redirect": lambda text: permanent_redirect(f"/a{text}b"),
    "response.cookies' name": _set(name="a*b"),
    "response.cookies' value": _set(value="a*b"),
    "response.cookies' path": _set(path="/a*b"),
    "response.cookies' domain": _set(domain="a*b.example"),
    "response.cookies' sameSite": _set(sameSite="lax*"),
    "response.cookies' priority": _set(priority="low*"),
    "cookies()' name": _cookies(name="a*b"),
    "cookies()' value": _cookies(value="a*b"),
    "cookies()' path": _cookies(path="/a*b"),
    "cookies()' domain": _cookies(domain="a*b.example"),
}

URIS = ("Response.redirect", "NextResponse.redirect", "NextResponse.redirect's host")
# What is written by hand may have parts of its own; a type that is none is left out.
FREE = ("Set-Cookie by hand", "proxy's cookie by hand", "a Response's cookie by hand", "a Blob's type")
COOKIES: tuple[str, ...] = ("cookies' name", "cookies' value", "cookies()' name", "cookies()' value")
COOKIES = (*COOKIES, "set_cookie's name", "set_cookie's value", "delete_cookie's name")

FRONT = {
    "app/[...all]/route.py": """
from nextwsgi.server import Response

def GET():
    return Response(None)
""",
    "next.config.py": """
config = {
    "redirects": [
        {"source": "/to/:a", "destination": "/there/:a?q=:a#:a", "permanent": True},
        {"source": "/out/:a", "destination": "https://ex.com/:a?q=:a", "permanent": False},
        {"source": "/deep/:a*", "destination": "/there/:a*", "permanent": False},
    ],
    "headers": [
        {"source": "/value/:a", "headers": [{"key": "X-A", "value": "a:a"}]},
        {"source": "/name/:a", "headers": [{"key": "X-:a", "value": "1"}]},
        {"source": "/query", "has": [{"type": "query", "key": "a", "value": "(?<a>[\\\\s\\\\S]*)"}],
         "headers": [{"key": "X-A", "value": ":a"}]},
    ],
}
""",
    "proxy.py": """
from nextwsgi.server import NextResponse, URL

def proxy(request):
    text = request.nextUrl.searchParams.get("text")
    if request.nextUrl.pathname == "/go":
        return NextResponse.redirect(URL(f"/{text}", request.url))
    if request.nextUrl.pathname == "/next":
        return NextResponse.next(headers={"X-A": f"a{text}b"})
    if request.nextUrl.pathname == "/by-hand":
        return NextResponse.next(headers={"Set-Cookie": f"a={text}b"})
    if request.nextUrl.pathname == "/own":
        return NextResponse.json({}, headers={"X-A": f"a{text}b"}, statusText=f"a{text}b")
    if request.nextUrl.pathname == "/cookie":
        response = NextResponse.next()
        response.cookies.set("n", text)
        return response
""",
}
TARGETS = {
    "a redirect's parameter": "/to/*",
    "an outside redirect's parameter": "/out/*",
    "a redirect's parameters": "/deep/a/*",
    "a redirect's query": "/to/x?q=*",
    "a header's value by a parameter": "/value/*",
    "a header's name by a parameter": "/name/*",
    "a header's value by the query": "/query?a=*",
    "the redirect of a slash": "/a*b/",
    "the redirect of slashes": "//a*b?*",
    "proxy's redirect": "/go?text=*",
    "proxy's header": "/next?text=*",
    "proxy's cookie": "/cookie?text=*",
    "proxy's cookie by hand": "/by-hand?text=*",
    "proxy's own answer": "/own?text=*",
}


# --- asking -----------------------------------------------------------------------------------------------


class Place:
    """What answers with a text in one place."""

    def __init__(self, name: str, app: NextWSGI) -> None:
        self._name = name
        self._app = app
        self.point = 0
        """The code point in hand."""
        self.refused = 0
        """How many the place refused before there was an answer."""

    def ask(self, point: int) -> Told:
        """Have the application answer with one code point, in a request of its own."""
        self.point = point
        target = TARGETS.get(self._name)
        if target is None:
            self._points = iter((point,))
            return tell(self._app, environ("/api/x"))
        raw = quote_from_bytes(chr(point).encode("utf-8", "surrogatepass"), safe="")
        return tell(self._app, environ(target.replace("*", raw)))

    def ask_some(self, points: Iterator[int]) -> Told | None:
        """Have it answer with the first that the place does not refuse at once; None where there is none."""
        self._points, self.point = points, -1
        told = tell(self._app, environ("/api/x"))
        return None if self.point < 0 else told

    def use(self, use: Callable[[str], Any]) -> Any:
        """Use the next code point that is not refused; alone, it is raised what refuses it."""
        for point in self._points:
            self.point = point
            try:
                return use(chr(point))
            except (TypeError, ValueError):
                self.refused += 1
                if self.alone:
                    raise
        self.point = -1
        return None

    alone = True
    """Whether each code point has a request of its own."""


@contextmanager
def place(name: str) -> Iterator[Place]:
    """Give what answers with a text in one place."""
    log = logging.getLogger("nextwsgi")
    log.disabled = True  # most of what follows is refused with a traceback
    try:
        if name in TARGETS:
            with site(FRONT) as app:
                yield Place(name, app)
        else:
            with tempfile.TemporaryDirectory() as folder:
                yield _application(name, Project(Path(folder)))
    finally:
        log.disabled = False


def _application(name: str, project: Project) -> Place:
    """Make an application of one route, which uses the code points that it is asked with."""

    def page(req: Any, res: Any) -> None:
        res._asked = req
        here.use(lambda text: PAGE[name](res, text))
        if not res.writableEnded and res._source is None:
            res.end()

    def route() -> Any:
        return here.use(APP[name]) or Response(None)

    file = "pages/api/x.py" if name in PAGE else "app/api/x/route.py"
    handler: Handler = page if name in PAGE else RouteHandler({"GET": (route, 0)})
    app = NextWSGI.__new__(NextWSGI)
    app.project, app.table = project, Table([Route("/api/x", file, handler, DEFAULTS)])
    here = Place(name, app)
    return here


def check(name: str, points: Iterable[int]) -> tuple[int, int]:
    """Put code points into one place; Illegal with the first that leaves; how many were refused, and sent."""
    counts = [0, 0]
    with place(name) as here:
        usual = here.ask(ord("x"))
        for point in points:
            _check(here, name, usual, told := _try(name, here, lambda point=point: here.ask(point)))  # type: ignore[misc]
            counts[told is not None and told.code == usual.code < 500] += 1
    return counts[0], counts[1]


def check_all(name: str, points: Iterable[int]) -> tuple[int, int]:
    """Do so with many to a request where they are refused at once: PERF: a fifth of the time."""
    sent = 0
    left = iter(points)
    with place(name) as here:
        usual = here.ask(ord("x"))
        here.alone, here.refused = False, 0
        while (told := _try(name, here, lambda: here.ask_some(left))) is not None:
            _check(here, name, usual, told)
            here.refused += told.code >= 500
            sent += told.code < 500
        return here.refused, sent


def _try(name: str, here: Place, ask: Callable[[], Told | None]) -> Told | None:
    try:
        return ask()
    except Exception as error:
        raise Illegal(f"{name}: chr({here.point:#x}): {error!r}") from error


def _check(here: Place, name: str, usual: Told, told: Told | None) -> None:
    try:
        assert told is not None
        _check_legal(name, told)
        _check_shape(name, told, usual)
    except AssertionError as error:
        raise Illegal(f"{name}: chr({here.point:#x}): {error}") from None


def _check_shape(name: str, told: Told, usual: Told) -> None:
    """Hold an answer to as many lines and parts as the usual one has; another status is another answer."""
    if told.code == usual.code and name not in FREE:
        assert _shape(told) == _shape(usual), f"{_shape(told)}, not {_shape(usual)}"
    # What a client sends is no failure, but by what a project makes of it.
    assert name not in TARGETS or told.code != 500 or name.startswith("proxy"), told


def _check_legal(name: str, told: Told) -> None:
    assert STATUS.fullmatch(told.status), told.status
    for key, value in told.lines:
        assert {type(key), type(value)} == {str}, (key, value)
        assert NAME.fullmatch(key), key
        assert VALUE.fullmatch(value), (key, value)
        if key.lower() == "location" and (name in URIS or name in TARGETS):
            assert URI.fullmatch(value), value
            assert not value.startswith(("//", "/\\")), value
        if key.lower() == "set-cookie" and name.endswith(COOKIES):
            assert COOKIE.fullmatch(value), value


def _shape(told: Told) -> list[tuple[str, int]]:
    """Give what no text may change: how many lines there are, and how many parts a cookie has."""
    names = [key.lower() for key, _ in told.lines if not key.lower().startswith("x")]
    parts = sum(value.count(";") for key, value in told.lines if key == "Set-Cookie")
    return [("lines", len(told.lines)), ("cookie parts", parts), *((name, 1) for name in sorted(names))]


# --- event streams, and forms that are sent ---------------------------------------------------------------


class Event(NamedTuple):
    """What a browser makes of an event."""

    data: str
    event: str
    id: str


def read_events(text: str) -> list[Event]:
    """Read a stream as the HTML standard says (9.2.6)."""
    events, data, kind, last = [], "", "", ""
    for line in re.split("\r\n|\r|\n", text):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            events += [Event(data[:-1], kind, last)] if data else []
            data = kind = ""
        elif field == "data":
            data += f"{value}\n"
        elif field == "event":
            kind = value
        elif field == "id" and "\0" not in value:
            last = value
    return events


def check_events(points: Iterable[int]) -> int:
    """Put code points into the fields of an event; a browser reads what was meant."""
    total = 0
    for point in points:
        text = f"a{chr(point)}b"
        for fields in ({"data": text}, {"data": "x", "event": text}, {"data": "x", "id": text}):
            meant = {"event": "", "id": "", **fields}
            try:
                written = format_event(**fields)  # type: ignore[arg-type]
            except ValueError:
                assert "data" not in fields or fields["data"] == "x", f"chr({point:#x}) in data is refused"
                continue
            meant["data"] = re.sub("\r\n?", "\n", meant["data"])
            read = read_events(written)
            assert read == [Event(**meant)], f"chr({point:#x}) in {fields}: {written!r}"
            total += 1
    return total


def check_form(points: Iterable[int]) -> int:
    """Put code points into the names of a form that is sent; a part has the lines that it is to have."""
    total = 0
    for point in points:
        form = FormData()
        form.append(f"a{chr(point)}b", File(["x"], f"f{chr(point)}g"))
        response = Response(form)
        head = response.bytes().partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert len(head) == 3, f"chr({point:#x}): {head}"
        shape = rb'Content-Disposition: form-data; name="[^"\x00\r\n]*"; filename="[^"\r\n]*"'
        assert re.fullmatch(shape.replace(rb"\x00", b""), head[1]), f"chr({point:#x}): {head[1]!r}"
        total += 1
    return total


# --- the row ----------------------------------------------------------------------------------------------

EXTRA: dict[str, Callable[[Iterable[int]], int]] = {"an event": check_events, "a form's names": check_form}


SLOW = "setPreviewData's path"
"""It derives a key each time, as Next.js does."""


def points_of(name: str, *, every: bool) -> Iterable[int]:
    """Give the code points for a place: a request of a client costs ten times as much as a header."""
    if name == SLOW:
        return [*range(0x20 if every else 2), *SAMPLES[:: 1 if every else 20]]
    few = sorted({*range(0x300), *range(0xD7FE, 0xE002, 37), *SAMPLES, *range(0x300, CODE_POINTS, 9973)})
    if not every:
        return few if name not in TARGETS else sorted({*range(0x100), *SAMPLES})
    return (
        sorted({*few, *range(0x10000), *range(0, CODE_POINTS, 31)}) if name in TARGETS else range(CODE_POINTS)
    )


# What normalization, case or a careless encoder makes a line end, a separator or a quote of.
SAMPLES = (
    *(
        0x560A,
        0x560D,
        0x10A,
        0x10D,
        0x20A,
        0x20D,
        0xFF1A,
        0xFF1B,
        0xFF0C,
        0xFF1D,
        0xFF02,
        0x2028,
        0x2029,
        0x85,
    ),
    *(
        0xD800,
        0xDBFF,
        0xDC00,
        0xDFFF,
        0xDC0A,
        0xDC0D,
        0xDC80,
        0xDCFF,
        0xFEFF,
        0xFFFD,
        0xFFFE,
        0xFFFF,
        0x10FFFF,
    ),
    *(0x1000A, 0x1000D, 0x1F600, 0x200B, 0x202E, 0xFF0F, 0xFF3C, 0x2F0A, 0x0D0A, 0x0A0D, 0x303B, 0x3A00),
)
PLACES = [*PAGE, *APP, *TARGETS]


def _count(name: str) -> tuple[int, int]:
    if name in EXTRA:
        return 0, EXTRA[name](range(CODE_POINTS))
    counts = check(name, points_of(name, every=name in TARGETS or name == SLOW))
    return counts if name in TARGETS or name == SLOW else check_all(name, range(CODE_POINTS))


def run(progress: Progress) -> Result:
    """Put every code point into every place, in a process for each core."""
    names = [*TARGETS, *PAGE, *APP, *EXTRA]
    refused = sent = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(_count, name) for name in names]
        for done, job in enumerate(as_completed(jobs), 1):
            counts = job.result()
            refused, sent = refused + counts[0], sent + counts[1]
            progress(done, len(names), "places")
    return Result(
        f"0 illegal: {len(names)} places, {refused:,} refused before the first byte, {sent:,} sent legally",
        met=True,
    )


ROWS = [Row("illegal", "nothing illegal leaves", "100 % of all code points in every place", run)]

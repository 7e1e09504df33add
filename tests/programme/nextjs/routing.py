"""Tables of routes, and paths with queries that are put to them."""

from typing import Any, cast
from urllib.parse import quote

from nextwsgi.errors import ApiError, RouteError
from nextwsgi.request import NextApiRequest
from nextwsgi.routes import Route, Table
from tests.programme.nextjs.area import Area, Pick
from tests.programme.nextjs.functions import INHERITED, ordered, text, url_text

STATIC = [
    "a",
    "b",
    "a",
    "b",
    "c",
    "index",
    "1",
    "x-y",
    "A",
    "é",
    "a b",
    "v1.0",
    "(g)",
    "$",
    "[",
    "]x",
    "x[id]",
]
DYNAMIC = [
    "[id]",
    "[id]",
    "[id]",
    "[name]",
    "[a-b]",
    "[a_b]",
    "[...rest]",
    "[[...rest]]",
    "[...id]",
    "[[...id]]",
]
ODD = ["[]", "[[id]]", "[...]", "[.x]", "[[...x]", "[…x]", "[[x]]", "[x]]", "[1]", "[nxtPid]", "[a b]", "[é]"]
ODD += ["[__proto__]", "[constructor]", "[...a b]", "[[...a-b]]", "[x].json"]
PLACES = ["", "", "/a", "/b", "/a/b", "/[id]", "/[id]/a", "/a/[id]"]


def page(pick: Pick) -> str:
    """Give the path of a route, a legal one mostly."""
    path = "/api" + pick.choice(PLACES)
    for _ in range(pick.randint(0, 3)):
        kind = pick.random()
        path += "/" + pick.choice(STATIC if kind < 0.5 else DYNAMIC if kind < 0.96 else ODD)
    return path


def pages(pick: Pick) -> list[str]:
    """Give the paths of a project's routes."""
    return list(dict.fromkeys(page(pick) for _ in range(pick.randint(1, 7))))


def served_pages(pick: Pick) -> list[str]:
    """Give paths that we serve together; where Next.js does not, the answers differ."""
    while True:
        found = pages(pick)
        try:
            table(found)
        except RouteError:
            continue
        return found


# Clean ones: what is done to the others comes before the table.
VALUES = ["a", "b", "c", "1", "42", "index", "x-y", "a%2Fb", "%41", "%C3%A9", "%E9", "%", "%2", "%zz", "a+b"]
VALUES += [
    "%25",
    "%20",
    "a%20b",
    "[id]",
    "[...rest]",
    "[[...rest]]",
    "%5Bid%5D",
    "_NEXTSEP_x",
    "a_NEXTSEP_",
    "@",
]
VALUES += [
    "~",
    "a.b",
    "...",
    "v1.0",
    "v1x0",
    "__proto__",
    "constructor",
    "api",
    "(g)",
    "$",
    "a;b",
    "a=b&c",
    "%00",
]
VALUES += ["a.rsc", ".rsc", "%F0%9F%98%80", "%ED%A0%80", "%EF%BB%BF", "A", "x[id]", "é"]


def path(pick: Pick, given: list[str]) -> str:
    """Give the path of a request, near one of the routes."""
    segments = pick.choice(given).split("/")[1:]
    found: list[str] = []
    for segment in segments:
        if segment.startswith(("[...", "[[...")):
            found += [pick.choice(VALUES) for _ in range(pick.randint(0, 3))]
        elif segment.startswith("[") or pick.random() < 0.1:
            found.append(pick.choice(VALUES))
        else:
            found.append(segment)
    if pick.random() < 0.15:
        found.insert(pick.randint(0, len(found)), pick.choice(VALUES))
    if pick.random() < 0.1:
        del found[pick.randrange(len(found)) :]
    return "/" + quote("/".join(found), safe=LEGAL)  # clients encode what a URL cannot hold


LEGAL = "%/-._~!$&'()*+,;=:@|^[]"


NAMES = [
    "id",
    "name",
    "rest",
    "a-b",
    "nxtPid",
    "nxtPrest",
    "nxtIid",
    "nextInternalLocale",
    "x",
    "rest",
    "name",
    *INHERITED[:1],
]


def query(pick: Pick) -> str:
    """Give a query, often with the names of parameters."""
    kind = pick.random()
    if kind < 0.4:
        return ""
    if kind < 0.5:
        return url_text(pick)
    pairs = [
        f"{pick.choice(NAMES)}={text(pick, ['1', 'a', '%41', '[id]', '+', 'index'], 2)}" for _ in range(4)
    ]
    return "&".join(pairs[: pick.randint(1, 4)])


def match(pick: Pick) -> list[Any]:
    """Give routes, a path and a query."""
    given = served_pages(pick)
    return [given, path(pick, given), query(pick)]


# --- ours -------------------------------------------------------------------------------------------------


def table(given: list[str]) -> Table:
    """Build a table of routes that do nothing."""
    return Table([Route(each, f"pages{each}.py", print) for each in given])


def conflicts(given: list[str]) -> bool:
    """Tell that routes can be served together; ValueError where they cannot."""
    try:
        table(given)
    except RouteError as error:
        raise ValueError(str(error)) from None
    return True


def matched(given: list[Any]) -> Any:
    """Give the route, what ``req.query`` holds and ``req.url``; 404 for no route, 400 for a bad path."""
    routes, asked, text = given
    try:
        found = table(routes).match(asked)
    except ApiError as error:
        return error.status
    if found is None:
        return 404
    req = NextApiRequest(
        {"REQUEST_METHOD": "GET", "QUERY_STRING": text}, asked, found, cast(Any, None), cast(Any, None)
    )
    return [found.route.path, ordered(req.query), req.url]


AREAS = [Area("conflicts", pages, conflicts), Area("match", match, matched)]

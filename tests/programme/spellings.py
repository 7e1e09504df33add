"""No spelling of a path reaches the route behind a guard without the guard (CVE-2026-44573, 44575, 45109)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from nextwsgi import NextWSGI
from tests.programme.row import Progress, Result, Row
from tests.programme.sites import environ, site, tell

SLASHES = (
    *(
        "//",
        "/./",
        "/x/../",
        "/%2e/",
        "\\",
        "\\\\",
        "/%2e%2e/",
        "%2f",
        "%2F",
        "%5c",
        "/;/",
        "///",
        "/x/%2e%2e/",
    ),
    *(
        "/x/.%2E/",
        "/.;/",
        "/..;/",
        "%252f",
        "/\t/",
        "/%09/",
        "/%00/",
        "%c0%af",
        "%e0%80%af",
        "\u00ad",
        "%ef%bc%8f",
    ),
)
ENDS = (
    *("", "/", "//", "/.", "/./", "/x/..", "?x=1", "%00", "%20", "+", ".", ";a=b", "#a", "%2f", "?", "/..;/"),
    *(
        ".json",
        ".rsc",
        ".py",
        "%2e",
        "%3f",
        "%23",
        "\\",
        "%5c",
        "\t",
        "%09",
        "%0a",
        "%0d",
        "/%20",
        "??",
        "?/",
        "?id=2",
    ),
    *(
        "/index",
        "/route",
        "%",
        "%zz",
        "%c3",
        "/.json",
        "&",
        "?__nextDataReq=1",
        "?nxtPid=2",
        "?_rsc=1",
        ":80",
        "~",
    ),
)
BEGINNINGS = (
    *(
        "/",
        "//",
        "///",
        "/./",
        "/../",
        "/%2e/",
        "/%2e%2e/",
        "\\",
        "/\\",
        "%2f",
        "/%2f",
        "/;/",
        "/x/..//",
        "/%09",
    ),
    *(
        "http://localhost/",
        "http://localhost//",
        "HTTP://example.com:80/",
        "http://a@b/",
        "https://x/../",
        "x:/",
    ),
    *(
        "/_next/data/x/",
        "/_next/../",
        "/en/",
        "/default/",
        "/public/../",
        "/.well-known/../",
        "/x/%2e%2e/",
        "",
    ),
)


def spellings(path: str, count: int, seed: int = 1) -> list[str]:
    """Write a path in other ways: escapes, cases, slashes, dots, parameters, origins, queries."""
    chance = random.Random(seed)
    found = {path}
    while len(found) < count:
        # One thing changed leads further than many; many find what only goes together.
        odds = chance.choice((0.02, 0.05, 0.2))
        beginning = chance.choice(BEGINNINGS) if chance.random() < 0.3 else "/"
        end = chance.choice(ENDS) if chance.random() < 0.5 else ""
        found.add(beginning + "".join(_char(each, odds, chance) for each in path[1:]) + end)
    return sorted(found)


def _char(text: str, odds: float, chance: random.Random) -> str:
    if chance.random() >= odds:
        return text
    code = ord(text)
    ways = [
        *(
            f"%{code:02x}",
            f"%{code:02X}",
            f"%25{code:02x}",
            f"%2525{code:02x}",
            text.swapcase(),
            text + text,
            "",
        ),
        *(
            f"%c0%{0x80 | code & 0x3F:02x}",
            f"%e0%80%{0x80 | code & 0x3F:02x}",
            f"%u{code:04x}",
            f"\\x{code:02x}",
        ),
        *("".join(f"%{byte:02x}" for byte in chr(0xFEE0 + code).encode()), f"{text}%00", f"{text}%0d%0a"),
        *(f"{text}\t", f"{text}%09", f"{text}%e2%80%8b", f"{text};x=1", f"%{code:02x}"[:2], f"&#{code};"),
    ]
    return chance.choice([*ways, *SLASHES] if text == "/" else ways)


# --- guards -----------------------------------------------------------------------------------------------


class Guarded(NamedTuple):
    """A project with a guard before its routes, and the paths that it guards; ``base`` is before them."""

    files: dict[str, str]
    base: str = ""


PAGE = "def handler(req, res):\n    res.end('opened')\n"
ROUTE = "from nextwsgi.server import Response\n\ndef GET(request):\n    return Response('opened')\n"
WRAPPED = """
from nextwsgi.middleware import compose

def guard(req, res, next):
    res.status(401).end("no")

def handler(req, res):
    res.end("opened")

handler = compose(guard)(handler)
"""
ROUTES = {
    "pages/api/secret/index.py": PAGE,
    "pages/api/secret/deep.py": PAGE,
    "pages/api/users/[id].py": PAGE,
    "pages/api/all/[...rest].py": PAGE,
    "app/admin/route.py": ROUTE,
    "app/admin/[id]/route.py": ROUTE,
    "public/private/file.txt": "opened",
}
PATHS = (
    *("/api/secret", "/api/secret/deep", "/api/users/1", "/api/all/a/b", "/admin", "/admin/7"),
    "/private/file.txt",
)
MATCHERS = ["/api/secret/:path*", "/api/users/:path*", "/api/all/:path*", "/admin/:path*", "/private/:path*"]
PROXY = f"""
from nextwsgi.server import Response

def proxy(request):
    return Response("no", status=401)

config = {{"matcher": {MATCHERS!r}}}
"""
EVERYWHERE = """
from nextwsgi.server import Response

def proxy(request):
    guarded = ("/api/secret", "/api/users/", "/api/all/", "/admin", "/private/")
    if request.nextUrl.pathname.startswith(guarded):
        return Response("no", status=401)
"""
SHOWN = {name: WRAPPED if name.startswith("pages/") else text for name, text in ROUTES.items()}

GUARDED = {
    "proxy's matcher": Guarded({**ROUTES, "proxy.py": PROXY}),
    "middleware.py": Guarded({**ROUTES, "middleware.py": PROXY.replace("def proxy", "def middleware")}),
    "the path that proxy sees": Guarded({**ROUTES, "proxy.py": EVERYWHERE}),
    "a wrapper": Guarded({name: text for name, text in SHOWN.items() if name.startswith("pages/")}),
    "a base path": Guarded(
        {**ROUTES, "proxy.py": PROXY, "next.config.py": 'config = {"basePath": "/docs"}'}, "/docs"
    ),
    "slashes at the end": Guarded(
        {**ROUTES, "proxy.py": PROXY, "next.config.py": 'config = {"trailingSlash": True}'}
    ),
    "rewrites": Guarded(
        {
            **ROUTES,
            "proxy.py": PROXY,
            "next.config.py": 'config = {"rewrites": [{"source": "/x/:a*", "destination": "/y/:a*"}]}',
        }
    ),
}


def paths_of(name: str) -> Iterator[str]:
    """Give what a guard guards; public files and route handlers of ``app/`` have no wrapper."""
    for path in PATHS:
        if name != "a wrapper" or path.startswith("/api/"):
            yield GUARDED[name].base + path


def try_spellings(name: str, count: int, seed: int = 1, progress: Progress | None = None) -> int:
    """Ask for ``count`` spellings of each path that ``name`` guards; the number of those that it refused."""
    refused = 0
    with site(GUARDED[name].files) as app:
        for path in paths_of(name):
            own = f"{path}/" if name == "slashes at the end" and "." not in path else path
            assert try_spelling(app, name, own), f"{name} does not guard {own}"
            for place, spelling in enumerate(spellings(path, count, seed)):
                refused += try_spelling(app, name, spelling)
                if progress is not None and place % 100 == 0:
                    progress(place, count, f"of {path} ({name})")
    return refused


def try_spelling(app: NextWSGI, name: str, spelling: str) -> bool:
    """Ask for one, as servers with and without the raw target do; whether the guard refused it."""
    variables = environ(spelling)
    codes = set()
    for raw in (variables["RAW_URI"], ""):
        where = f"{name}: {spelling!r}{' without RAW_URI' * (not raw)}"
        try:
            told = tell(app, {**variables, "RAW_URI": raw})
        except Exception as error:
            raise AssertionError(f"{where}: {error!r}") from error
        assert b"opened" not in told.body, f"{where} passes the guard"
        assert told.code in (308, 400, 401, 404), f"{where} is answered {told.code}"
        codes.add(told.code)
    return 401 in codes


COUNT = 2000


def run(progress: Progress) -> Result:
    """Try all guards."""
    refused = sum(try_spellings(name, COUNT, progress=progress) for name in GUARDED)
    asked = sum(COUNT for name in GUARDED for _ in paths_of(name))
    return Result(f"0 of {asked:,} spellings ({refused:,} met the guard, the others nothing)", met=True)


ROWS = [Row("spellings", "no spelling of a path passes a guard", "0 of 2,000 of each guarded path", run)]

"""Whole requests: methods, targets, headers in any case, bodies of any framing."""

from typing import Any
from urllib.parse import quote

from tests.programme.nextjs.area import Pick
from tests.programme.nextjs.bodies import body as typed_body
from tests.programme.nextjs.functions import latin_cookies, text, url_text
from tests.programme.nextjs.routing import VALUES
from tests.programme.nextjs.served import Asked, Site

METHODS = ["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]

# Routes of tests/conformance/project that answer with what they were given; * stands for a value.
ROUTES = [
    "req/echo", "req/echo", "req/query/plain", "req/query/*", "req/query/list/*", "req/query/list/*/*",
    "req/query/opt", "req/query/opt/*", "req/query/opt/*/*", "req/query/two/*/*", "req/url", "req/url/*",
    "body/echo", "body/echo", "body/echo", "req/cookies", "req/method", "routing/users/*",
    "routing/users/me", "routing/users/*/posts", "routing/users/*/posts/*", "routing/docs/*",
    "routing/docs/*/*", "routing/docs/fixed", "routing/docs/fixed/*", "routing/mix/*", "routing/mix/*/*",
    "routing/mixopt/*/edit", "routing/two/*/*", "routing/shop/*", "routing/back/b/c",
    "routing/tree/x/*/end", "routing/names/*/*", "routing/static", "routing/dot.ted", "routing/comma,s",
    "routing", "", "routing/none", "routing/Case", "routing/nest/index", "routing/both",
    "routing/both/*", "routing/prefix/*/catch/*", "config/parser-off",
]  # fmt: skip
SPELLINGS = ["/./", "/../", "//", "/%2e/", "/%2E%2e/", "\\", "/x/../", "/%2F", "/;/", "/."]
NAMES = ["Accept", "X-A", "x-a", "X-B", "USER-AGENT", "Referer", "X-Forwarded-For", "Origin", "Authorization"]
VALUES_OF_HEADERS = ["1", "", " a ", "a,b", "a\tb", "é", '"x"', "Basic Zm9v", "*/*", "no-cache", "\xff"]
PIECES = ["id=", "a=1", "&", "&", "b", "nxtPid=2", "%41", "1=", "2"]
LEGAL = "%/-._~!$&'()+,;=:@|^[]"


def target(pick: Pick) -> str:
    """Give a path, an odd one now and then, and a query."""
    path = "/api/" + pick.choice(ROUTES)
    while "*" in path:
        path = path.replace("*", quote(pick.choice(VALUES), safe=LEGAL), 1)
    path = path.rstrip("/") or "/"
    if pick.random() < 0.12:
        at = pick.choice([at for at, letter in enumerate(path) if letter == "/"])
        path = path[:at] + pick.choice(SPELLINGS if at else SPELLINGS[:3]) + path[at + 1 :]
    if pick.random() < 0.06:
        path += "/"
    return path + (f"?{query(pick)}" if pick.random() < 0.5 else "")


def query(pick: Pick) -> str:
    """Give a query of what a client can send in a request line."""
    found = url_text(pick) if pick.random() < 0.5 else text(pick, PIECES)
    return quote(found[:1000], safe=LEGAL + '*?\\{}"<>`')


def headers(pick: Pick) -> list[list[str]]:
    """Give header lines of different names, each in some case."""
    found = {
        name.lower(): [name, pick.choice(VALUES_OF_HEADERS)]
        for name in pick.sample(NAMES, pick.randint(0, 3))
    }
    if pick.random() < 0.3:
        found["cookie"] = [pick.choice(["Cookie", "cookie", "COOKIE"]), latin_cookies(pick)]
    return [[name, legal(value)] for name, value in found.values()]


def legal(value: str) -> str:
    """Give what of a header's value servers let through."""
    latin = value.encode("latin-1", "replace").decode("latin-1")
    return "".join(letter for letter in latin if (letter >= " " and letter != "\x7f") or letter == "\t")


def request(pick: Pick) -> Asked:
    """Give a request."""
    asked: Asked = {
        "method": pick.choice(METHODS),
        "target": target(pick),
        "headers": headers(pick),
        "body": "",
    }
    if asked["method"] in ("POST", "PUT", "PATCH", "DELETE") and pick.random() < 0.8:
        add_body(pick, asked)
    return asked


def add_body(pick: Pick, asked: dict[str, Any]) -> None:
    """Add a body with its type, and with a length or in chunks."""
    kind, content, _ = typed_body(pick)
    name = pick.choice(["Content-Type", "content-type", "CONTENT-TYPE"])
    if kind is not None:
        asked["headers"].append([name, legal(kind).strip(" \t")])
    if pick.random() < 0.7:
        asked["headers"].append([pick.choice(["Content-Length", "content-length"]), str(len(content))])
        asked["body"] = content
    else:
        asked["headers"].append(["Transfer-Encoding", pick.choice(["chunked", "Chunked"])])
        asked["body"] = chunks(pick, content)


def chunks(pick: Pick, content: str) -> str:
    """Cut a body into chunks, some with an extension."""
    found, at = "", 0
    while at < len(content):
        size = pick.randint(1, max(1, len(content) - at))
        extension = pick.choice(["", "", "", ";a=b"])
        found += f"{size:{pick.choice('xX')}}{extension}\r\n{content[at : at + size]}\r\n"
        at += size
    return found + "0\r\n\r\n"


REQUESTS = Site("requests", request)

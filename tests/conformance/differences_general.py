"""The differences of all answers of some kind."""

import re

from tests.conformance.difference import (
    DEVELOPMENT,
    ERROR,
    GRANIAN,
    TOLD,
    UNBUFFERED,
    UNREAD,
    WAITRESS,
    General,
)
from tests.conformance.exchange import Answer


def _page(answer: Answer) -> bool:
    return any(value.startswith("text/html;") for value in answer.values("content-type"))


def _compressible(answer: Answer) -> bool:
    return any(value.endswith("Accept-Encoding") for value in answer.values("vary"))


def _without_accept_encoding(text: str) -> str:
    return text.removesuffix("Accept-Encoding").removesuffix(", ").removesuffix("vary: ")


RSC = "rsc, next-router-state-tree, next-router-prefetch, next-router-segment-prefetch"


def _of_app(answer: Answer) -> bool:
    return any(value.startswith(RSC) for value in answer.values("vary"))


def _without_rsc(text: str) -> str:
    own = _without_accept_encoding(text).removeprefix(f"vary: {RSC}").removeprefix(", ")
    return f"vary: {own}" if own else ""


def _lower(_: str) -> str:
    return "vary"


def _without_length(answer: Answer) -> bool:
    return not answer.values("content-length")


def _length(_: str) -> str:
    return "length"


def _last_chunk(_: str) -> str:
    return "0\r\n\r\n"


def _answered(answer: Answer) -> bool:
    return answer.status != 0


def _unread(answer: Answer) -> bool:
    return answer.body.startswith((b"Invalid body", b"Body exceeded "))


def _failed(answer: Answer) -> bool:
    text = answer.body.decode("latin-1")
    return text == ERROR or (answer.status in (0, 500) and ERROR.startswith(text))


def _overflowing(answer: Answer) -> bool:
    return answer.extra != b""


def _previewing(answer: Answer) -> bool:
    return any(re.match("__prerender_bypass|__next_preview", line) for line in answer.values("set-cookie"))


def _rewritten(answer: Answer) -> bool:
    return answer.values("x-middleware-rewrite") != []


def _file(answer: Answer) -> bool:
    return answer.values("accept-ranges") != []


def _nosniff(_: str) -> str:
    return "x-content-type-options: nosniff"


def _none(_: str) -> str:
    return ""


def _lax(text: str) -> str:
    return text.replace("; Secure; SameSite=None", "; SameSite=Lax")


ROUTES = "The development server lists the routes there are, as text or, for a browser, as a page."
BEYOND = "Next.js sends on beyond the length that it told. Here an answer ends where it said."
HTTP = "The development server has no TLS, and without it no browser keeps a Secure cookie. So does next dev."
COMPONENTS = "It is for React's server components, of which there are none here."
NO_PAGES = "There are no pages: what an answer that no handler gave looks like is ours to choose."
PAGE = ("body", "header content-length", "header etag", "header x-powered-by")
ONE_PIECE = "waitress tells the length of an answer that is in one piece before it sends it."
HEADLESS = (
    "waitress ends the chunks of a streamed HEAD that tells no length, which it never began, and hangs up."
)
PHRASES = "granian has a reason phrase of its own for each status, and takes none."
FILES = "A file that somebody uploaded is what its name says, and never runs as a script."
REWRITTEN = "Where proxy sent a request to is not told to the client: it may be a place inside."
GENERAL = [
    General(_file, "header x-content-type-options", _nosniff, "front_rewrite_to_a_file", FILES),
    General(_rewritten, "header x-middleware-rewrite", _none, "proxy_rewrite", REWRITTEN),
    *[General(_page, field, None, "no_such_route", NO_PAGES) for field in PAGE],
    General(_page, "header cache-control", None, "encoded_letter_is_another_name", NO_PAGES),
    General(
        _compressible,
        "header vary",
        _without_accept_encoding,
        "static_route",
        "Next.js compresses for a client that accepts it, and says so. Here a proxy compresses, and says so.",
    ),
    General(_of_app, "header vary", _without_rsc, "app_path_group", COMPONENTS),
    General(_of_app, "case vary", _lower, "app_header_vary", COMPONENTS, UNBUFFERED),
    *[
        General(_page, f"header x-nextjs-{name}", None, "app_path_none", NO_PAGES)
        for name in ("cache", "prerender", "stale-time")
    ],
    General(_without_length, "framing", _length, "trailing_slash", ONE_PIECE, WAITRESS),
    General(_without_length, "header content-length", None, "trailing_slash", ONE_PIECE, WAITRESS),
    General(_without_length, "extra", _last_chunk, "write_pieces_head", HEADLESS, WAITRESS),
    General(_answered, "reason", None, "status_set_phrase", PHRASES, GRANIAN),
    General(_unread, "framing", _length, "limit_ten_over", UNREAD, UNBUFFERED),
    General(_unread, "header content-length", None, "limit_ten_over", UNREAD, UNBUFFERED),
    General(_page, "header content-type", None, "no_such_route", ROUTES, DEVELOPMENT),
    General(_overflowing, "extra", lambda _: "", "framing_long", BEYOND),
    General(_failed, "body", None, "throw_error", TOLD, DEVELOPMENT),
    General(_failed, "header content-type", None, "throw_error", TOLD, DEVELOPMENT),
    General(_previewing, "header set-cookie", _lax, "draft_on", HTTP, DEVELOPMENT),
]

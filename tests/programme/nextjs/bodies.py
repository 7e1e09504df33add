"""Bodies of requests, and what the body parser makes of them."""

from io import BytesIO
from typing import Any

from nextwsgi.body import BodyStream, charset_of, parse
from nextwsgi.errors import ApiError
from nextwsgi.jsontext import stringify
from nextwsgi.node import parse_size
from tests.programme.nextjs.area import Area, Pick
from tests.programme.nextjs.functions import STRINGS, json_text, media_type, text, url_text

TYPES = ["application/json", "application/ld+json", "application/x-www-form-urlencoded", "text/plain"]
# fmt: off
CHARSETS = [
    "utf-8", "UTF-8", "utf8", "us-ascii", "iso-8859-1", "latin1", "ISO_8859-1", "utf-16", "utf-16le",
    "UTF-16BE", "ucs2", "binary", '"utf-8"', "", "nope", "utf-7", "windows-1252", "utf-8x", "base64",
    "utf-32", "ascii", "u t f 8",
]
# fmt: on
CODECS = {"utf-16": "utf-16", "utf-16le": "utf-16-le", "UTF-16BE": "utf-16-be", "ucs2": "utf-16-le"}
BYTES = [
    "\xff",
    "\xc3",
    "\xe4\xb8",
    "\xed\xa0\x80",
    "\xef\xbb\xbf",
    "\x00",
    "\xf0\x9f\x98",
    "\xfe\xff",
    "\xff\xfe",
]


def body(pick: Pick) -> list[Any]:
    """Give a content type, None for no header, a body as latin-1 text, and a limit."""
    kind = pick.choice(TYPES) if pick.random() < 0.85 else pick.choice([None, media_type(pick)])
    charset = pick.choice(CHARSETS) if kind is not None and pick.random() < 0.3 else None
    content = (
        content_of(pick, kind).encode(CODECS.get(charset or "", "utf-8"), "surrogatepass").decode("latin-1")
    )
    if pick.random() < 0.1:
        at = pick.randint(0, len(content))
        content = content[:at] + pick.choice(BYTES) + content[at + pick.randint(0, 1) :]
    return [kind if charset is None else f"{kind}; charset={charset}", content, pick.choice(LIMITS)]


LIMITS: list[Any] = ["1mb"] * 12 + ["20b", "0.02kb", 20, 40, "40", "1kb"]


def content_of(pick: Pick, kind: str | None) -> str:
    """Give a text, of the kind that the content type names mostly."""
    if pick.random() < 0.05:
        return ""
    if "json" in (kind or "") or pick.random() < 0.1:
        return json_text(pick)
    return url_text(pick) if "form" in (kind or "") else text(pick, STRINGS)


def parsed(given: list[Any]) -> Any:
    """Give what ``req.body`` holds: text as it is, the rest as JSON; status and message of an error."""
    kind, content, limit = given
    raw = content.encode("latin-1")
    try:
        charset_of(kind or "")
        environ = {"wsgi.input": BytesIO(raw), "CONTENT_LENGTH": str(len(raw))}
        found = parse(BodyStream(environ).read_all(parse_size(limit) or 0, str(limit)), kind or "")
    except ApiError as error:
        return [error.status, error.message]
    return ["body", found if isinstance(found, str) else stringify(found).decode()]


AREAS = [Area("body", body, parsed)]

"""The pieces of Node 20 and Next.js that the answers of an API route are made of.

Pure functions over text and bytes. Where a rule looks odd it is the rule of the named JavaScript function;
tests/programme/nextjs/ compares each of them with the original.
"""

import math
import re
from binascii import a2b_qp
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote, quote_plus, unquote_plus, unquote_to_bytes

from nextwsgi.jsontext import in_utc, join_surrogates, properties

# What String.prototype.trim removes. str.strip() without an argument also removes \x1c-\x1f and \x85.
_SPACE = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACE += "".join(map(chr, range(0x2000, 0x200B)))
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"

# --------------------------------------------------------------------------------------------- URLs

Query = dict[str, str | list[str]]

_INTERNAL = re.compile(r"nxt[PI][\s\S]|nextInternalLocale\Z")


def parse_query(text: str) -> Query:
    """Return req.query for the part of a URL between "?" and "#", as URLSearchParams reads it.

    The names that Next.js uses between its own servers are left out as Next.js leaves them out.
    """
    query = search_params(text)
    # server-utils.js, filterInternalQuery.
    if "nxt" in text or "nextI" in text or "%" in text:
        for name in [name for name in query if _INTERNAL.match(name)]:
            del query[name]
    return query


def search_params(text: str) -> Query:
    """Return what URLSearchParams reads in the part of a URL between "?" and "#"."""
    return _collect(text.split("&"), _query_pair)


def parse_form(text: str) -> Query:
    """Return querystring.decode(text): what a urlencoded body holds, its first 1000 pairs."""
    # querystring counts the empty pairs too.
    pairs = text.split("&", 1000)[:1000]
    # PERF: where every escape is right, nothing of what _form_pair knows matters.
    if not _BAD_ESCAPE.search(text):
        with suppress(UnicodeDecodeError):
            return _collect(pairs, _right_pair)
    return _collect(pairs, _form_pair)


def _collect(pairs: list[str], read: Callable[[str], tuple[str, str]]) -> Query:
    """Return the values by name; a repeated name has a list."""
    query: Query = {}
    for pair in pairs:
        if pair:
            name, value = read(pair)
            known = query.get(name)
            if known is None:
                query[name] = value
            elif isinstance(known, list):
                known.append(value)
            else:
                query[name] = [known, value]
    return query


def _query_pair(pair: str) -> tuple[str, str]:
    """Return a name and value as URLSearchParams decodes them."""
    name, _, value = pair.partition("=")
    return (unquote_plus(name), unquote_plus(value)) if "%" in pair or "+" in pair else (name, value)


def _right_pair(pair: str) -> tuple[str, str]:
    """Return a name and value in which all escapes are right."""
    name, _, value = pair.replace("+", " ").partition("=")
    return (_unescape(name), _unescape(value)) if "%" in pair else (name, value)


_HEX_PAIR = re.compile("%[0-9A-Fa-f]{2}")


def _form_pair(pair: str) -> tuple[str, str]:
    """Return a name and value as querystring decodes them."""
    name, _, value = pair.partition("=")
    if "%" not in pair:
        return name.replace("+", " "), value.replace("+", " ")
    # querystring decodes a text in which it saw an escape. Its search for one in the value begins behind the
    # first escape of the name and passes over each "+".
    escape = _HEX_PAIR.search(name)
    rest = name[escape.end() :] if escape else ""
    seen = _HEX_PAIR.search(f"{rest}={value}".replace("+", ""))
    return _decode_form(name, escape), _decode_form(value, seen)


def _decode_form(text: str, escape: re.Match[str] | None) -> str:
    """Return text as querystring.unescape leaves it, if an escape was seen."""
    text = text.replace("+", " ")
    if not escape:
        return text
    try:
        return decode_component(text)
    except ValueError:
        # querystring.unescapeBuffer keeps the low byte of each UTF-16 unit.
        text = _ESCAPES.sub(lambda found: unquote_to_bytes(found[0]).decode("latin-1"), text)
        return text.encode("utf-16-le", "surrogatepass")[::2].decode("utf-8", "replace")


def serialize_query(pairs: Mapping[str, str | list[str]]) -> str:
    """Return pairs as the query of req.url, written by URLSearchParams in JavaScript's order of keys."""
    return "&".join(
        f"{_form_encode(name)}={_form_encode(value)}"
        for name, values in properties(pairs).items()
        for value in ([values] if isinstance(values, str) else values)
    )


def _form_encode(text: str) -> str:
    """Return text in application/x-www-form-urlencoded form."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", join_surrogates(text))
    return quote_plus(text, safe="*").replace("~", "%7E")


_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})++")
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def decode_component(text: str) -> str:
    """Return decodeURIComponent(text); raise ValueError where it throws."""
    if "%" not in text:
        return text
    if _BAD_ESCAPE.search(text):
        raise ValueError("URI malformed")
    return _unescape(text)


def _unescape(text: str) -> str:
    """Decode escapes, all of which must be right."""
    if "%" not in text:
        return text
    if not text.isascii():
        return _ESCAPES.sub(lambda found: unquote_to_bytes(found[0]).decode(), text)
    # PERF: quoted-printable has "=" for "%", and the standard library decodes it in C: 0.4 us instead of 2.
    return a2b_qp(text.replace("=", "=3D").replace("%", "=")).decode()


def encode_uri_component(text: str) -> str:
    """Return encodeURIComponent(text); raise ValueError for half a surrogate pair."""
    return quote(text if text.isascii() else join_surrogates(text), safe="!'()*")


# ------------------------------------------------------------------------------------------ Cookies

# cookie.parse fills a plain object and takes an inherited property for a cookie it has already seen.
_INHERITED = frozenset(
    (
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"),
        *("toString", "valueOf"),
    )
)
_COOKIE_NAME = re.compile(_TOKEN, re.ASCII)
_COOKIE_ATTRIBUTE = re.compile("[\x20-\x3a\x3c-\x7e]+")
_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}


def parse_cookies(header: str) -> dict[str, str]:
    """Return req.cookies for a Cookie header; the first of a repeated name wins."""
    cookies: dict[str, str] = {}
    for pair in header.split(";"):
        name, found, value = pair.partition("=")
        name = name.strip(_SPACE)
        if found and name not in cookies and name not in _INHERITED:
            value = value.strip(_SPACE)
            cookies[name] = _cookie_value(value) if "%" in value or '"' in value else value
    return cookies


def _cookie_value(value: str) -> str:
    """Return value without quotes and percent-decoded; undecodable text is kept."""
    if value[:1] == '"':
        value = value[1:-1]
    try:
        return decode_component(value)
    except ValueError:
        return value


def serialize_cookie(
    name: str,
    value: str,
    *,
    maxAge: float | None = None,
    path: str | None = None,
    expires: datetime | None = None,
    httpOnly: bool = False,
    secure: bool = False,
    sameSite: bool | str | None = None,
    domain: str | None = None,
) -> str:
    """Return a Set-Cookie value as the package "cookie" writes it; raise ValueError for an illegal part.

    maxAge is in seconds; expires without a time zone is UTC; sameSite is True (strict), "strict", "lax" or
    "none". Stricter than the original, which lets ";" through (CVE-2024-47764): the name must be a token,
    path and domain printable ASCII without ";".
    """
    if not _COOKIE_NAME.fullmatch(name):
        raise ValueError(f"illegal cookie name: {name!r}")
    parts = [f"{name}={encode_uri_component(value)}"]
    if maxAge is not None:
        parts.append(f"Max-Age={_seconds(maxAge)}")
    parts += [f"{label}={_attribute(text)}" for label, text in (("Domain", domain), ("Path", path)) if text]
    if expires is not None:
        parts.append(f"Expires={format_datetime(in_utc(expires), usegmt=True)}")
    parts += ["HttpOnly"] * bool(httpOnly) + ["Secure"] * bool(secure)
    if sameSite:
        parts.append(f"SameSite={_same_site(sameSite)}")
    return "; ".join(parts)


def _seconds(seconds: float) -> int:
    """Return seconds rounded down; raise ValueError unless finite."""
    if not abs(seconds) < math.inf:
        raise ValueError(f"illegal cookie maxAge: {seconds}")
    return math.floor(seconds)


def _attribute(text: str) -> str:
    """Return text; raise ValueError when it could end the attribute."""
    if not _COOKIE_ATTRIBUTE.fullmatch(text):
        raise ValueError(f"illegal cookie attribute: {text!r}")
    return text


def _same_site(value: bool | str) -> str:
    """Return the SameSite word for value."""
    word = "strict" if value is True else str(value).lower()
    if word not in _SAME_SITE:
        raise ValueError(f"illegal cookie sameSite: {value!r}")
    return _SAME_SITE[word]


# -------------------------------------------------------------------------------------------- Sizes

_UNITS = {"b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
_SIZE = re.compile(r"([-+]?\d+(?:\.\d+)?) *(kb|mb|gb|tb|pb)", re.ASCII | re.IGNORECASE)
_LEADING_INTEGER = re.compile(r"[-+]?\d+", re.ASCII)


def parse_size(value: object) -> int | None:
    """Return the bytes that a size such as "1mb", "0.5kb" or 10 stands for, None when it cannot be read.

    The package "bytes" reads the leading digits of any other text: "10 b" and "10x" are 10.
    """
    if isinstance(value, str):
        return _read_size(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return math.floor(value) if abs(value) < math.inf else None


def _read_size(text: str) -> int | None:
    """Return the bytes that a text stands for, None when it begins with no number or a number too large."""
    found = _SIZE.fullmatch(text)
    if found:
        number, unit = float(found[1]), found[2].lower()
    else:
        leading = _LEADING_INTEGER.match(text.lstrip(_SPACE))
        number, unit = float(leading[0]) if leading else math.nan, "b"
    size = _UNITS[unit] * number
    return math.floor(size) if math.isfinite(size) else None


def format_size(count: int) -> str:
    """Return count bytes as the package "bytes" writes them: "1MB", "1.5KB", "10B"."""
    from decimal import ROUND_HALF_UP, Decimal  # PERF: 1 ms to import, and only a size over its limit is told

    unit = next((name for name in ("pb", "tb", "gb", "mb", "kb") if abs(count) >= _UNITS[name]), "b")
    # toFixed rounds a tie away from zero, Python's format to the even digit.
    number = Decimal(count / _UNITS[unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{number:f}".rstrip("0").rstrip(".") + unit.upper()


# ------------------------------------------------------------------------------------------ Headers

_MEDIA_TYPE = re.compile(f"{_TOKEN}/{_TOKEN}")
_PARAMETER = re.compile(
    rf'; *({_TOKEN}) *= *("(?:[\v !#-\[\]-~\x80-\xff]|\\[\v -\xff])*+"|{_TOKEN}) *',
)
_QUOTED_PAIR = re.compile(r"\\([\v -\xff])")


def parse_content_type(header: str) -> tuple[str, dict[str, str]]:
    """Return the media type in lower case and its parameters; raise ValueError for a malformed header."""
    start = header.partition(";")[0]
    kind = start.strip(_SPACE)
    if not _MEDIA_TYPE.fullmatch(kind):
        raise ValueError("invalid media type")
    parameters: dict[str, str] = {}
    position = len(start)
    while found := _PARAMETER.match(header, position):
        position = found.end()
        value = found[2]
        parameters[found[1].lower()] = _QUOTED_PAIR.sub(r"\1", value[1:-1]) if value[0] == '"' else value
    if position != len(header):
        raise ValueError("invalid parameter format")
    return kind.lower(), parameters


def is_fresh(headers: Mapping[str, str], etag: str) -> bool:
    """Tell whether the client's copy with this ETag is still good: answer 304.

    headers has lower-case names. As Next.js calls the package "fresh", without Last-Modified.
    """
    wanted = headers.get("if-none-match")
    if not wanted or headers.get("if-modified-since"):
        return False
    if "no-cache" in (part.strip(_SPACE) for part in headers.get("cache-control", "").split(",")):
        return False
    if wanted == "*":
        return True
    return bool(etag) and any(
        etag in (tag, f"W/{tag}") or tag == f"W/{etag}"
        for tag in (part.strip(" ") for part in wanted.split(","))
    )


# http.STATUS_CODES of Node 20.
REASONS: dict[int, str] = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Payload Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Entity",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    509: "Bandwidth Limit Exceeded",
    510: "Not Extended",
    511: "Network Authentication Required",
}


def reason(status: int) -> str:
    """Return the reason phrase that Node sends with status."""
    return REASONS.get(status, "unknown")

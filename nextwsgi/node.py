"""The pieces of Node 20 and Next.js that the answers of an API route are made of.

Pure functions over text and bytes. Where a rule looks odd it is the rule of the named JavaScript function;
tests/unit/node_differential.py compares each of them with the original.
"""

import json
import math
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime
from json import encoder as c_json
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, cast
from urllib.parse import quote, quote_plus, unquote_plus, unquote_to_bytes

# JSON.parse of Node 20 has no limit of depth and its JSON.stringify gives up between 1,000 and 5,000 levels,
# depending on the stack. A fixed limit here keeps the work for a hostile body bounded.
MAX_DEPTH = 10_000

# What String.prototype.trim removes. str.strip() without an argument also removes \x1c-\x1f and \x85.
_SPACE = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff".replace(
    "\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B)))
)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"

# ----------------------------------------------------------------------------------------- JSON out

_CONTAINERS = (dict, list, tuple)
_JSON_TYPES = (*_CONTAINERS, str, int, float, type(None))
_ACCEPTED = "dict, list, tuple, str, int, float, bool, None, datetime, date or an object with toJSON()"

# Makes all digits, both signs and all that may follow a number alike, so that one search finds each suspect.
_SHAPE = bytes.maketrans(b"023456789]}+", b"111111111,,-")

_NUMBER_KEY = re.compile(rb'"-?[0-9]++(?:\.[0-9]++)?+(?:e[-+][0-9]++)?+":')
_WHOLE_FLOAT = re.compile(rb"\.0(?:[,\]}]|\Z)")
_STRING = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")')
_ODD_NUMBER = re.compile(rb"(?<![0-9.])(-?[0-9]++(?:\.[0-9]++)?+)e([-+][0-9]++)|NaN|-?Infinity")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")
_INDEX = re.compile("0|[1-9][0-9]{0,9}")


def stringify(value: object) -> bytes:
    """Return value as JSON.stringify writes it, in UTF-8.

    Accepts dict, list, tuple, str, int (every digit is kept), float, bool, None, datetime (a naive one is
    UTC), date, and objects with a toJSON() method. Raises TypeError for anything else and ValueError for a
    value that contains itself, that is nested more than MAX_DEPTH levels deep, or a year outside 1..9999.
    """
    try:
        text = _c_json(value)
    except RecursionError:
        return _numbers(_utf8(_exact_json(value, tries=0)))
    except ValueError:  # a NaN or an infinity
        return _numbers(_utf8(_exact_json(value)))
    data = _utf8(text)
    shape = data.translate(_SHAPE).decode("latin-1") + ","
    if '1":' in shape and _NUMBER_KEY.search(data):
        return _numbers(_utf8(_exact_json(value)))
    # PERF: the search for one character costs next to nothing and often spares the longer one.
    exponent = ("-" in text or "+" in text) and "e-11," in shape
    if exponent or ("." in text and ".0" in text and _WHOLE_FLOAT.search(data)):
        return _numbers(data)
    return data


def _replace(value: Any) -> Any:
    """Return what JSON.stringify prints for a value that is no JSON type."""
    method = getattr(value, "toJSON", None)
    if callable(method):
        value = method()
    if isinstance(value, datetime):
        return _iso_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _JSON_TYPES):
        return value
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON; use {_ACCEPTED}")


def _iso_time(value: datetime) -> str:
    """Return Date.prototype.toISOString of value."""
    return f"{_utc(value).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _utc(value: datetime) -> datetime:
    """Return value in UTC, a naive one taken as UTC. Raise ValueError outside the years 1..9999."""
    if value.utcoffset() is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value} is outside the years 1..9999 in UTC") from None


_quoted = c_json.encode_basestring


def _encoder(*, allow_nan: bool) -> Callable[[object], str]:
    """Return a function that writes a value as the encoder of the standard library does."""
    pieces = c_json.c_make_encoder(  # type: ignore[attr-defined]
        None, _replace, _quoted, None, ":", ",", False, False, allow_nan
    )
    return lambda value: "".join(pieces(value, 0))


# PERF: the encoders are made once; json.JSONEncoder.encode makes one per call. Without the table of open
# containers they are faster too: a circular value ends as RecursionError and _exact_json names it.
_c_json = _encoder(allow_nan=False)
_c_json_nan = _encoder(allow_nan=True)


def _utf8(text: str) -> bytes:
    """Encode text, joining surrogate pairs and escaping lone ones as JSON.stringify does."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub(_surrogates, text).encode()


def _surrogates(found: re.Match[str]) -> str:
    """Return the character of a pair, or the escape of half a pair."""
    if len(found[0]) == 2:
        return _joined(found[0])
    return f"\\u{ord(found[0]):x}"


def _joined(text: str) -> str:
    """Return text with its surrogate pairs made characters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _numbers(data: bytes) -> bytes:
    """Rewrite Python's floats in JSON text as JavaScript's."""
    # PERF: one pass over all that stands between the strings. Without a backslash each quote bounds one.
    glue, parts = (b"", _STRING.split(data)) if b"\\" in data else (b'"', data.split(b'"'))
    bare = b'"'.join(parts[::2]) + b","
    for end in (b",", b"]", b"}"):
        bare = bare.replace(b"-0.0" + end, b"0" + end).replace(b".0" + end, end)
    if b"e-" in bare or b"e+" in bare or b"N" in bare or b"I" in bare:
        bare = _ODD_NUMBER.sub(_number, bare)
    parts[::2] = bare[:-1].split(b'"')
    return glue.join(parts)


def _number(found: re.Match[bytes]) -> bytes:
    """Return Number::toString of a float that Python writes with an exponent, null for what is no number."""
    mantissa, exponent = found.groups()
    if not exponent:
        return b"null"
    power = int(exponent)
    # JavaScript writes an exponent below 1e-6 and from 1e21 on, Python below 1e-4 and from 1e16 on.
    if power > 20:
        return found[0]
    if power < -6:
        return b"%be%d" % (mantissa, power)
    return _plain_number(mantissa, power)


def _plain_number(mantissa: bytes, power: int) -> bytes:
    """Return mantissa * 10**power without an exponent, for a power that moves the point out of the digits."""
    digits = mantissa.lstrip(b"-").replace(b".", b"")
    sign = b"-" * mantissa.startswith(b"-")
    if power < 0:
        return sign + b"0." + b"0" * (-power - 1) + digits
    return sign + digits.ljust(power + 1, b"0")


_Frames = dict[int, tuple[str, Iterator[tuple[str, object]]]]


def _exact_json(value: object, tries: int = 3) -> str:
    """Return value with JavaScript's order of keys, without recursion.

    In the outer levels, as many as tries, a child goes through the C encoder whole if that writes it exactly.
    """
    out: list[str] = []
    frames: _Frames = {0: ("", iter([("", value)]))}
    while frames:
        key, (end, members) = frames.popitem()
        for text, child in members:
            child = child if isinstance(child, _JSON_TYPES) else _replace(child)
            whole = _whole(child, 0 < len(frames) <= tries)
            out.append(text + whole)
            if not whole:
                frames[key] = end, members
                _open(frames, child)
                break
        else:
            out.append(end)
    return "".join(out)


def _whole(value: object, trying: bool) -> str:
    """Return the JSON text of value if the C encoder writes it exactly, else nothing."""
    if not value or not isinstance(value, _CONTAINERS):
        return _c_json_nan(value)
    if trying:
        text = _c_json_nan(value)
        if not _NUMBER_KEY.search(_utf8(text)):
            return text
    return ""


def _open(frames: _Frames, value: Any) -> None:
    """Begin a container; raise ValueError when it is already open or too deep."""
    if id(value) in frames:
        raise ValueError("a value that contains itself cannot be sent as JSON")
    if len(frames) > MAX_DEPTH:
        raise ValueError(f"a value nested more than {MAX_DEPTH} levels deep cannot be sent as JSON")
    frames[id(value)] = ("}" if isinstance(value, dict) else "]"), _members(value)


def _members(value: Any) -> Iterator[tuple[str, object]]:
    """Yield each element of a container with the JSON text that precedes it."""
    if isinstance(value, dict):
        named = ((f"{_quoted(name)}:", child) for name, child in _properties(value).items())
    else:
        named = (("", child) for child in value)
    mark = "{" if isinstance(value, dict) else "["
    for name, child in named:
        yield mark + name, child
        mark = ","


def _properties(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the properties of a JavaScript object: array indexes first, ascending, then as inserted."""
    named = {_property(key): child for key, child in value.items()}
    indexes = [name for name in named if name.isdigit() and _is_index(name)]
    return {name: named[name] for name in sorted(indexes, key=int)} | named if indexes else named


def _is_index(name: str) -> bool:
    """Tell whether JavaScript orders name as a number: an integer of 0..2**32-2 without leading zeros."""
    return _INDEX.fullmatch(name) is not None and int(name) < 2**32 - 1


def _property(key: object) -> str:
    """Return the name under which JavaScript stores a key."""
    if isinstance(key, str):
        return key if key.isascii() else _joined(key)
    if isinstance(key, float) and math.isfinite(key):
        return _numbers(_c_json(key).encode()).decode()
    if key is None or isinstance(key, int | float):
        return _c_json_nan(key)
    raise TypeError(f"keys must be str, int, float, bool or None, not {type(key).__name__}")


# ------------------------------------------------------------------------------------------ JSON in


def _refuse_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _integer(digits: str) -> int | float:
    """Return digits as int, or as JavaScript's infinity where Python refuses to convert so many."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
_long = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_integer)


def parse_json(text: str) -> Any:
    """Return the value of JSON text; raise ValueError for all that JSON.parse refuses.

    Integers keep every digit (one with more than sys.get_int_max_str_digits() becomes an infinity, its value
    in JavaScript). Text nested more than MAX_DEPTH levels deep is refused.
    """
    try:
        return _decode(text)
    except RecursionError:
        return _parse_deep(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        pass
    try:
        return _long.decode(text)
    except RecursionError:
        return _parse_deep(text)


_SPACES = re.compile(r"[ \t\n\r]*+")
_FLAT = re.compile(r'[\[{][^\[\]{}"]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^\[\]{}"]*+)*+[\]}]', re.DOTALL)

# Yields where a container begins, is sent that container and its end, returns its own value and end.
_Reader = Generator[int, tuple[Any, int], tuple[Any, int]]


def _parse_deep(text: str) -> Any:
    """Return the value of JSON text without recursion: each open container is a generator on a list."""
    readers: list[_Reader] = [_read_text(text)]
    done: Any = None
    while readers:
        try:
            start = readers[-1].send(done)
        except StopIteration as end:
            readers.pop()
            done = end.value
            continue
        if len(readers) > MAX_DEPTH:
            raise json.JSONDecodeError(f"More than {MAX_DEPTH} levels", text, start)
        readers.append((_read_array if text[start] == "[" else _read_object)(text, start))
        done = None
    return done[0]


def _read_text(text: str) -> _Reader:
    """Read the one value that text may hold."""
    at = _skip(text, 0)
    value, at = _read_flat(text, at) or (yield at)
    if _skip(text, at) != len(text):
        raise json.JSONDecodeError("Extra data", text, at)
    return value, at


def _read_array(text: str, start: int) -> _Reader:
    """Read the array that begins at start."""
    items: list[Any] = []
    at = start
    while at == start or text[at : at + 1] == ",":
        at = _skip(text, at + 1)
        item, at = _read_flat(text, at) or (yield at)
        items.append(item)
        at = _skip(text, at)
    return items, _expect(text, at, "]")


def _read_object(text: str, start: int) -> _Reader:
    """Read the object that begins at start."""
    members: dict[str, Any] = {}
    at = start
    while at == start or text[at : at + 1] == ",":
        at = _skip(text, at + 1)
        name, at = scanstring(text, _expect(text, at, '"'))
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        members[name], at = _read_flat(text, at) or (yield at)
        at = _skip(text, at)
    return members, _expect(text, at, "}")


def _read_flat(text: str, at: int) -> tuple[Any, int] | None:
    """Return the value at a position, and its end, unless it is a container that holds another one."""
    if text.startswith(("[", "{"), at) and not _FLAT.match(text, at):
        return None
    try:
        return cast(tuple[Any, int], _long.scan_once(text, at))  # type: ignore[attr-defined]
    except StopIteration:
        raise json.JSONDecodeError("Expecting value", text, at) from None


def _skip(text: str, at: int) -> int:
    """Return where the next token begins."""
    if text[at : at + 1] not in " \t\n\r":
        return at
    return cast(re.Match[str], _SPACES.match(text, at)).end()


def _expect(text: str, at: int, mark: str) -> int:
    """Return the position behind mark; raise ValueError where it is missing."""
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting {mark}", text, at)
    return at + 1


# --------------------------------------------------------------------------------------------- URLs

Query = dict[str, str | list[str]]

_INTERNAL = re.compile(r"nxt[PI][\s\S]|nextInternalLocale\Z")


def parse_query(text: str) -> Query:
    """Return req.query for the part of a URL between "?" and "#", as URLSearchParams reads it.

    The names that Next.js uses between its own servers are left out as Next.js leaves them out.
    """
    query = _collect(_query_pair(pair) for pair in text.split("&") if pair)
    # server-utils.js, filterInternalQuery.
    if "nxt" in text or "nextI" in text or "%" in text:
        for name in [name for name in query if _INTERNAL.match(name)]:
            del query[name]
    return query


def parse_form(text: str) -> Query:
    """Return querystring.decode(text): what a urlencoded body holds, its first 1000 pairs."""
    # querystring counts the empty pairs too.
    return _collect(_form_pair(pair) for pair in text.split("&", 1000)[:1000] if pair)


def _collect(pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the values by name; a repeated name has a list."""
    query: Query = {}
    for name, value in pairs:
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
    if "%" in pair or "+" in pair:
        return unquote_plus(name), unquote_plus(value)
    return name, value


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
        units = text.encode("utf-16-le", "surrogatepass")[::2]
        return unquote_to_bytes(units).decode("utf-8", "replace")


def serialize_query(pairs: Mapping[str, str | list[str]]) -> str:
    """Return pairs as the query of req.url, written by URLSearchParams in JavaScript's order of keys."""
    return "&".join(
        f"{_form_encode(name)}={_form_encode(value)}"
        for name, values in _properties(pairs).items()
        for value in ([values] if isinstance(values, str) else values)
    )


def _form_encode(text: str) -> str:
    """Return text in application/x-www-form-urlencoded form."""
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", _joined(text))
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
    return _ESCAPES.sub(lambda found: unquote_to_bytes(found[0]).decode(), text)


def encode_uri_component(text: str) -> str:
    """Return encodeURIComponent(text); raise ValueError for half a surrogate pair."""
    return quote(text if text.isascii() else _joined(text), safe="!'()*")


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
            cookies[name] = _cookie_value(value.strip(_SPACE))
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
    if expires:
        parts.append(f"Expires={format_datetime(_utc(expires), usegmt=True)}")
    parts += ["HttpOnly"] * bool(httpOnly) + ["Secure"] * bool(secure)
    if sameSite:
        parts.append(f"SameSite={_same_site(sameSite)}")
    return "; ".join(parts)


def _seconds(seconds: float) -> int:
    """Return seconds rounded down; raise ValueError unless finite."""
    if not math.isfinite(seconds):
        raise ValueError(f"illegal cookie maxAge: {seconds}")
    return math.floor(seconds)


def _attribute(text: str) -> str:
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
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return math.floor(value)


def _read_size(text: str) -> int | None:
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
    kind = header.partition(";")[0].strip(_SPACE)
    if not _MEDIA_TYPE.fullmatch(kind):
        raise ValueError("invalid media type")
    parameters: dict[str, str] = {}
    position = header.find(";") % (len(header) + 1)
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

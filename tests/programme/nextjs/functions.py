"""Functions of Next.js and Node, and ours that stand for them: nextwsgi.node and nextwsgi.jsontext."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from nextwsgi import jsontext, node
from nextwsgi.jsontext import properties
from tests.programme.nextjs.area import Area, Pick

INHERITED = (
    *(
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
    ),
    *("toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
)


# --- inputs -----------------------------------------------------------------------------------------------


def text(pick: Pick, pieces: list[str], longest: int = 12) -> str:
    """Return some pieces in a row, with a stray character now and then."""
    row = [pick.choice(pieces) for _ in range(pick.randint(0, longest))]
    if pick.random() < 0.1:
        row.append(chr(pick.choice([pick.randrange(0x20, 0xD800), pick.randrange(0xE000, 0x110000)])))
    return "".join(row)


STRINGS = ["a", "é", "中", "😀", "\ud83d", "\ude00", '"', "\\", "/", "\n", "\x00", "\x1f", "\x7f", "\u2028"]
STRINGS += [".0,", '":', "1", "e-05,", "NaN", '"1":', "\\u0041", "<", "\b", "\t", "\ufeff"]
# fmt: off
NUMBERS = [
    "0", "-0", "0.0", "-0.0", "1.0", "1e21", "1e-7", "1e16", "0.00001", "123456789.5", "1e400", "-1e400",
]
NUMBERS += [
    "5e-324", "1.7976931348623157e308", "9007199254740991", "1e20", "123456789012345680000", "nan", "0.1",
]
# fmt: on
# Not "true" and "null": a dict that holds them beside True and None is sent with both, as json.dumps does.
KEYS = ["a", "b", "1", "2", "10", "01", "-1", "4294967294", "4294967295", "1.5", "", "__proto__"]


def number(pick: Pick) -> float | int:
    """Return a number that JavaScript can hold."""
    kind = pick.randrange(6)
    if kind == 0:
        return float(pick.choice(NUMBERS))
    if kind == 1:
        return pick.randint(-(2**53), 2**53)
    if kind == 2:
        return float(pick.randint(-(10**6), 10**6))
    if kind == 3:
        return pick.uniform(-1, 1) * 10.0 ** pick.randint(-25, 25)
    if kind == 4:
        return float(10 ** pick.randint(0, 22))
    return round(pick.uniform(-1000, 1000), pick.randint(0, 4))


def tree(pick: Pick, depth: int = 0) -> list[Any]:
    """Return a value as [kind, content]."""
    kind = pick.randrange(9 if depth < 4 else 6)
    if kind in (0, 1):
        return ["number", repr(number(pick)).replace("inf", "Infinity")]
    if kind == 2:
        return ["text", text(pick, STRINGS)]
    if kind == 3:
        return ["plain", pick.choice([True, False, None])]
    if kind == 4:
        return ["time", pick.randrange(-62135596800000, 253402300799999)]
    if kind == 5:
        return ["text", pick.choice(KEYS)]
    if kind == 6:
        return ["list", [tree(pick, depth + 1) for _ in range(pick.randint(0, 4))]]
    if kind == 7 and depth < 3:
        # Never a time: JSON.stringify asks toJSON once, so a Date that it returns is printed as {}.
        return [
            "toJSON",
            pick.choice([["number", "1.0"], ["text", "é"], ["plain", None], ["list", [["text", "1"]]]]),
        ]
    names = {json.dumps(name): name for name in (key(pick) for _ in range(pick.randint(0, 6)))}
    return ["dict", [[name, tree(pick, depth + 1)] for name in names.values()]]


def key(pick: Pick) -> list[Any]:
    """Return a dict key as [kind, content]."""
    kind = pick.randrange(4)
    if kind == 0:
        return ["text", text(pick, STRINGS, 3)]
    if kind == 1:
        return [
            "number",
            repr(pick.choice([number(pick), pick.randint(0, 20), 3.0])).replace("inf", "Infinity"),
        ]
    if kind == 2:
        return ["plain", pick.choice([True, False, None])]
    return ["text", pick.choice(KEYS)]


class ToJson:
    """An object with toJSON()."""

    def __init__(self, content: list[Any]) -> None:
        self.toJSON = lambda: value(content)


def value(tagged: list[Any]) -> Any:
    """Return the Python value of [kind, content]."""
    kind, content = tagged
    if kind == "number":
        return float(content) if set(content) & set(".eni") else int(content)
    if kind == "list":
        return [value(each) for each in content]
    if kind == "time":
        seconds, milliseconds = divmod(content, 1000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    if kind == "toJSON":
        return ToJson(content)
    if kind == "dict":
        return dict_of(content)
    return content


def dict_of(members: list[Any]) -> dict[Any, Any]:
    """Return a dict in which 1 and True are two keys as they are two names in JavaScript."""
    made: dict[Any, Any] = {}
    for name, each in members:
        made[Key(value(name)) if name[0] == "number" else value(name)] = value(each)
    return made


def Key(name: float | int) -> Any:  # noqa: N802
    """Return a number that equals no other kind of key."""
    base = type(name)
    return type("Number", (base,), {"__hash__": lambda self: hash((base, base(self))), "__eq__": same})(name)


def same(left: Any, right: object) -> bool:
    """Tell whether two keys are the same kind of number and equal."""
    return type(right).__name__ == "Number" and repr(left) == repr(right)


# fmt: off
JSON_TEXT = [
    "{", "}", "[", "]", ",", ":", '"a"', '"1"', "1", "-0", "01", "1.", ".5", "1e5", "1E+400", "-", "null",
]
JSON_TEXT += [
    "true", "NaN", "Infinity", " ", "\t", "\n", "\x0b", "\xa0", "\ufeff", '"\\ud83d"', '"\\ud83d\\ude00"',
]
JSON_TEXT += [
    '"\x01"', '"\\x41"', '"\\u12"', "'a'", "//", '"', "\\", "undefined", "12345678901234567890", "1.0", "é",
]
JSON_TEXT += [
    "9" * 320, '{"a":1,"a":2}', '{"__proto__":1}', "[1,2]", "1_000", "+1", "0x1", '"é"', '"\x7f"', "\uff11",
]
# fmt: on


def json_text(pick: Pick) -> str:
    """Return JSON text, whole, damaged or nested deeply."""
    kind = pick.randrange(12)
    if kind < 3:
        return text(pick, JSON_TEXT, 8)
    if kind == 3:
        depth = pick.choice([990, 1500]) if pick.random() < 0.05 else 5
        return "[" * depth + text(pick, ["1", "[]", '{"1":2.0}', ",", "x", '"', " "], 4) + "]" * depth
    whole = json.dumps(plain(pick), ensure_ascii=pick.random() < 0.5, indent=pick.choice([None, 1]))
    if kind == 4:
        at = pick.randint(0, len(whole))
        return whole[:at] + pick.choice(JSON_TEXT) + whole[at + pick.randint(0, 1) :]
    return whole


def plain(pick: Pick, depth: int = 0) -> Any:
    """Return a JSON value."""
    kind = pick.randrange(6 if depth < 4 else 3)
    if kind == 0:
        return number(pick)
    if kind == 1:
        return text(pick, STRINGS, 4)
    if kind == 2:
        return pick.choice([True, False, None])
    if kind == 3:
        return [plain(pick, depth + 1) for _ in range(pick.randint(0, 4))]
    return {pick.choice(KEYS): plain(pick, depth + 1) for _ in range(pick.randint(0, 5))}


# fmt: off
URLS = [
    "a", "b", "1", "2", "=", "=", "&", "&", "+", "%", "%2", "%41", "%ZZ", "%FF", "%C3", "%A9", "%C3%A9",
    "%E4%B8",
]
URLS += [
    "%F0%9F%98%80", "%ED%A0%80", "%00", "%2B", "%26", "%3D", ";", "[]", "~", "*", "'", '"', "<", "é", "中",
    "?",
]
URLS += [
    "%EF%BB%BF", "nxtPa", "nxtI", "nextInternalLocale", "%6extInternalLocale", "/", "|", "^", "😀", "%4+1",
    "%c",
]
# fmt: on
URLS += [*INHERITED, "__proto__", "length", "map", "0", "nxtPa", "nextInternalLocale"]


def url_text(pick: Pick) -> str:
    """Return a query; 1100 pairs now and then. It ends before "#"."""
    if pick.random() < 0.005:
        return "&".join(pick.choice(["a", "b=1", "", "=", "c=%41"]) for _ in range(1100))
    return text(pick, URLS, 16).replace("#", "")


# fmt: off
COOKIES = [
    "a", "b", "=", "=", ";", "; ", " ", "\t", '"', "%41", "%", "%FF", "%C3%A9", "\xe9", ",", "\xa0", "\x85",
    "\x1c",
]
# fmt: on
COOKIES += ["\\", "+", "x=1", "a=2; ", "\x0b", *INHERITED]


def latin_cookies(pick: Pick) -> str:
    """Return a Cookie header as Node reads it: latin-1."""
    return text(pick, COOKIES).encode("latin-1", "ignore").decode("latin-1")


NAMES = ["a", "b-c", "__x", "a b", "a=", "a;", "é", "", "\x7f", "\n", "a\n", "中", "a,b", "a/b", "a\tb", "~!"]
# fmt: off
PATHS = [
    "/", "/a", "/a b", "/;x", "", "\n", "/a\n", "é", "中", "/\x7f", "/~", "/<", "example.com", ".a.b", None,
]
# fmt: on


def cookie(pick: Pick) -> list[Any]:
    """Return the arguments of serialize_cookie."""
    options: dict[str, Any] = {
        "maxAge": pick.choice(["0", "1.5", "-1.5", "3600", "86400", "1e3", "NaN", "Infinity"]),
        "path": pick.choice(PATHS if pick.random() < 0.3 else ["/", "/a/b", "", "/~ x"]),
        "domain": pick.choice(PATHS if pick.random() < 0.3 else ["example.com", ""]),
        "expires": pick.randrange(-62135596800000, 253402300799999),
        "httpOnly": pick.choice([True, False]),
        "secure": pick.choice([True, False]),
        "sameSite": pick.choice([True, False, "lax", "STRICT", "none", "None", "", "bad", None]),
    }
    chosen = {name: each for name, each in options.items() if pick.random() < 0.4 and each is not None}
    name = pick.choice(NAMES) if pick.random() < 0.2 else "a-b"
    return [name, text(pick, STRINGS if pick.random() < 0.2 else URLS, 4), chosen]


# fmt: off
SIZES = [
    "1", "10", "0.5", "1.", ".5", "-", "+", "kb", "KB", "mb", "Gb", "tb", "pb", "b", " ", "\t", "x", "e3",
    "0x", "\n",
]
# fmt: on
SIZES += ["999999999999999999999", "K", "\u0661", "\xa0", "\x1c", "Infinity", "1.255"]
# fmt: off
TYPES = [
    "application/json", "text/plain", "TEXT/HTML", "/", ";", "; ", "charset", "=", "utf-8", '"', "\\", " ",
    "a", "é",
]
TYPES += [
    ";charset=UTF-8", '; a="b;c"', '; A="\\"x"', "\t", "中", "\n", ",", " = ", "\x0b", "\xa0", "\x7f", "(",
    "\x1c",
]
PARAMETERS = [
    ";charset=UTF-8", '; a="b;c"', '; A="\\"x"', "; b = c ", ';  d=""', '; e="\\\\\xe9"',
    ';charset="utf-8" ',
]
# fmt: on
TAGS = ['"a"', 'W/"a"', '"b"', "*", ",", ", ", " ", "W/", "", "\t", "W/W/", '"a" x', "a"]
CONTROL = ["no-cache", "max-age=0", ",", " ", "\t", "No-Cache", "no-cache=x", "\xa0", "\x1c", "", "x"]


def conditions(pick: Pick) -> list[Any]:
    """Return the arguments of is_fresh."""
    headers = {
        "if-none-match": text(pick, TAGS, 4),
        "if-modified-since": pick.choice(["", "x", "Tue, 02 Jan 2024 03:04:05 GMT"]),
        "cache-control": text(pick, CONTROL, 4),
    }
    chosen = {name: each for name, each in headers.items() if pick.random() < (0.2 if "mod" in name else 0.6)}
    if pick.random() < 0.7:
        chosen["if-none-match"] = text(pick, TAGS, 4)
    return [chosen, pick.choice(['"a"', 'W/"a"', "", "a"])]


def media_type(pick: Pick) -> str:
    """Return a Content-Type, damaged more often than not."""
    kind = (
        pick.choice(["application/json", "Text/Plain", " a/b ", "a/b\t", "a"]) if pick.random() < 0.8 else ""
    )
    return kind + text(pick, PARAMETERS if pick.random() < 0.6 else TYPES, 5)


def count_of(pick: Pick) -> int:
    """Return a number of bytes, often near a tie."""
    unit = 1 << pick.choice([0, 10, 20, 30, 40, 50])
    return pick.choice([-1, 1, 1, 1]) * min(
        unit * pick.randint(0, 3000) // pick.choice([1, 8, 3, 7, 200]), 2**53
    )


# --- ours -------------------------------------------------------------------------------------------------


def parse_json(text: str) -> str:
    """Read and write JSON, given as text and as bytes."""
    written = jsontext.stringify(jsontext.parse_json(text))
    if text.isascii() or not re.search("[\ud800-\udfff]", text):
        assert jsontext.stringify(jsontext.parse_json(text.encode())) == written, text
    return written.decode()


def serialize_cookie(arguments: list[Any]) -> str:
    """Call node.serialize_cookie with JSON arguments."""
    name, content, options = arguments
    options = dict(options)
    if "expires" in options:
        options["expires"] = value(["time", options["expires"]])
    if "maxAge" in options:
        options["maxAge"] = float(options["maxAge"])
    return node.serialize_cookie(name, content, **options)


def size(argument: Any) -> str | None:
    """Return node.parse_size as text, since JSON numbers of JavaScript are doubles."""
    read = node.parse_size(argument)
    return None if read is None else str(read)


def content_type(header: str) -> list[Any]:
    """Return node.parse_content_type with the parameters as pairs."""
    kind, parameters = node.parse_content_type(header)
    return [kind, ordered(parameters)]


def ordered(members: dict[str, Any]) -> list[list[Any]]:
    """Return the pairs in JavaScript's order."""
    return [list(pair) for pair in properties(members).items()]


def size_limit(pick: Pick) -> str | int | float:
    """Return a limit as it may stand in a route's config."""
    if pick.random() < 0.5:
        return text(pick, SIZES, 4)
    return pick.choice([pick.randint(-5, 2**40), pick.uniform(-5, 1e9)])


AREAS = [
    Area("stringify", tree, lambda it: jsontext.stringify(value(it)).decode()),
    Area("parse_json", json_text, parse_json),
    Area("parse_query", url_text, lambda it: ordered(node.parse_query(it))),
    Area("serialize_query", url_text, lambda it: node.serialize_query(node.parse_query(it))),
    Area(
        "parse_form", lambda pick: text(pick, [*URLS, "\ud800"], 16), lambda it: ordered(node.parse_form(it))
    ),
    Area("parse_cookies", latin_cookies, lambda it: ordered(node.parse_cookies(it))),
    Area("serialize_cookie", cookie, serialize_cookie),
    Area("parse_size", size_limit, size),
    Area("format_size", count_of, node.format_size),
    Area("parse_content_type", media_type, content_type),
    Area("is_fresh", conditions, lambda it: node.is_fresh(*it)),
    Area("encode_uri_component", lambda pick: text(pick, STRINGS + URLS), node.encode_uri_component),
    Area("decode_component", lambda pick: text(pick, STRINGS + URLS), node.decode_component),
    Area("reason", lambda pick: pick.randint(0, 1100), node.reason),
]

"""Where an answer may differ from that of Next.js, and why: one list for all areas.

What a user needs of it is in docs/porting.md, chapter "Differences". An entry that covers nothing among
20,000 inputs of each of its areas fails its row.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from nextwsgi import jsontext
from tests.programme.nextjs.area import REFUSED
from tests.programme.nextjs.functions import INHERITED

Covers = Callable[[Any, Any, Any], object]


@dataclass(frozen=True)
class Difference:
    """What may differ in some areas: ``covers`` tells it of an input, the answer of Next.js, and ours."""

    areas: tuple[str, ...]
    reason: str
    covers: Covers


def long_integer(given: str, theirs: Any, ours: Any) -> bool:
    """Tell whether the answers are the same once whole numbers are doubles."""
    if REFUSED in (theirs, ours) or given.startswith("[" * 900):  # too deep for json.loads
        return False
    rounded = jsontext.stringify(json.loads(given, parse_int=float)).decode()
    return bool(theirs == [rounded])


def inherited_name(given: str, theirs: Any, ours: Any) -> bool:
    """Tell whether only names that every JavaScript object has make the difference."""
    return own_names(given, theirs[0]) == own_names(given, ours[0])


def inherited_in_match(given: list[Any], theirs: Any, ours: Any) -> bool:
    """Tell the same of what a route is given: its file, ``req.query`` and ``req.url``."""
    if not isinstance(theirs[0], list) or not isinstance(ours[0], list):
        return False
    both = []
    for page, pairs, url in (theirs[0], ours[0]):
        path, _, query = url.partition("?")
        both.append([page, own_names(given[2], pairs), path, own_names(given[2], query)])
    return both[0] == both[1]


def own_names(query: str, answer: Any) -> list[Any]:
    """Return the pairs whose names are the sender's own in JavaScript.

    ``?__proto__=a`` makes a list of what every name is looked up in: then "0", "length" and "map" are not.
    """
    lost = INHERITED + LISTS if "__proto__" in unquote(query) else INHERITED
    if isinstance(answer, str):
        pairs = [[pair.partition("=")[0], pair] for pair in answer.split("&") if pair]
    else:
        pairs = answer
    return [pair for pair in pairs if pair[0] not in lost and not (len(lost) > 20 and pair[0].isdigit())]


# fmt: off
LISTS = (
    "length", "at", "concat", "copyWithin", "fill", "find", "findIndex", "findLast", "findLastIndex",
    "lastIndexOf", "pop", "push", "reverse", "shift", "unshift", "slice", "sort", "splice", "includes",
    "indexOf", "join", "keys", "entries", "values", "forEach", "filter", "flat", "flatMap", "map", "every",
    "some", "reduce", "reduceRight", "toReversed", "toSorted", "toSpliced", "with",
)
# fmt: on


def inherited_parameter(given: list[Any], _theirs: Any, _ours: Any) -> bool:
    """Tell whether a parameter of a path has the name of what every JavaScript object has."""
    return any(name in page for page in given[0] for name in ("__proto__", "constructor"))


def internal_mark(given: list[Any], _theirs: Any, _ours: Any) -> bool:
    """Tell whether a value of the path begins as a mark that Next.js puts between parameters."""
    return any(part.startswith("_NEXTSEP_") for part in unquote(given[1]).split("/"))


def half_dynamic(given: list[Any], _theirs: Any, _ours: Any) -> bool:
    """Tell whether a route has a segment with brackets inside and a dynamic one."""
    return any(
        re.search(r"/[^/\[]+\[[^/]+?\]|/\[[^/]+\][^/]+", page) and re.search(r"/\[[^/]+\](?=/|$)", page)
        for page in given[0]
    )


def spelt_parameter(given: list[Any], _theirs: Any, _ours: Any) -> bool:
    """Tell whether the path spells a parameter as its file does, in brackets."""
    path = unquote(unquote(unquote(given[1])))
    return any(part in path for page in given[0] for part in re.findall(r"\[.+?\]+", page))


def nameless(given: list[str], _theirs: Any, ours: Any) -> bool:
    """Tell whether a parameter has no name."""
    return ours == REFUSED and any(re.search(r"/(\[\]|\[\.\.\.\]|\[\[\.\.\.\]\])", page) for page in given)


def written(pattern: str) -> Covers:
    """Cover the environment files in which something is written."""
    return lambda given, _theirs, _ours: re.search(pattern, "\n".join(text for _, text in given[2]))


def in_json(pattern: str, *, ascii_only: bool = True) -> Covers:
    """Cover the inputs in whose JSON something is found; beyond ASCII, all of them where asked."""

    def covers(given: Any, _theirs: Any, _ours: Any) -> object:
        text = json.dumps(given, ensure_ascii=False)
        return re.search(pattern, text) or not (ascii_only or text.isascii())

    return covers


def charset(given: list[Any], _theirs: Any, ours: Any) -> bool:
    """Tell whether the content type names a charset that is not decoded here."""
    return ours == [[400, "Invalid body"]] and re.search("charset", given[0] or "", re.IGNORECASE) is not None


def long_integer_in_body(_given: list[Any], theirs: Any, ours: Any) -> bool:
    """Tell whether a body holds whole numbers that JavaScript rounds."""
    return theirs[0][0] == ours[0][0] == "body" and long_integer(ours[0][1], [theirs[0][1]], ours)


def cookie_injection(given: list[Any], _theirs: Any, ours: Any) -> bool:
    """Tell whether a cookie's name, path or domain holds what could end it."""
    name, _, options = given
    attributes = (options.get("path") or "") + (options.get("domain") or "")
    legal = re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) and re.fullmatch("[ -:<-~]*", attributes)
    return ours == REFUSED and not legal


URLS = ("web.url", "web.url_base", "web.url_can_parse", "web.url_assign")
OLD = "Node 20 has an older parser of URLs: by the standard, these are refused, and those are not."

DIFFERENCES = [
    Difference(
        ("parse_json",),
        "Python's integers keep every digit; JavaScript's become doubles from 2**53 on.",
        long_integer,
    ),
    Difference(
        ("parse_query", "serialize_query"),
        "Next.js fills a plain object: __proto__ vanishes, ?constructor=1 is [function, '1'], and after"
        " __proto__ so is ?map=1. These are ordinary names here.",
        inherited_name,
    ),
    Difference(
        ("match",),
        "Names that every JavaScript object has, or after __proto__ every list, are ordinary here.",
        inherited_in_match,
    ),
    Difference(
        ("match",),
        "A parameter of such a name fails or is lost in JavaScript. Here it is one like any other.",
        inherited_parameter,
    ),
    Difference(
        ("match",),
        "Next.js cuts _NEXTSEP_, a mark of its own, from the beginning of a value. Here it is what was sent.",
        internal_mark,
    ),
    Difference(
        ("match",),
        "Next.js takes a parameter that is spelled as its file spells it, [id], for none, and looks for it in"
        " the query. Here it is a value like any other, and a query never stands for a path.",
        spelt_parameter,
    ),
    Difference(
        ("match",),
        "Beside a parameter Next.js takes x[id] for another, and drops the x. Here it is an ordinary name.",
        half_dynamic,
    ),
    Difference(
        ("conflicts",),
        "A parameter without a name stops the start. Next.js calls it ''.",
        nameless,
    ),
    Difference(
        ("body",),
        "Only charsets that Python decodes in linear time: utf-8, us-ascii, iso-8859-1 and utf-16.",
        charset,
    ),
    Difference(("body",), "Python's integers keep every digit.", long_integer_in_body),
    Difference(
        ("serialize_cookie",),
        "Next.js lets ';' and non-ASCII characters into a cookie's name, path and domain (CVE-2024-47764).",
        cookie_injection,
    ),
    Difference(
        ("web.url", "web.url_base", "web.url_can_parse", "web.url_assign", "web.redirect"),
        OLD,
        in_json("xn--"),
    ),
    Difference(("web.url",), OLD, in_json("mailto:.* #")),
    Difference(("web.url_base", "web.url_can_parse"), OLD, in_json("mailto:.*#|#.*mailto:")),
    Difference(("web.url_can_parse",), OLD, in_json("xn--", ascii_only=False)),
    Difference(("web.url_assign",), OLD, in_json(r"\^")),
    Difference(
        ("web.form",),
        "Node takes a lone line break for the end of a part's header, which here is an error.",
        in_json(r"\\r(?!\\n)|(?<!\\r)\\n"),
    ),
    Difference(
        ("web.response_cookies_read",), "A line without a cookie ends the program there.", in_json(r'"(; )*"')
    ),
    Difference(
        ("web.params",),
        "Node 20 reads characters beyond ASCII beside an escape as bytes.",
        in_json("(?=.*%).*[^\x00-\x7f]"),
    ),
    Difference(
        ("env",), "JavaScript takes names that every object has for functions.", written("__proto__|toString")
    ),
    Difference(("env",), "JavaScript puts names of digits alone first.", written(r"(?m)^\s*\d+\s*=")),
    Difference(("env",), "A variable cannot hold NUL: refused. Next.js cuts the value.", written(r"\0")),
]


def explained(area: str, given: Any, theirs: Any, ours: Any) -> Difference | None:
    """Give the entry that covers a difference, None where none does."""
    found = (entry for entry in DIFFERENCES if area in entry.areas)
    return next((entry for entry in found if entry.covers(given, theirs, ours)), None)

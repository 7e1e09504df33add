"""Where an answer may differ from that of Next.js, and why: one list for all areas.

What a user needs of it is in docs/porting.md, chapter "Differences". An entry that covers nothing among
20,000 inputs of each of its areas fails its row.
"""

from dataclasses import dataclass
from typing import Any

from tests.programme.nextjs import covers
from tests.programme.nextjs.covers import Covers, in_json, written


@dataclass(frozen=True)
class Difference:
    """What may differ in some areas: ``covers`` tells it of an input, the answer of Next.js, and ours."""

    areas: tuple[str, ...]
    reason: str
    covers: Covers


URLS = ("web.url", "web.url_base", "web.url_can_parse", "web.url_assign")
OLD = "Node 20 has an older parser of URLs: by the standard, these are refused, and those are not."

DIFFERENCES = [
    Difference(
        ("parse_json",),
        "Python's integers keep every digit; JavaScript's become doubles from 2**53 on.",
        covers.long_integer,
    ),
    Difference(
        ("parse_query", "serialize_query"),
        "Next.js fills a plain object: __proto__ vanishes, ?constructor=1 is [function, '1'], and after"
        " __proto__ so is ?map=1. These are ordinary names here.",
        covers.inherited_name,
    ),
    Difference(
        ("match",),
        "Names that every JavaScript object has, or after __proto__ every list, are ordinary here.",
        covers.inherited_in_match,
    ),
    Difference(
        ("match",),
        "A parameter of such a name fails or is lost in JavaScript. Here it is one like any other.",
        covers.inherited_parameter,
    ),
    Difference(
        ("match",),
        "Next.js cuts _NEXTSEP_, a mark of its own, from the beginning of a value. Here it is what was sent.",
        covers.internal_mark,
    ),
    Difference(
        ("match",),
        "Next.js takes a parameter that is spelled as its file spells it, [id], for none, and looks for it in"
        " the query. Here it is a value like any other, and a query never stands for a path.",
        covers.spelt_parameter,
    ),
    Difference(
        ("match",),
        "Beside a parameter Next.js takes x[id] for another, and drops the x. Here it is an ordinary name.",
        covers.half_dynamic,
    ),
    Difference(
        ("conflicts",),
        "A parameter without a name stops the start. Next.js calls it ''.",
        covers.nameless,
    ),
    Difference(
        ("body",),
        "Only charsets that Python decodes in linear time: utf-8, us-ascii, iso-8859-1 and utf-16.",
        covers.charset,
    ),
    Difference(("body",), "Python's integers keep every digit.", covers.long_integer_in_body),
    Difference(
        ("serialize_cookie",),
        "Next.js lets ';' and non-ASCII characters into a cookie's name, path and domain (CVE-2024-47764).",
        covers.cookie_injection,
    ),
    Difference(
        ("calls",), "A number as Set-Cookie is sent as text. Next.js drops it.", covers.number_for_a_cookie
    ),
    Difference(
        ("calls",),
        "Headers and phrases are latin-1. Node encodes the head like the text that follows it.",
        covers.in_utf8,
    ),
    Difference(
        ("calls",),
        "The length of an error's answer is its own. Next.js keeps the one that was told of another answer.",
        covers.failed_late,
    ),
    Difference(
        ("calls",),
        "A handler without an answer, or whose answer failed before it began, is answered 500. Next.js never"
        " answers.",
        covers.never_answered,
    ),
    Difference(
        ("calls",), "An empty phrase in writeHead is none: Node's own stands for it.", covers.empty_phrase
    ),
    Difference(
        ("calls",),
        "The text of an error is never sent as octets, whatever came before.",
        covers.error_of_a_stream,
    ),
    Difference(
        ("calls",), "Of two streams the first is sent. Next.js mixes their pieces.", covers.two_streams
    ),
    Difference(("calls",), "Framing is the business of a WSGI server.", covers.framed_by_the_server),
    Difference(
        ("calls",),
        "Once the head is fixed, it can no longer say 304: the body is sent. Next.js leaves it out.",
        covers.fresh_too_late,
    ),
    Difference(
        ("requests",),
        "Names that every JavaScript object has, or after __proto__ every list, are ordinary here.",
        covers.inherited_in_request,
    ),
    Difference(
        ("requests",),
        "Next.js cuts _NEXTSEP_, a mark of its own, from the beginning of a value. Here it is what was sent.",
        covers.mark_in_request,
    ),
    Difference(
        ("requests",),
        "A parameter that is spelled as its file spells it is a value like any other.",
        covers.spelt_in_request,
    ),
    Difference(
        ("requests",),
        "Only charsets that Python decodes in linear time: utf-8, us-ascii, iso-8859-1 and utf-16.",
        covers.charset_in_request,
    ),
    Difference(("requests",), "The pages for 400, 404 and 405 are ours to choose.", covers.page),
    Difference(
        ("requests",),
        "A client that is still sending is told the length of its answer.",
        covers.still_sending,
    ),
    Difference(
        ("requests",),
        "Node 20 leaves dot segments alone after a segment like .x, against the URL standard.",
        covers.hidden_segment,
    ),
    Difference(("requests",), "WSGI cannot tell an empty Content-Type from none.", covers.typeless),
    Difference(("requests",), "Python's integers keep every digit.", covers.long_integer_in_request),
    Difference(
        ("web.url", "web.url_base", "web.url_can_parse", "web.url_assign", "web.redirect"),
        OLD,
        in_json("xn--"),
    ),
    Difference(("web.url", "web.redirect"), OLD, in_json("mailto:.* [#?]|mailto:/")),
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

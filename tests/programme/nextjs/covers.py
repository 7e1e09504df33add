"""What the entries of differences.py cover: each tells it of an input, the answer of Next.js, and ours."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from nextwsgi import jsontext
from tests.programme.nextjs.area import REFUSED
from tests.programme.nextjs.functions import INHERITED

OCTETS = "application/octet-stream"

Covers = Callable[[Any, Any, Any], object]


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


def inherited_parameter(_given: list[Any], theirs: Any, ours: Any) -> bool:
    """Tell whether a parameter of the route has the name of what every JavaScript object has."""
    pages = found_page(theirs) + found_page(ours)
    return any(name in pages for name in ("__proto__", "constructor"))


def found_page(answer: Any) -> str:
    """Give the route that answers, "" for none."""
    return str(answer[0][0]) if isinstance(answer[0], list) else ""


def internal_mark(given: list[Any], theirs: Any, ours: Any) -> bool:
    """Tell whether the answers are the same without a mark that Next.js puts between parameters."""
    shown = json.dumps(ours)
    without = json.loads(shown.replace('"_NEXTSEP_', '"'))
    return '"_NEXTSEP_' in shown and (theirs == without or inherited_in_match(given, theirs, without))


def half_dynamic(given: list[Any], _theirs: Any, _ours: Any) -> bool:
    """Tell whether a route has a segment with brackets inside and a dynamic one."""
    return any(
        any(re.search(r"[^\[\]]\[[^\[\]]+\]|\[[^\[\]]+\][^\[\]]", part) for part in page.split("/"))
        and any(part.startswith("[") for part in page.split("/"))
        for page in given[0]
    )


def spelt_parameter(given: list[Any], theirs: Any, ours: Any) -> bool:
    """Tell whether the path spells a parameter of its route as the file does, in brackets."""
    path = unquote(unquote(unquote(given[1])))
    pages = found_page(theirs) + found_page(ours)
    return any(part in path for part in re.findall(r"\[.+?\]+", pages))


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


# --- answers over HTTP ------------------------------------------------------------------------------------


def same_but(theirs: Any, ours: Any, *fields: str, headers: tuple[str, ...] = ()) -> bool:
    """Tell whether two answers are the same but for some fields, and some headers."""

    def rest(answer: dict[str, Any]) -> dict[str, Any]:
        found = {**answer, "reason": folded(answer["reason"])}
        lines = [(name, folded(value)) for name, value in answer.get("headers", [])]
        found["headers"] = [line for line in lines if line[0].lower() not in headers and not is_number(*line)]
        return {name: each for name, each in found.items() if name not in fields}

    return rest(theirs) == rest(ours)


def is_number(name: str, text: str) -> bool:
    """Tell whether a header is a cookie that was set to a number."""
    return name.lower() == "set-cookie" and re.fullmatch(r"-?[0-9.]+|true", text) is not None


def folded(text: str) -> str:
    """Read header text as UTF-8, where it is."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


def called(given: Any) -> list[list[Any]]:
    """Give the calls that a request brought along, without what is to be tried."""
    text = next((value for name, value in given["headers"] if name == "x-calls"), "%5B%5D")
    return [each[1:] if each[0] == "try" else each for each in json.loads(unquote(text))]


def in_utf8(_given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether header text beyond ASCII was sent as UTF-8."""
    return same_but(theirs, ours)


def failed_late(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether an error came after the length of another answer was told."""
    failed = given["method"] == "HEAD" or ours.get("body") == "Internal Server Error"
    length = any(name.lower() == "content-length" for name, _ in theirs.get("headers", []))
    fields = ("body", "framing", "complete", "extra")
    return bool(failed and length and same_but(theirs, ours, *fields, headers=("content-length",)))


def never_answered(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether Next.js lets the client wait, and ours says that the handler failed."""
    failed = given["method"] == "HEAD" or ours.get("body") == "Internal Server Error"
    return bool(theirs["status"] == 0 and ours["status"] == 500 and failed)


def error_of_a_stream(_given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether the text of an error is sent as octets, for a stream was to be sent before."""
    failed = ours["status"] == 500 and [*theirs["headers"]].count(["Content-Type", OCTETS]) == 1
    return failed and same_but(theirs, ours, headers=("content-type",))


def empty_phrase(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether writeHead was given an empty phrase."""
    empty = any(name == "writeHead" and "" in rest for name, *rest in called(given))
    # One that was set before and cannot be sent fails here, and is replaced there.
    return empty and theirs["reason"] == "" and (ours["status"] == 500 or same_but(theirs, ours, "reason"))


def number_for_a_cookie(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether a cookie was set to a number."""
    found = re.search(r'"[Ss]et-[Cc]ookie"[,:] ?\[?(-?[0-9]|true)', json.dumps(called(given)))
    return found is not None and same_but(theirs, ours, "body", headers=("content-length",))


def framed_by_the_server(_given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether an answer ends with its connection, in place of a last chunk."""
    return {theirs["framing"], ours["framing"]} == {"close", "chunked"} and same_but(theirs, ours, "framing")


def fresh_too_late(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether a client's copy was found to be good when the head was fixed."""
    asked = any(name.lower() == "if-none-match" for name, _ in given["headers"])
    fixed = any(name in ("writeHead", "write", "flushHeaders") for name, *_ in called(given))
    rest = theirs["reason"] in ("", ours["reason"]) and same_but(theirs, ours, "body", "reason")
    return asked and fixed and rest and ours["body"].startswith(theirs["body"])


def two_streams(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether two streams were sent at once."""
    streams = [args for name, *args in called(given) if name == "send" and "stream" in json.dumps(args)]
    return len(streams) > 1 and same_but(theirs, ours, "body", "complete")


def headless(theirs: Any, ours: Any) -> bool:
    """Tell whether two answers differ in their bodies alone, and in what follows from them."""
    return same_but(theirs, ours, "body", "framing", headers=("content-length",))


def sent_query(given: Any) -> str:
    """Give all that a request sent in which there are names."""
    return unquote(given["target"]) + unquote(given["body"].replace("\r\n", ""))


def inherited_in_request(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether names that every JavaScript object has were sent, in a query or a path."""
    found = any(name in sent_query(given) for name in INHERITED)
    redirected = ("content-length", "location", "refresh")  # which repeat the query
    return found and same_but(theirs, ours, "body", "framing", headers=redirected)


def mark_in_request(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether a value of the path begins as a mark that Next.js puts between parameters."""
    return "_NEXTSEP_" in unquote(given["target"]) and headless(theirs, ours)


def charset_in_request(given: Any, _theirs: Any, ours: Any) -> bool:
    """Tell whether the content type names a charset that is not decoded here."""
    types = [value for name, value in given["headers"] if name.lower() == "content-type"]
    refused = ours["status"] == 400 and (given["method"] == "HEAD" or ours.get("body") == "Invalid body")
    return refused and any("charset" in value.lower() for value in types)


def hidden_segment(given: Any, theirs: Any, _ours: Any) -> bool:
    """Tell whether dot segments follow one that begins with a dot."""
    path = given["target"].partition("?")[0]
    return theirs["status"] == 404 and re.search(r"/\.[^./].*/(\.|%2[eE]){1,2}(/|$)", path) is not None


def typeless(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether the content type was sent without a value."""
    empty = any(name.lower() == "content-type" and not value.strip() for name, value in given["headers"])
    return empty and headless(theirs, ours)


def page(_given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether no handler wrote the answer."""
    return "page" in ours and theirs["status"] == ours["status"] in (400, 404, 405)


def still_sending(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether an answer to a request with a body tells its length, and Next.js sends chunks."""
    names = {name.lower() for name, _ in given["headers"]}
    body = names & {"content-length", "transfer-encoding"}
    return bool(body) and same_but(theirs, ours, "framing", headers=("content-length",))


def long_integer_in_request(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether a body holds whole numbers that JavaScript rounds."""
    return re.search("[0-9]{16}", given["body"].replace("\r\n", "")) is not None and headless(theirs, ours)


def spelt_in_request(given: Any, theirs: Any, ours: Any) -> bool:
    """Tell whether the path spells a parameter in brackets."""
    path = unquote(unquote(unquote(given["target"].partition("?")[0])))
    return re.search(r"\[.+\]", path) is not None and headless(theirs, ours)

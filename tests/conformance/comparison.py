"""Where two answers differ, once what belongs to the server alone is left out."""

import re
from dataclasses import replace

from tests.conformance.exchange import Answer

# These say when and through which server an answer came. Transfer-Encoding is compared as the framing.
SERVERS_OWN = {"date", "server", "via", "connection", "keep-alive", "transfer-encoding"}

MASK = "<opaque>"

# Values that are random or of any algorithm: that they are there, and their form, is what counts.
OPAQUE = {
    "etag": [(r'"[^"]*"', '"<opaque>"')],
    "location": [(r"^http://localhost:[0-9]+", "http://localhost:<opaque>")],
    "x-middleware-rewrite": [(r"//127\.0\.0\.1:[0-9]+", "//<opaque>")],
    "set-cookie": [
        (r"__prerender_bypass=[0-9a-f]{32}", "__prerender_bypass=<opaque>"),
        (r"__next_preview_data=[\w.-]+", "__next_preview_data=<opaque>"),
        # The time of the answer, and as many seconds.
        (r"Expires=[^;]+; Max-Age", "Expires=<opaque>; Max-Age"),
    ],
}


def mismatches(expected: Answer, actual: Answer, *, cased: bool = True) -> dict[str, tuple[str, str]]:
    """Return the fields in which two answers differ, each with the text of both.

    Fields are "status", "reason", "body", "framing", "complete", "extra", "header <name>" (its lines, the
    name in lower case; "" where there is none) and, where `cased`, "case <name>" (the name as written).
    The order of headers is free, except between the lines of one name.
    """
    theirs, ours = _fields(expected), _fields(actual)
    both = {name: (theirs.get(name, ""), ours.get(name, "")) for name in sorted({*theirs, *ours})}
    if cased:
        both |= _cases(expected, actual)
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def masked(answer: Answer) -> Answer:
    """Return the answer with `<opaque>` for what no two answers or builds share."""
    headers = [(name, _masked(name.lower(), value)) for name, value in answer.headers]
    if answer.values("accept-ranges"):  # a file, as old as the checkout
        headers = [(name, MASK if name.lower() == "last-modified" else value) for name, value in headers]
    if not answer.values("x-powered-by"):
        return replace(answer, headers=headers)
    # Pages of Next.js name the build they are of.
    headers = [(name, MASK if name.lower() == "content-length" else value) for name, value in headers]
    return replace(answer, headers=headers, body=MASK.encode() if answer.body else b"")


def _masked(name: str, value: str) -> str:
    for pattern, mask in OPAQUE.get(name, []):
        value = re.sub(pattern, mask, value)
    return value


def _fields(answer: Answer) -> dict[str, str]:
    answer = masked(answer)
    fields = {
        "status": str(answer.status),
        "reason": answer.reason,
        "body": answer.body.decode("utf-8", "backslashreplace"),
        "framing": answer.framing,
        "complete": str(answer.complete),
        "extra": answer.extra.decode("latin-1"),
    }
    for name, value in _kept(answer):
        field = f"header {name.lower()}"
        fields[field] = "\n".join(filter(None, [fields.get(field), f"{name.lower()}: {value}"]))
    return fields


def _cases(expected: Answer, actual: Answer) -> dict[str, tuple[str, str]]:
    theirs, ours = ({name.lower(): name for name, _ in _kept(answer)} for answer in (expected, actual))
    return {f"case {name}": (theirs[name], ours[name]) for name in theirs.keys() & ours.keys()}


def _kept(answer: Answer) -> list[tuple[str, str]]:
    return [line for line in answer.headers if line[0].lower() not in SERVERS_OWN]

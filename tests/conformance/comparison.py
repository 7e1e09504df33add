"""Where two answers differ, once what belongs to the server alone is left out."""

import re
from dataclasses import replace

from tests.conformance.exchange import Answer

# These say when and through which server an answer came. Transfer-Encoding is compared as the framing.
SERVERS_OWN = {"date", "server", "via", "connection", "keep-alive", "transfer-encoding"}

# Values that are random or of any algorithm: that they are there, and their form, is what counts.
OPAQUE = {
    "etag": [(r'"[^"]*"', '"<opaque>"')],
    "set-cookie": [
        (r"__prerender_bypass=[0-9a-f]{32}", "__prerender_bypass=<opaque>"),
        (r"__next_preview_data=[\w.-]+", "__next_preview_data=<opaque>"),
    ],
}


def mismatches(expected: Answer, actual: Answer, *, cased: bool = True) -> dict[str, tuple[str, str]]:
    """Return the fields in which two answers differ, each with the text of both.

    Fields are "status", "reason", "body", "framing", "complete", "extra" and "header <lower-case name>".
    The order of headers is free, except between the lines of one name.
    """
    ours, theirs = _fields(expected, cased), _fields(actual, cased)
    names = sorted({*ours, *theirs})
    both = {name: (ours.get(name, ""), theirs.get(name, "")) for name in names}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def masked(answer: Answer) -> Answer:
    """Return the answer with `<opaque>` for the parts of its header values that no two answers share."""
    return replace(answer, headers=[(name, _masked(name.lower(), value)) for name, value in answer.headers])


def _masked(name: str, value: str) -> str:
    for pattern, mask in OPAQUE.get(name, []):
        value = re.sub(pattern, mask, value)
    return value


def _fields(answer: Answer, cased: bool) -> dict[str, str]:
    fields = {
        "status": str(answer.status),
        "reason": answer.reason,
        "body": answer.body.decode("utf-8", "backslashreplace"),
        "framing": answer.framing,
        "complete": str(answer.complete),
        "extra": answer.extra.decode("latin-1"),
    }
    for name, value in masked(answer).headers:
        if name.lower() not in SERVERS_OWN:
            line = f"{name if cased else name.lower()}: {value}"
            fields[f"header {name.lower()}"] = "\n".join(
                filter(None, [fields.get(f"header {name.lower()}"), line])
            )
    return fields

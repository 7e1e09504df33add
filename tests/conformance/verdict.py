"""Say whether an answer of ours is as recorded, but for the differences that are listed."""

from tests.conformance.comparison import SERVERS_OWN, mismatches
from tests.conformance.difference import EVERYTHING, Difference
from tests.conformance.differences import excused, listed
from tests.conformance.exchange import Answer, Exchange

SHOWN = 600
LENGTH = ("framing", "header content-length")


def complaints(exchange: Exchange, expected: Answer, actual: Answer, server: str) -> list[str]:
    """Return a sentence for each field that differs unlisted, and for each listed one that does not."""
    known = listed(exchange.name, server)
    if EVERYTHING in known and mismatches(expected, actual):
        return []
    # waitress writes every header name in Its-Own-Case and granian in lower case: there any case will do.
    found = mismatches(expected, actual, cased=server not in ("waitress", "granian"))
    if "body" in known:
        # With another body come another length and its telling; the client has checked that it is right.
        found = {field: pair for field, pair in found.items() if field not in LENGTH}
    texts = [
        _unlisted(field, *pair, known.get(field))
        for field, pair in found.items()
        if not excused(expected, server, field, *pair)
    ]
    unused = [f"{field}: listed as a difference, but there is none" for field in known if field not in found]
    return [text for text in texts if text] + unused


def report(exchange: Exchange, expected: Answer, actual: Answer, server: str, texts: list[str]) -> str:
    """Return the exchange, what is wrong, and both answers, for a reader."""
    parts = [f"{exchange.name} on {server}", *texts, "--- asked", _shown(exchange.raw)]
    return "\n".join([*parts, "--- Next.js", shown(expected), f"--- {server}", shown(actual)])


def shown(answer: Answer) -> str:
    """Return an answer as text."""
    lines = [f"{name}: {value}" for name, value in answer.headers if name.lower() not in SERVERS_OWN]
    notes = f"[{answer.framing}{'' if answer.complete else ', cut off'}]"
    return "\n".join([f"{answer.status} {answer.reason} {notes}", *lines, "", _shown(answer.body)])


def _unlisted(field: str, expected: str, actual: str, known: Difference | None) -> str:
    if known is None:
        return f"{field}: Next.js has {expected[:SHOWN]!r}, ours {actual[:SHOWN]!r}"
    if known.ours is not None and known.ours != actual:
        return f"{field}: listed as {known.ours[:SHOWN]!r}, but ours is {actual[:SHOWN]!r}"
    return ""


def _shown(data: bytes) -> str:
    text = data[:SHOWN].decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return text if len(data) <= SHOWN else f"{text}... ({len(data)} bytes)"

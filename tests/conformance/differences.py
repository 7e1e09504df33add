"""Where nextwsgi answers otherwise than Next.js, and why. An entry that no longer holds fails the suite."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.exchange import Answer

ALL = ("gunicorn-sync", "gunicorn-gthread", "waitress", "development")


@dataclass(frozen=True)
class Difference:
    """One field of the answers to some exchanges that is not as Next.js sends it.

    `field` is a field of `comparison.mismatches`; `ours` its text in our answer ("" where it is absent).
    """

    exchanges: tuple[str, ...]
    field: str
    ours: str
    reason: str
    servers: tuple[str, ...] = ALL


@dataclass(frozen=True)
class General:
    """One field that is not as Next.js sends it wherever its answer is of some kind.

    `ours` makes our text of the text of Next.js, or is None where any text will do. `witness` is an exchange
    that must show the difference, so that the entry goes when the difference does.
    """

    applies: Callable[[Answer], bool]
    field: str
    ours: Callable[[str], str] | None
    witness: str
    reason: str


def _page(answer: Answer) -> bool:
    return any(value.startswith("text/html;") for value in answer.values("content-type"))


def _compressible(answer: Answer) -> bool:
    return any(value.endswith("Accept-Encoding") for value in answer.values("vary"))


def _without_accept_encoding(text: str) -> str:
    return text.removesuffix("Accept-Encoding").removesuffix(", ").removesuffix("Vary: ")


NO_PAGES = "There are no pages: what an answer that no handler gave looks like is ours to choose."
GENERAL = [
    *[
        General(_page, field, None, "no_such_route", NO_PAGES)
        for field in ("body", "header cache-control", "header content-length", "header etag", "header x-powered-by")
    ],
    General(
        _compressible,
        "header vary",
        _without_accept_encoding,
        "static_route",
        "Next.js compresses for a client that accepts it, and says so. Here a proxy compresses, and says so.",
    ),
]

DIFFERENCES: list[Difference] = []


def listed(exchange: str, server: str) -> dict[str, Difference]:
    """Return the differences listed for one exchange on one server, by field."""
    found = (entry for entry in DIFFERENCES if exchange in entry.exchanges and server in entry.servers)
    return {entry.field: entry for entry in found}


def excused(expected: Answer, field: str, theirs: str, ours: str) -> bool:
    """Tell whether a general difference covers this field of an answer of that kind."""
    found = (entry for entry in GENERAL if entry.field == field and entry.applies(expected))
    return any(entry.ours is None or entry.ours(theirs) == ours for entry in found)

"""Where nextwsgi answers otherwise than Next.js, and why. An entry that no longer holds fails the suite."""

from tests.conformance.difference import Difference
from tests.conformance.differences_answers import ANSWERS
from tests.conformance.differences_app import APP
from tests.conformance.differences_front import FRONT
from tests.conformance.differences_general import GENERAL
from tests.conformance.differences_requests import REQUESTS
from tests.conformance.exchange import Answer

__all__ = ["DIFFERENCES", "GENERAL", "excused", "listed"]

DIFFERENCES: list[Difference] = [*REQUESTS, *ANSWERS, *FRONT, *APP]


def listed(exchange: str, server: str) -> dict[str, Difference]:
    """Return the differences listed for one exchange on one server, by field."""
    found = (entry for entry in DIFFERENCES if exchange in entry.exchanges and server in entry.servers)
    return {entry.field: entry for entry in found}


def excused(expected: Answer, server: str, field: str, theirs: str, ours: str) -> bool:
    """Tell whether a general difference covers this field of an answer of that kind."""
    found = (entry for entry in GENERAL if entry.field == field and server in entry.servers)
    return any(
        entry.applies(expected) and (entry.ours is None or entry.ours(theirs) == ours) for entry in found
    )

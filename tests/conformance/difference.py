"""What a listed difference says, and short ways to list many."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.exchange import Answer

GUNICORN = ("gunicorn-sync", "gunicorn-gthread")
WAITRESS = ("waitress",)
GRANIAN = ("granian",)
DEVELOPMENT = ("development",)
PRODUCTION = (*GUNICORN, *WAITRESS, *GRANIAN)
WITHOUT_SPACE = (*GUNICORN, *DEVELOPMENT)
UNBUFFERED = (*GUNICORN, *GRANIAN, *DEVELOPMENT)
ALL = (*PRODUCTION, *DEVELOPMENT)


# Stands for all fields: another answer altogether.
EVERYTHING = "*"


@dataclass(frozen=True)
class Difference:
    """One field of the answers to some exchanges that is not as Next.js sends it.

    `field` is a field of `comparison.mismatches`, or EVERYTHING. `ours` is its text in our answer: "" where
    it is absent, None where any text will do. Where the body is listed, its length may differ with it.
    """

    exchanges: tuple[str, ...]
    field: str
    ours: str | None
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
    servers: tuple[str, ...] = ALL


ERROR = "Internal Server Error"
UNREAD = (
    "An answer to a client that is still sending tells its length, so that the client knows its end at once."
)
TOLD = "The development server tells whoever writes the handler what went wrong."


def bodies(ours: dict[str, str], reason: str, servers: tuple[str, ...] = ALL) -> list[Difference]:
    """List the body of each of these exchanges, with its own text."""
    return [Difference((name,), "body", text, reason, servers) for name, text in ours.items()]


def instead(
    names: list[str], ours: dict[str, str], reason: str, servers: tuple[str, ...] = ALL
) -> list[Difference]:
    """List these fields, with the same text for each of these exchanges."""
    return [Difference(tuple(names), field, text, reason, servers) for field, text in ours.items()]


def refused(names: list[str], ours: dict[str, str], reason: str) -> list[Difference]:
    """List these exchanges as errors of ours, with these fields besides."""
    return [
        *instead(names, {"status": "500", "reason": ERROR, **ours}, reason),
        Difference(tuple(names), "body", ERROR, reason, PRODUCTION),
        *[
            Difference(tuple(names), field, None, TOLD, DEVELOPMENT)
            for field in ("body", "header content-type")
        ],
    ]

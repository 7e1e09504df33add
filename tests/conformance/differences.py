"""Where nextwsgi answers otherwise than Next.js, and why. An entry that no longer holds fails the suite."""

from dataclasses import dataclass

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


DIFFERENCES: list[Difference] = []


def listed(exchange: str, server: str) -> dict[str, Difference]:
    """Return the differences listed for one exchange on one server, by field."""
    found = (entry for entry in DIFFERENCES if exchange in entry.exchanges and server in entry.servers)
    return {entry.field: entry for entry in found}

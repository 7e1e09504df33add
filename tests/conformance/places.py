"""Where the suite keeps its things, and which areas there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from tests.conformance.exchange import Exchange

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROJECT = HERE / "project"
RECORDED = HERE / "recorded"


@dataclass(frozen=True)
class Site:
    """A project, and what is in the environment of a server that serves it."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    """Where Next.js listens. It takes this for the origin of its own URLs, which it calls localhost."""


FRONT = PROJECT / "front"
SITES = {
    "pages": Site(PROJECT),
    # One project with a next.config and a proxy, in three configurations.
    "plain": Site(FRONT, {"FRONT": "plain"}, "localhost"),
    "base": Site(FRONT, {"FRONT": "base"}, "localhost"),
    "slash": Site(FRONT, {"FRONT": "slash"}, "localhost"),
}


def sites(asked: list[Exchange]) -> dict[str, list[Exchange]]:
    """Part exchanges by the names of their sites."""
    found = {name: [each for each in asked if each.site == name] for name in SITES}
    return {name: parted for name, parted in found.items() if parted}


def areas() -> list[str]:
    """Return the names of the modules in exchanges/."""
    return sorted(path.stem for path in (HERE / "exchanges").glob("[a-z]*.py"))


def exchanges(area: str) -> list[Exchange]:
    """Return the EXCHANGES of one area."""
    found: list[Exchange] = import_module(f"tests.conformance.exchanges.{area}").EXCHANGES
    return found

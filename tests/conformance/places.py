"""Where the suite keeps its things, and which areas there are."""

from importlib import import_module
from pathlib import Path

from tests.conformance.exchange import Exchange

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROJECT = HERE / "project"
RECORDED = HERE / "recorded"


def areas() -> list[str]:
    """Return the names of the modules in exchanges/."""
    return sorted(path.stem for path in (HERE / "exchanges").glob("[a-z]*.py"))


def exchanges(area: str) -> list[Exchange]:
    """Return the EXCHANGES of one area."""
    found: list[Exchange] = import_module(f"tests.conformance.exchanges.{area}").EXCHANGES
    return found

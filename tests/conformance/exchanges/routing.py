"""Which file answers a path."""

from tests.conformance.exchange import get

EXCHANGES = [
    get("static_route", "/api/routing/static"),
]

"""What has arrived while the handler still waits: the client hangs up long before the rest."""

from dataclasses import replace

from tests.conformance.exchange import Exchange, get

CASES = ["written", "written_with_length", "flushed", "head_alone", "empty_piece", "sent", "answered"]
PATIENCE = 0.7


def _early(route: str, case: str) -> Exchange:
    name = f"{route.replace('-', '_')}_{case}"
    return replace(get(name, f"/api/stream/{route}?case={case}"), timeout=PATIENCE)


EXCHANGES = [_early(route, case) for route in ("slow", "slow-in-def") for case in CASES]

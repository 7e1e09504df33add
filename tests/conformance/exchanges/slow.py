"""What has arrived while the handler still waits: the client hangs up long before the rest."""

from dataclasses import replace

from tests.conformance.exchange import Exchange, get

CASES = ["written", "written_with_length", "flushed", "head_alone", "empty_piece", "sent", "answered"]
CASES_IN_DEF = ["written", "flushed", "sent", "answered"]
PATIENCE = 0.7

# Answered once a worker is free: a handler that still waits for the client before must not count here.
FREE = get("", "/api/res/end?case=nothing")


def _early(route: str, case: str) -> Exchange:
    name = f"{route.replace('-', '_')}_{case}"
    return replace(get(name, f"/api/stream/{route}?case={case}", after=FREE), timeout=PATIENCE)


EXCHANGES = [
    *[_early("slow", case) for case in CASES],
    *[_early("slow-in-def", case) for case in CASES_IN_DEF],
]

"""Statuses under 200, which are no final answer to any client."""

from dataclasses import replace

from tests.conformance.exchange import get

EXCHANGES = [
    replace(get(f"status_{code}_{how}", f"/api/res/status?as={how}&code={code}"), timeout=1.0)
    for code in (100, 101, 102, 103, 150, 199)
    for how in ("json", "end")
]

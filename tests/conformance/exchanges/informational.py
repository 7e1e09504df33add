"""Statuses under 200, which are no final answer to any client."""

from dataclasses import replace

from tests.conformance.exchange import get

EXCHANGES = [
    replace(get(f"informational_{code}_{how}", f"/api/res/status?as={how}&code={code}"), timeout=1.0)
    for code in (100, 101, 103, 199)
    for how in ("json", "end")
]

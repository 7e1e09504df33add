"""What the small projects of tests are made of; the fixture ``project`` serves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.contract.client import Client

SHOW = """
def handler(req, res):
    res.setHeader("X-Own", "route")
    found = {name: value for name, value in req.headers.items() if name.startswith("x-")}
    res.json({"url": req.url, "query": req.query, "method": req.method, "headers": found, "body": req.body})
"""

MakeProject = Callable[[Mapping[str, str]], Client]

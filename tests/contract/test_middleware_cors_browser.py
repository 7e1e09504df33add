"""``with_cors`` as a browser takes it: what a page of another origin can read, and what it cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.contract.serving import Server, gunicorn, write
from tests.demo.chromium import PROGRAM, Page, open_page

pytestmark = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="there is no chromium; with CI set this would fail"
)

ROUTES = {
    "named": r"""
import re
from marshmallow import fields
from nextwsgi.middleware import compose, methods, with_cors, with_validation

pages = re.compile(r"http://127\.0\.0\.1:\d+")

def show(req, res):
    res.setHeader("X-Total", 5).setHeader("X-Hidden", 6).json({})

@with_validation({"n": fields.Int(required=True)})
async def create(req, res):
    res.status(201).json(req.body)

def broken(req, res):
    raise RuntimeError("lost")

handler = compose(
    with_cors(origin=pages, credentials=True, exposedHeaders=["X-Total"], maxAge=5),
)(methods(GET=show, PUT=create, DELETE=broken))
""",
    "open": """
from nextwsgi.middleware import with_cors

@with_cors()
def handler(req, res):
    res.json("open")
""",
    "closed": "def handler(req, res): res.json('closed')\n",
}

ASK = """
(async () => {{
  try {{
    const answer = await fetch('http://localhost:{port}/api/{path}', {options})
    const names = ['x-total', 'x-hidden'].map((name) => answer.headers.get(name))
    return [answer.status, await answer.text(), ...names]
  }} catch (error) {{
    return error.name
  }}
}})()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("browser")
    write(root, ROUTES)
    (root / "public").mkdir()
    (root / "public" / "page.html").write_text("<!doctype html><title>A page</title>")
    with gunicorn(root, "gthread", 4) as running:
        yield running


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with open_page() as opened:
        yield opened


def ask(page: Page, server: Server, host: str, path: str, options: str = "{}") -> object:
    """Have a page of ``host`` fetch a route of the host ``localhost``, which is another origin to it."""
    page.call("Page.enable")
    page.call("Page.navigate", url=f"http://{host}:{server.port}/page.html")
    page.run(
        "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', done))"
    )
    return page.run(ASK.format(port=server.port, path=path, options=options))


PUT = "{{method: 'PUT', credentials: 'include', headers: {{'Content-Type': 'application/json'}}, body: {}}}"
LOST = "TypeError"  # what fetch says where the browser keeps the answer to itself


@pytest.mark.parametrize(
    ("host", "path", "options", "seen"),
    [
        ("127.0.0.1", "named", "{credentials: 'include'}", [200, "{}", "5", None]),
        ("127.0.0.1", "named", PUT.format('\'{"n": "7"}\''), [201, '{"n":7}', None, None]),
        ("127.0.0.1", "named", PUT.format("'{'"), [400, "Invalid JSON", None, None]),
        (
            "127.0.0.1",
            "named",
            PUT.format("'x'.repeat(3000000)"),
            [413, "Body exceeded 1mb limit", None, None],
        ),
        (
            "127.0.0.1",
            "named",
            PUT.format("'{\"n\": 7}'").replace("PUT", "DELETE"),
            [500, "Internal Server Error", None, None],
        ),
        ("evil.localhost", "named", "{credentials: 'include'}", LOST),
        ("evil.localhost", "named", "{}", LOST),
        ("evil.localhost", "named", PUT.format("'{\"n\": 7}'"), LOST),
        ("evil.localhost", "open", "{}", [200, '"open"', None, None]),
        ("evil.localhost", "open", "{credentials: 'include'}", LOST),
        ("evil.localhost", "closed", "{}", LOST),
        ("localhost", "closed", "{}", [200, '"closed"', None, None]),
    ],
)
def test_a_page_reads_what_its_origin_may(
    page: Page, server: Server, host: str, path: str, options: str, seen: object
) -> None:
    assert ask(page, server, host, path, options) == seen

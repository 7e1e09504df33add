"""Next.js, with pages in React, and nextwsgi in one folder, each in front of the other, in a real browser.

``pytest tests/conformance/beside.py``: it needs Node and npm, so the ordinary test run leaves it to
``tox -e conformance``. Both are started as the guide says (docs/porting.md, "Another origin").
"""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from json import dumps
from pathlib import Path

import pytest

from nextwsgi.front import config
from tests.conformance import servers
from tests.conformance.places import Site
from tests.conformance.record import one_at_a_time
from tests.contract.compression import CASES, PROJECT, Case, decoded
from tests.contract.sockets import TEXT, connected, frame
from tests.demo.chromium import Page, open_page

PATIENCE = 20.0


@dataclass(frozen=True)
class Pair:
    """The ports of both servers, and which of them the browser asks."""

    node: int
    python: int
    front: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.front}"

    @property
    def behind(self) -> str:
        """Name the one that the other asks."""
        return "python" if self.front == self.node else "node"


@contextmanager
def next_in_front(go: Path) -> Iterator[Pair]:
    """Have Next.js ask ours for what it does not have below ``/api``: its rewrites are part of its build."""
    with (
        servers.nextwsgi_start(Site(PROJECT, {"GO": str(go)})) as ours,
        _next(go, PYTHON_PORT=str(ours)) as port,
    ):
        yield Pair(port, ours, front=port)


@contextmanager
def nextwsgi_in_front(go: Path) -> Iterator[Pair]:
    """Have ours ask Next.js for whatever it does not have."""
    with (
        _next(go) as port,
        servers.nextwsgi_start(Site(PROJECT, {"GO": str(go), "NEXT_PORT": str(port)})) as ours,
    ):
        yield Pair(port, ours, front=ours)


@contextmanager
def _next(go: Path, **environment: str) -> Iterator[int]:
    site = Site(PROJECT, {"GO": str(go), **environment})
    servers.install_next()
    servers.build_next(site)
    with servers.next_start(site) as port:
        yield port


SIDES: dict[str, Callable[[Path], AbstractContextManager[Pair]]] = {
    "next in front": next_in_front,
    "nextwsgi in front": nextwsgi_in_front,
}


@pytest.fixture(scope="module", params=SIDES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with one_at_a_time(), SIDES[request.param](tmp_path_factory.mktemp("beside") / "go") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with open_page() as page:
        page.call("Page.enable")
        listen = "window.failures = []; addEventListener('error', (e) => failures.push(e.message), true)"
        page.call("Page.addScriptToEvaluateOnNewDocument", source=listen)
        yield page


@pytest.fixture
def page(browser: Page, pair: Pair) -> Iterator[Page]:
    """Open the front page without cookies, and wait until React has taken it over."""
    browser.call("Network.clearBrowserCookies")
    _open(browser, f"{pair.origin}/", "#count")
    yield browser
    assert browser.run("failures") == []


def _open(page: Page, url: str, button: str) -> None:
    page.call("Page.navigate", url=url)
    _until(
        page, f"Object.keys(document.querySelector('{button}') ?? {{}}).some((k) => k.startsWith('__react'))"
    )


def _until(page: Page, condition: str) -> None:
    end = time.monotonic() + PATIENCE
    while not page.run(f"Boolean({condition})"):
        assert time.monotonic() < end, (condition, page.run("document.documentElement.outerHTML"))
        time.sleep(0.02)


def _text(selector: str) -> str:
    return f"document.querySelector('{selector}')?.textContent"


# --- Pages ------------------------------------------------------------------------------------------------


def test_a_page_comes_to_life_with_all_of_its_files(page: Page) -> None:
    page.run("document.querySelector('#count').click()")
    _until(page, f"{_text('#count')} === '1 times'")
    files = page.run(
        "performance.getEntriesByType('resource').filter((e) => e.name.includes('/_next/static/'))"
        ".map((e) => e.responseStatus)"
    )
    assert len(files) > 3
    assert set(files) == {200}


def test_a_link_leads_to_the_next_page_without_loading_one(page: Page) -> None:
    page.run(
        "window.kept = true; document.cookie = 'own=1; path=/'; document.querySelector('#about').click()"
    )
    _until(page, f"{_text('#told')} === 'from home with own'")
    assert page.run("[location.pathname, window.kept]") == ["/about", True]


def test_a_page_loaded_anew_is_the_same(page: Page, pair: Pair) -> None:
    page.call("Page.navigate", url=f"{pair.origin}/about?from=a%20b%2Fc")
    _until(page, f"{_text('#told')} === 'from a b/c with '")


def test_an_action_of_the_server_is_called(page: Page, pair: Pair) -> None:
    _open(page, f"{pair.origin}/panel", "#save")
    assert page.run(_text("#before")) == "nothing"
    page.run("document.querySelector('#save').click()")
    _until(page, f"{_text('#told')} === 'saved clicked'")
    _until(page, f"{_text('#before')} === 'clicked'")


# --- Routes -----------------------------------------------------------------------------------------------

BOTH = pytest.mark.parametrize("who", ["node", "python"])


def _fetch(page: Page, path: str, options: object) -> object:
    return page.run(f"fetch({dumps(path)}, {dumps(options)}).then((answer) => answer.json())")


@BOTH
def test_a_page_posts_to_a_route_of_either(page: Page, who: str) -> None:
    body = {"name": "Zo\xeb", "lines": [1, 2.5, None], "text": "x" * 100_000}
    options = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": dumps(body)}
    told = _fetch(page, f"/api/{who}?a=1&a=2&b=c%2Fd", options)
    query = {"a": ["1", "2"], "b": "c/d"}
    assert told == {"by": who, "method": "POST", "query": query, "body": body, "cookies": []}


def test_each_sees_the_cookies_that_the_other_has_set(page: Page) -> None:
    for who in ("node", "python"):
        _fetch(page, f"/api/{who}", {})
    assert page.run("document.cookie.split('; ').sort()") == ["node=1", "python=1"]
    cookies = ["node", "node-too", "python", "python-too"]
    for who in ("node", "python"):
        told = _fetch(page, f"/api/{who}", {})
        assert isinstance(told, dict)
        assert told["cookies"] == cookies


@BOTH
def test_a_stream_of_either_arrives_piece_by_piece(page: Page, who: str) -> None:
    script = """(async () => {
        const reader = (await fetch('/api/%s-pieces')).body.getReader()
        const text = async () => new TextDecoder().decode((await reader.read()).value)
        const first = await text()
        await fetch('/api/%s-pieces?go')
        return [first, await text(), (await reader.read()).done]
    })()"""
    assert page.run(script % (who, who)) == ["one ", "two", True]


def test_what_neither_has_is_a_404(page: Page) -> None:
    for path in ("/nothing", "/api/nothing", "/_next/static/nothing.js"):
        assert page.run(f"fetch('{path}').then((answer) => answer.status)") == 404


def test_who_is_behind_is_told_who_was_asked_and_by_whom(page: Page, pair: Pair) -> None:
    told = _fetch(page, f"/api/{pair.behind}-asked", {})
    assert isinstance(told, dict)
    own = {"node": pair.node, "python": pair.python}[pair.behind]
    assert told["host"] == f"127.0.0.1:{own}"
    assert told["x-forwarded-host"] == f"127.0.0.1:{pair.front}"
    # Next.js itself does not say by whom: its rewrites pass on what a proxy in front of it has said.
    by = {"node": "127.0.0.1", "python": None}[pair.behind]
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == (by, "http" if by else None)


def test_a_conversation_goes_through_next(pair: Pair) -> None:
    if pair.behind == "node":
        return  # none goes through a rewrite of ours
    with connected(pair.front, "/api/python-talks") as line:
        line.send(frame(TEXT, b"hello"))
        assert line.read() == (TEXT, b"hello False")


# --- next.config ------------------------------------------------------------------------------------------

KEYS = """
const { configSchema } = require('next/dist/server/config-schema.js')
const schema = typeof configSchema === 'function' ? configSchema() : configSchema
console.log(Object.keys((schema._def.getter?.() ?? schema).shape).join('\\n'))
"""


def test_each_key_of_next_is_known() -> None:
    servers.install_next()
    told = subprocess.run(["node", "-e", KEYS], cwd=PROJECT, check=True, capture_output=True, text=True)
    names = set(told.stdout.split())
    assert len(names) > 50
    assert names - {*config.KEYS, *config.IDLE} == set()


# --- compress ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.target} {case.accept}")
def test_next_compresses_what_the_contract_s_tests_say(pair: Pair, case: Case) -> None:
    plain, _, _ = _ask(pair.node, case, None)
    body, encoding, vary = _ask(pair.node, case, case.accept)
    assert (encoding, "accept-encoding" in vary.lower()) == case.expected_of_next()
    assert decoded(encoding, body) == plain


def _ask(port: int, case: Case, accept: str | None) -> tuple[bytes, str, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.putrequest(case.method, case.target_of("node"), skip_accept_encoding=True)
        if accept is not None:
            connection.putheader("Accept-Encoding", accept)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.read(), answer.getheader("Content-Encoding") or "", answer.getheader("Vary") or ""

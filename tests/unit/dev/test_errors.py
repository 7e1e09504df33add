"""An error is shown where it is seen, with its source and without secrets."""

import logging
import sys

import pytest

from nextwsgi.dev.errors import Formatter
from nextwsgi.errors import RouteError
from tests.unit.dev.site import HELLO, Site

HTML = "text/html,application/xhtml+xml"
FAILING = (
    "from lib.rows import find\n\n\ndef handler(req, res):\n    res.setHeader('X-Kept', 'yes')\n"
    "    res.json(find(req.query['id']))\n"
)
ROWS = "def find(id):\n    secret = 'inside'\n    return {}[id]\n"


@pytest.fixture
def failing(site: Site) -> Site:
    """Give a project whose route /api/[id] fails in lib/rows.py."""
    site.write("pages/api/[id].py", FAILING)
    site.write("lib/rows.py", ROWS)
    return site


def test_a_program_gets_text(failing: Site) -> None:
    answer = failing.ask("/api/7?token=hidden", Accept="*/*", X_Secret="hidden", Cookie="sid=hidden")
    told = answer.get_data(as_text=True)
    assert answer.status == "500 Internal Server Error"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Kept"] == "yes"
    assert told.startswith("GET /api/7 failed in pages/api/[id].py\n\nKeyError: '7'\n")
    assert "  pages/api/[id].py:6 in handler\n" in told
    assert "  lib/rows.py:3 in find\n       1 | def find(id):\n" in told
    assert "  >    3 |     return {}[id]\n" in told
    assert "hidden" not in told


def test_a_browser_gets_a_page_without_script_or_secrets(failing: Site) -> None:
    answer = failing.ask("/api/7?token=hidden", Accept=HTML, Cookie="sid=hidden", Authorization="hidden")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>KeyError</h1>" in page
    assert "<b><i>3</i>    return {}[id]</b>" in page
    assert "<summary>2 steps outside the project</summary>" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "hidden" not in page


def test_a_page_escapes_whatever_it_shows(site: Site) -> None:
    bad = "<script>alert(1)</script>"
    site.write(f"pages/api/[{'<b>'}].py", f"def handler(req, res):\n    raise ValueError('{bad}')  # {bad}\n")
    page = site.text("/api/<img src=x>", Accept=HTML)
    assert bad not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page
    assert "<b>]" not in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        # To an address of the network, and by old browsers, no Sec-Fetch-Site is sent.
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example:3000"},
        {"Origin": "http://a:b:c"},
    ],
)
def test_other_sites_are_shown_nothing(failing: Site, headers: dict[str, str]) -> None:
    failing.write(
        "next.config.py",
        'allow = {"key": "Access-Control-Allow-Origin", "value": "*"}\n'
        'config = {"headers": [{"source": "/:path*", "headers": [allow]}]}\n',
    )
    for path, told in (("/api/7", b"Internal Server Error"), ("/nope", b"Not Found")):
        answer = failing.ask(path, Accept="*/*", **headers)
        assert answer.get_data() == told
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("origin", ["http://localhost", "http://localhost:5173", "https://LOCALHOST"])
def test_a_page_of_this_machine_is_shown_what_failed(failing: Site, origin: str) -> None:
    assert "KeyError" in failing.text("/api/7", Accept="*/*", Origin=origin)
    assert "KeyError" in failing.text("/api/7", Origin=origin, Sec_Fetch_Site="same-site")


@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_what_an_exception_came_from_is_shown_after_it(site: Site, accept: str) -> None:
    site.write(
        "pages/api/a.py",
        "def handler(req, res):\n    try:\n        1 / 0\n    except ZeroDivisionError as error:\n"
        "        raise LookupError('outer') from error\n",
    )
    told = site.text("/api/a", Accept=accept)
    assert 0 < told.index("LookupError") < told.index("It came from this one:") < told.rindex("ZeroDivision")


def test_an_exception_that_came_from_itself_is_shown_once(site: Site) -> None:
    site.write(
        "pages/api/a.py",
        "def handler(req, res):\n    first, second = KeyError('a'), KeyError('b')\n"
        "    first.__cause__, second.__cause__ = second, first\n    raise first\n",
    )
    assert site.text("/api/a").count("KeyError: ") == 2


def test_a_hidden_context_stays_hidden(site: Site) -> None:
    site.write(
        "pages/api/a.py",
        "def handler(req, res):\n    try:\n        1 / 0\n    except ZeroDivisionError:\n"
        "        raise LookupError('outer') from None\n",
    )
    assert "It came from" not in site.text("/api/a")


def test_an_exception_that_cannot_be_written_is_shown_all_the_same(site: Site) -> None:
    site.write(
        "pages/api/a.py",
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n\n\n"
        "def handler(req, res):\n    raise Odd\n",
    )
    assert "pages.api.a.Odd: (its message cannot be shown)" in site.text("/api/a")


def test_a_syntax_error_shows_its_line(site: Site) -> None:
    site.write("pages/api/a.py", "import lib.broken\n" + HELLO)
    site.write("lib/broken.py", "x = 1\ny = (\n")
    told = site.text("/api/a")
    assert "SyntaxError: '(' was never closed" in told
    assert "  lib/broken.py:2\n       1 | x = 1\n  >    2 | y = (\n" in told


def test_a_syntax_error_without_a_file_is_shown_too(site: Site) -> None:
    site.write("pages/api/a.py", "def handler(req, res):\n    raise SyntaxError('odd')\n")
    assert "SyntaxError: odd" in site.text("/api/a")


def test_a_mistake_that_nextwsgi_finds_is_shown_by_its_message(site: Site) -> None:
    site.write("pages/api/a.py", "def handler(req, res):\n    pass\n")
    told = site.text("/api/a")
    assert "the handler returned without an answer" in told
    assert "outside the project" not in told


@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_a_failure_outside_the_project_shows_where_it_came_from(site: Site, accept: str) -> None:
    site.write("pages/api/a.py", "from operator import methodcaller\nhandler = methodcaller('nothing')\n")
    told = site.text("/api/a", Accept=accept)
    assert "TypeError" in told
    assert "resolver.py:" in told


def test_wrong_config_is_shown_by_its_problems(site: Site) -> None:
    site.write("pages/api/a.py", "config = {'apy': {}}\n" + HELLO)
    assert "This route cannot be served: pages/api/a.py: config has no key 'apy'" in site.text("/api/a")


def test_the_log_shows_what_the_text_shows(failing: Site) -> None:
    try:
        raise RouteError(["pages/api/a.py: odd"])
    except RouteError:
        record = logging.LogRecord("nextwsgi", logging.ERROR, "", 1, "GET /api/a failed", (), sys.exc_info())
    text = Formatter(failing.root).format(record)
    assert text == "GET /api/a failed\nThis route cannot be served: pages/api/a.py: odd\n"


# --- not found --------------------------------------------------------------------------------------------


def test_a_program_is_told_which_routes_there_are(failing: Site) -> None:
    failing.write("pages/api/a/b.py")
    answer = failing.ask("/api/nope/nope", Accept="*/*")
    assert answer.status == "404 Not Found"
    assert answer.get_data(as_text=True) == (
        "No route answers /api/nope/nope.\n\n  /api/[id]  pages/api/[id].py\n  /api/a/b   pages/api/a/b.py\n"
    )


def test_a_browser_is_given_links_to_the_routes_there_are(failing: Site) -> None:
    failing.write("pages/api/a/<b>.py")
    answer = failing.ask("/api/<i>/nope", Accept=HTML)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert '<td><a href="/api/a/%3Cb%3E">/api/a/&lt;b&gt;</a></td>' in page
    assert "<td>/api/[id]</td>" in page
    assert "<i>" not in page


def test_head_gets_the_head_alone(failing: Site) -> None:
    answer = failing.ask("/nope", "HEAD", Accept=HTML)
    assert answer.status_code == 404
    assert int(answer.headers["Content-Length"]) > 0
    assert answer.get_data() == b""

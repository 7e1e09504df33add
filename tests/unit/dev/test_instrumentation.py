"""instrumentation.py in development: each edit is taken up, and a mistake in it is shown."""

import logging

import pytest

from tests.unit.dev.site import HELLO, Site

NOTING = """
import lib.notes

def register():
    lib.notes.seen.append("{}")

def on_request_error(error, request, context):
    lib.notes.seen.append(context["routePath"])
"""
NOTES = "seen = []\n"
ROUTE = "import lib.notes\n\ndef handler(req, res):\n    res.json(lib.notes.seen)\n"
BROWSER = "text/html"


@pytest.fixture(autouse=True)
def _project(site: Site) -> None:
    site.write("lib/notes.py", NOTES)
    site.write("pages/api/a.py", ROUTE)


@pytest.mark.parametrize("folder", ["", "src/"])
def test_it_is_taken_up_at_the_next_request_and_registered_once(site: Site, folder: str) -> None:
    if folder:
        (site.root / "src").mkdir()
        (site.root / "pages").rename(site.root / "src/pages")
    assert site.text("/api/a") == "[]"
    site.write(f"{folder}instrumentation.py", NOTING.format("one"))
    assert site.text("/api/a") == '["one"]'
    assert site.text("/api/a") == '["one"]'
    site.write(f"{folder}instrumentation.py", NOTING.format("another"))
    assert site.text("/api/a") == '["another"]'
    (site.root / folder / "instrumentation.py").unlink()
    assert site.text("/api/a") == "[]"


def test_an_edit_of_a_route_registers_nothing_anew(site: Site) -> None:
    site.write("instrumentation.py", NOTING.format("one"))
    assert site.text("/api/a") == '["one"]'
    site.write("pages/api/a.py", ROUTE + "# edited\n")
    assert site.text("/api/a") == '["one"]'


def test_an_edit_of_what_it_imports_registers_anew(site: Site) -> None:
    site.write("instrumentation.py", NOTING.format("one"))
    assert site.text("/api/a") == '["one"]'
    site.write("lib/notes.py", "seen = ['new']\n")
    assert site.text("/api/a") == '["new","one"]'


def test_it_is_told_of_errors_as_it_is_now(site: Site) -> None:
    site.write("instrumentation.py", NOTING.format("one"))
    site.write("pages/api/b.py", "def handler(req, res):\n    1 / 0\n")
    assert "ZeroDivisionError" in site.text("/api/b")
    assert site.text("/api/a") == '["one","/api/b"]'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("def register(:\n", ["SyntaxError", "> ", "def register(:"]),
        ("import nowhere\n", ["ModuleNotFoundError: No module named 'nowhere'", "import nowhere"]),
        ("def register():\n    1 / 0\n", ["ZeroDivisionError: division by zero", ">    2 |     1 / 0"]),
        ("import sys\ndef register():\n    sys.exit(3)\n", ["SystemExit: 3", "sys.exit(3)"]),
        ("def onRequestError(a, b, c): ...\n", ["it exports onRequestError, which is never called here"]),
    ],
)
def test_a_mistake_is_shown_with_its_source_until_it_is_mended(
    site: Site, text: str, shown: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    site.write("public/file.txt", "a file")
    site.write("instrumentation.py", text)
    with caplog.at_level(logging.ERROR, "nextwsgi"):
        answer = site.ask("/api/a")
    assert answer.status_code == 500
    told = answer.get_data(as_text=True)
    assert told.startswith("GET /api/a failed in instrumentation.py\n\n")
    for part in shown:
        assert part in told
    page = site.text("/api/a", Accept=BROWSER)
    assert "failed in <code>instrumentation.py</code>" in page
    with site.ask("/file.txt") as file:
        assert file.get_data() == b"a file"
    site.write("instrumentation.py", NOTING.format("mended"))
    assert site.text("/api/a") == '["mended"]'


def test_a_register_that_waits_for_a_service_is_tried_again(site: Site) -> None:
    site.write(
        "instrumentation.py", "from pathlib import Path\n\ndef register():\n    Path('up').read_text()\n"
    )
    text = (site.root / "instrumentation.py").read_text().replace("'up'", repr(str(site.root / "up")))
    site.write("instrumentation.py", text)
    site.write("pages/api/a.py", HELLO)
    assert site.ask("/api/a").status_code == 500
    (site.root / "up").touch()
    assert site.text("/api/a") == '"hello"'

"""Route handlers of ``app/`` in development: every edit is taken up, and a mistake is shown."""

import pytest

from tests.unit.dev.site import Site

ROUTE = "app/(group)/api/a/route.py"


def says(text: str, method: str = "GET") -> str:
    return (
        f"from nextwsgi.server import Response\n\n\ndef {method}(request):\n    return Response('{text}')\n"
    )


def test_a_route_handler_is_edited_added_and_deleted(site: Site) -> None:
    file = site.write(ROUTE, says("one"))
    assert site.text("/api/a") == "one"
    site.write(ROUTE, says("another"))
    assert site.text("/api/a") == "another"
    assert site.ask("/api/b").status_code == 404
    site.write("app/api/b/route.py", says("new"))
    assert site.text("/api/b") == "new"
    file.unlink()
    assert site.ask("/api/a").status_code == 404


def test_a_method_that_is_added_is_answered(site: Site) -> None:
    site.write(ROUTE, says("one"))
    assert site.ask("/api/a", "POST").status_code == 405
    site.write(ROUTE, says("one") + says("two", "POST"))
    assert site.ask("/api/a", "POST").get_data() == b"two"
    assert site.ask("/api/a", "OPTIONS").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("def GET():\n    raise KeyError('mine')\n", "KeyError: 'mine'"),
        ("def GET():\n    pass\n", "No response is returned from route handler"),
        ("def get():\n    pass\n", "methods are in capitals, def GET(request)"),
        ("def GET(:\n", "SyntaxError"),
    ],
)
def test_a_mistake_is_shown_and_forgotten_once_it_is_mended(site: Site, text: str, shown: str) -> None:
    site.write(ROUTE, text)
    answer = site.ask("/api/a")
    assert answer.status_code == 500
    assert shown in answer.get_data(as_text=True)
    assert ROUTE in answer.get_data(as_text=True)
    assert "<html" in site.text("/api/a", accept="text/html")
    site.write(ROUTE, says("mended"))
    assert site.text("/api/a") == "mended"


def test_route_handlers_are_among_the_routes_that_a_404_lists(site: Site) -> None:
    site.write(ROUTE, says("one"))
    assert ROUTE in site.text("/api/none")


def test_an_edge_route_is_taken_up(site: Site) -> None:
    site.write("pages/api/a.py")
    assert site.text("/api/a") == '"hello"'
    site.write("pages/api/a.py", 'config = {"runtime": "edge"}\n' + says("edge", "handler"))
    assert site.text("/api/a") == "edge"

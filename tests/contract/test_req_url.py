"""``req.url``: the path as received and the query written anew."""

import pytest

from tests.contract.client import Serve


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/api/x", "/api/x"),
        ("/api/x?", "/api/x"),
        ("/api/x?c", "/api/x?c="),
        ("/api/x?q=a%20b", "/api/x?q=a+b"),
        ("/api/x?a=1&a=2&b=~", "/api/x?a=1&a=2&b=%7E"),
        ("/api/x?e=%C3%A9", "/api/x?e=%C3%A9"),
    ],
)
def test_the_query_is_written_as_a_form(serve: Serve, target: str, url: str) -> None:
    assert serve(lambda req, res: res.json(req.url))(target).json() == url


def test_the_path_stays_encoded(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.url), path="/api/[a]")
    assert client("/api/a%2Fb").json() == "/api/a%2Fb"


def test_names_of_path_parameters_are_left_out(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.url), path="/api/[id]")
    assert client("/api/7?id=8&b=1").json() == "/api/7?b=1"

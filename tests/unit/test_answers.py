"""The answers that no handler gives."""

from collections.abc import Callable

import pytest

from nextwsgi.answers import error_page, redirect
from nextwsgi.wire import StartResponse

Head = tuple[str, list[tuple[str, str]]]


def start(heads: list[Head]) -> StartResponse:
    def start_response(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
        heads.append((status, headers))
        return print

    return start_response


@pytest.mark.parametrize(
    ("status", "text"), [(400, "Bad Request"), (404, "could not be found"), (405, "Allowed")]
)
def test_an_error_page_is_html_and_never_cached(status: int, text: str) -> None:
    heads: list[Head] = []
    body = b"".join(error_page(status, {"REQUEST_METHOD": "GET"}, start(heads)))
    [(line, headers)] = heads
    assert line.startswith(f"{status} ")
    assert dict(headers)["Content-Type"] == "text/html; charset=utf-8"
    assert dict(headers)["Content-Length"] == str(len(body))
    assert "no-store" in dict(headers)["Cache-Control"]
    assert text in body.decode()


def test_head_gets_the_head_alone() -> None:
    heads: list[Head] = []
    environ = {"REQUEST_METHOD": "HEAD"}
    assert b"".join(error_page(404, environ, start(heads))) == b""
    assert b"".join(redirect("/a", environ, start(heads))) == b""


def test_a_405_names_the_methods_one_a_line() -> None:
    heads: list[Head] = []
    error_page(405, {"REQUEST_METHOD": "PUT"}, start(heads), allow=["GET", "HEAD"])
    assert heads[0][1][:2] == [("Allow", "GET"), ("Allow", "HEAD")]


def test_a_redirect_says_where_in_three_places() -> None:
    heads: list[Head] = []
    body = redirect("/a?b=1", {"REQUEST_METHOD": "POST"}, start(heads))
    assert list(body) == [b"/a?b=1"]
    assert heads == [("308 Permanent Redirect", [("location", "/a?b=1"), ("Refresh", "0;url=/a?b=1")])]

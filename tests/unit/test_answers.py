"""The answers that no handler gives."""

import pytest

from nextwsgi.answers import error_page, redirect

Head = tuple[str, list[tuple[str, str]]]


def start(heads: list[Head]) -> object:
    return lambda status, headers: heads.append((status, headers)) or (lambda data: None)


@pytest.mark.parametrize(
    ("status", "text"), [(400, "Bad Request"), (404, "could not be found"), (405, "Allowed")]
)
def test_an_error_page_is_html_and_never_cached(status: int, text: str) -> None:
    heads: list[Head] = []
    body = b"".join(error_page(status, {"REQUEST_METHOD": "GET"}, start(heads)))  # type: ignore[arg-type]
    [(line, headers)] = heads
    assert line.startswith(f"{status} ")
    assert dict(headers)["Content-Type"] == "text/html; charset=utf-8"
    assert dict(headers)["Content-Length"] == str(len(body))
    assert "no-store" in dict(headers)["Cache-Control"]
    assert text in body.decode()


def test_head_gets_the_head_alone() -> None:
    heads: list[Head] = []
    environ = {"REQUEST_METHOD": "HEAD"}
    assert b"".join(error_page(404, environ, start(heads))) == b""  # type: ignore[arg-type]
    assert b"".join(redirect("/a", environ, start(heads))) == b""  # type: ignore[arg-type]


def test_a_405_names_the_methods_one_a_line() -> None:
    heads: list[Head] = []
    error_page(405, {"REQUEST_METHOD": "PUT"}, start(heads), allow=["GET", "HEAD"])  # type: ignore[arg-type]
    assert heads[0][1][:2] == [("Allow", "GET"), ("Allow", "HEAD")]


def test_a_redirect_says_where_in_three_places() -> None:
    heads: list[Head] = []
    body = redirect("/a?b=1", {"REQUEST_METHOD": "POST"}, start(heads))  # type: ignore[arg-type]
    assert list(body) == [b"/a?b=1"]
    assert heads == [("308 Permanent Redirect", [("location", "/a?b=1"), ("Refresh", "0;url=/a?b=1")])]

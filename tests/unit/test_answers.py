"""The answers that no handler gives."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from nextwsgi.answers import error_page, redirect
from nextwsgi.wire import StartResponse

Head = tuple[str, list[tuple[str, str]]]


def environ(method: str, body: bytes = b"") -> dict[str, Any]:
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    return {"REQUEST_METHOD": method, "wsgi.input": BytesIO(body), **length}


def start(heads: list[Head], written: list[bytes] | None = None) -> StartResponse:
    written = [] if written is None else written

    def start_response(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
        heads.append((status, headers))
        return written.append

    return start_response


@pytest.mark.parametrize(
    ("status", "text"), [(400, "Bad Request"), (404, "could not be found"), (405, "Allowed")]
)
def test_an_error_page_is_html_and_never_cached(status: int, text: str) -> None:
    heads: list[Head] = []
    body = b"".join(error_page(status, environ("GET"), start(heads)))
    [(line, headers)] = heads
    assert line.startswith(f"{status} ")
    assert dict(headers)["Content-Type"] == "text/html; charset=utf-8"
    assert dict(headers)["Content-Length"] == str(len(body))
    assert "no-store" in dict(headers)["Cache-Control"]
    assert text in body.decode()


def test_head_gets_the_head_alone() -> None:
    heads: list[Head] = []
    assert b"".join(error_page(404, environ("HEAD"), start(heads))) == b""
    assert b"".join(redirect("/a", environ("HEAD"), start(heads))) == b""


def test_a_405_names_the_methods_one_a_line() -> None:
    heads: list[Head] = []
    error_page(405, environ("PUT"), start(heads), allow=["GET", "HEAD"])
    assert heads[0][1][:2] == [("Allow", "GET"), ("Allow", "HEAD")]


def test_a_redirect_says_where_in_three_places() -> None:
    heads: list[Head] = []
    body = redirect("/a?b=1", environ("POST"), start(heads))
    assert list(body) == [b"/a?b=1"]
    assert heads == [("308 Permanent Redirect", [("location", "/a?b=1"), ("Refresh", "0;url=/a?b=1")])]


def test_a_client_that_still_sends_is_answered_first_and_read_to_its_end() -> None:
    heads: list[Head] = []
    written: list[bytes] = []
    asked = environ("POST", b"x" * 200_000)
    assert list(redirect("/a", asked, start(heads, written))) == []
    assert written == [b"/a"]
    assert ("Content-Length", "2") in heads[0][1]
    assert asked["wsgi.input"].read() == b""


def test_a_client_that_leaves_while_it_sends_is_no_error() -> None:
    heads: list[Head] = []
    asked = environ("POST", b"half") | {"CONTENT_LENGTH": "10"}
    assert list(error_page(404, asked, start(heads))) == []
    assert [name for name, _ in heads[0][1]].count("Content-Length") == 1

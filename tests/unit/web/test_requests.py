"""Requests, answers, their URLs and cookies: what Python adds, and what is refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from nextwsgi.server import URL, Headers, NextRequest, NextResponse, Request, Response
from nextwsgi.web.cookies import Cookie, RequestCookies, ResponseCookies
from nextwsgi.web.next import NextURL


def jar() -> tuple[ResponseCookies, Headers]:
    headers = Headers()
    return ResponseCookies(headers), headers


@pytest.mark.parametrize("wrong", [0, 99, 199, 600, True, None, "x", "", float("inf"), [200]])
def test_a_status_that_cannot_be_is_a_value_error(wrong: Any) -> None:
    with pytest.raises(ValueError, match="200 to 599"):
        Response(status=wrong)


@pytest.mark.parametrize("status", [204, 205, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    assert Response(None, status=status).status == status
    with pytest.raises(TypeError, match="null body status"):
        Response("", status=status)


def test_json_takes_what_json_takes() -> None:
    answer = Response.json({"a": 1}, status=201, statusText="Mine", headers={"X-A": "b"})
    assert (answer.status, answer.statusText, answer.headers.get("x-a"), answer.ok) == (
        201,
        "Mine",
        "b",
        True,
    )
    assert answer.json() == {"a": 1}
    assert isinstance(NextResponse.json(1), NextResponse)
    assert Response.json(1, headers={"content-type": "a/b"}).headers.get("content-type") == "a/b"


def test_a_redirect_needs_an_absolute_url_and_a_redirects_status() -> None:
    assert Response.redirect(URL("/a", "http://x")).headers.get("location") == "http://x/a"
    assert NextResponse.redirect("http://x", 308, headers={"a": "1"}).status == 308
    for make in (Response.redirect, NextResponse.redirect):
        with pytest.raises(TypeError):
            make("/a")
        with pytest.raises(ValueError, match="Invalid status code 200"):
            make("http://x", 200)


def test_what_goes_on_says_so() -> None:
    onward = NextResponse.next(request={"headers": {"a": "1"}}, headers={"b": "2"})
    assert (onward._goes_on, onward._rewrite, onward.headers.get("b")) == (True, None, "2")
    assert onward._request_headers is not None
    assert onward._request_headers.get("a") == "1"
    assert NextResponse.next(request={})._request_headers is None
    assert NextResponse.rewrite("http://x/a")._rewrite == "http://x/a"
    with pytest.raises(TypeError, match="absolute"):
        NextResponse.rewrite("/a")


def test_a_request_of_get_has_no_body() -> None:
    with pytest.raises(TypeError, match="GET/HEAD"):
        Request("http://x", body="a")
    assert Request("http://x", method="post", body="a").method == "POST"
    for wrong in ("a b", "TRACE", ""):
        with pytest.raises(TypeError):
            Request("http://x", method=wrong)
    with pytest.raises(TypeError, match="credentials"):
        Request("http://u:p@x")


def test_next_url_has_its_base_path_apart() -> None:
    request = NextRequest("http://x/docs/a?b=1", basePath="/docs")
    assert (request.nextUrl.pathname, request.nextUrl.basePath) == ("/a", "/docs")
    assert (request.url, str(request.nextUrl), request.nextUrl.toString()) == ("http://x/docs/a?b=1",) * 3
    request.nextUrl.searchParams.set("b", "2")
    assert (str(request.nextUrl), request.url) == ("http://x/docs/a?b=2", "http://x/docs/a?b=1")
    url = NextURL("http://x/docs/a", basePath="/docs")
    url.href = "http://y/docs/b"
    assert (url.host, url.pathname, url.basePath) == ("y", "/b", "/docs")


# --- cookies ----------------------------------------------------------------------------------------------


def test_a_cookie_is_its_name_value_and_options() -> None:
    cookie = Cookie(name="a", value="1", path="/")
    assert (cookie.name, cookie["value"], cookie.path, cookie.maxAge) == ("a", "1", "/", None)
    with pytest.raises(AttributeError):
        _ = cookie.other


def test_cookies_of_a_request_are_read_by_name_and_changed() -> None:
    headers = Headers({"cookie": "a=1; b=2; a=3"})
    cookies = RequestCookies(headers)
    assert cookies.get({"name": "a"}) == {"name": "a", "value": "3"}
    assert cookies.get("none") is None
    assert [each.value for each in cookies.getAll()] == ["3", "2"]
    assert [each.value for each in cookies.getAll("b")] == ["2"]
    assert (cookies.size, len(cookies), bool(cookies), "a" in cookies, cookies.has("x")) == (
        2,
        2,
        True,
        True,
        False,
    )
    cookies.set({"name": "c", "value": "é"})
    assert headers.get("cookie") == "a=3; b=2; c=%C3%A9"
    assert cookies.delete(["a", "x"]) == [True, False]
    assert (cookies.delete("b"), str(cookies)) == (True, "c=%C3%A9")
    assert str(cookies.clear()) == ""


def test_an_age_sets_the_time_as_well() -> None:
    cookies, headers = jar()
    cookies.set("a", "1", maxAge=60)
    [line] = headers.getSetCookie()
    text = line.split("Expires=")[1].split(";")[0]
    expires = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    assert abs(expires - datetime.now(UTC) - timedelta(seconds=60)) < timedelta(seconds=5)
    assert line.endswith("; Max-Age=60")


def test_a_time_is_written_in_utc() -> None:
    cookies, headers = jar()
    cookies.set("a", "1", expires=datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    cookies.set("b", "1", expires=datetime(2024, 1, 1))
    assert headers.getSetCookie() == [
        f"{name}=1; Path=/; Expires=Mon, 01 Jan 2024 00:00:00 GMT" for name in ("a", "b")
    ]
    assert str(cookies) == "; ".join(headers.getSetCookie())


def test_an_option_that_no_cookie_has_is_named() -> None:
    cookies, _ = jar()
    with pytest.raises(TypeError, match="a cookie has no max_age"):
        cookies.set("a", "1", max_age=5)


# CVE-2024-47764.
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a;b"},
        {"name": "a b"},
        {"name": ""},
        {"name": "a\n"},
        {"name": "a", "path": "/;x"},
        {"name": "a", "path": "/\n"},
        {"name": "a", "domain": "x;y"},
        {"name": "a", "domain": "x\r\n"},
        {"name": "a", "priority": "low;x"},
        {"name": "a", "sameSite": "x; y"},
    ],
)
def test_a_part_that_would_end_a_cookie_is_refused_and_nothing_kept(wrong: dict[str, str]) -> None:
    cookies, headers = jar()
    with pytest.raises(ValueError, match="illegal cookie"):
        cookies.set({"value": "1", **wrong})
    assert (headers.getSetCookie(), cookies.size) == ([], 0)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("a=1; expires=Mon, 01 Jan 2024 00:00:00 GMT", {"expires": datetime(2024, 1, 1, tzinfo=UTC)}),
        ("a=1; Expires=soon", {}),
        ("a=1; Max-Age=5", {"maxAge": 5}),
        ("a=1; Max-Age=x", {}),
        ("a=1; Priority=High; SameSite=LAX", {"priority": "high", "sameSite": "lax"}),
        ("a=1; Priority=most; SameSite=x", {}),
        ("a=1; Partitioned", {"partitioned": True}),
    ],
)
def test_lines_set_by_hand_are_read(line: str, kept: dict[str, Any]) -> None:
    cookies = ResponseCookies(Headers({"set-cookie": line}))
    assert cookies.get("a") == {"name": "a", "value": "1", **kept}


@pytest.mark.parametrize("line", ["", ";", "a=%25ZZ", "=1"])
def test_a_line_that_is_no_cookie_is_left_out(line: str) -> None:
    assert ResponseCookies(Headers({"set-cookie": line})).size == 0

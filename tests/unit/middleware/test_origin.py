"""Whether a page of the site sent a request: by Origin, else Sec-Fetch-Site, else Referer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.middleware.origin import is_own, read_origin, read_origins

NONE = read_origins([])
FORMS = [
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-Urlencoded ; charset=utf-8",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain;charset=UTF-8",
]


def own(origins: list[str] | None = None, **headers: str) -> bool:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return is_own(sent, read_origins(origins or []))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://example.com", "example.com"),
        ("http://example.com", "example.com"),
        ("https://example.com", "EXAMPLE.com"),
        ("https://example.com:443", "example.com"),
        ("https://example.com", "example.com:443"),  # nginx with $host:$server_port
        ("http://example.com", "example.com:80"),
        ("http://localhost:3000", "localhost:3000"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("http://my_host", "my_host"),
    ],
)
def test_the_host_that_the_browser_asked_is_its_own(origin: str, host: str) -> None:
    assert own(origin=origin, host=host)
    assert own(referer=f"{origin}/page?a=b", host=host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "example.com"),
        ("https://example.com.evil.example", "example.com"),
        ("https://evil-example.com", "example.com"),
        ("https://www.example.com", "example.com"),
        ("https://example.com", "www.example.com"),
        ("https://example.com:8443", "example.com"),
        ("https://example.com", "example.com:8443"),
        ("https://example.com", "example.com:80"),
        ("http://example.com:443", "example.com:80"),
        ("https://example.com@evil.example", "example.com"),
        ("https://example.com, https://evil.example", "example.com"),
        ("https://example.com/", "example.com"),
        ("https://example.com ", "example.com"),
        ("//example.com", "example.com"),
        ("example.com", "example.com"),
        ("file://", ""),
        ("chrome-extension://example.com", "example.com"),
        ("https://example.com", ""),
        ("https://", ""),
        ("", ""),
        ("https://example.com", "example.com, evil.example"),
        ("https://example.com", "user@example.com"),
        ("https://exámple.com", "exámple.com"),
        ("https://example.com:x", "example.com:x"),
        ("https://example.com:999999", "example.com:999999"),
    ],
)
def test_another_is_not(origin: str, host: str) -> None:
    assert not own(origin=origin, host=host)


@pytest.mark.parametrize("host", ["example.com", "null", ""])
def test_cve_2026_27978_null_is_no_missing_origin(host: str) -> None:
    assert not own(origin="null", host=host)
    assert not own(origin="null", host=host, sec_fetch_site="same-origin", referer=f"https://{host}/")
    with pytest.raises(ValueError, match="'null' is none"):
        read_origins(["null"])


@pytest.mark.parametrize("origin", ["https://none", "https://xxxx", "https://null", "https://example.com"])
def test_without_a_host_no_page_is_its_own(origin: str) -> None:
    assert not own(origin=origin)
    assert not own(referer=f"{origin}/page")


@pytest.mark.parametrize(("site", "answer"), [("same-origin", True), ("none", True)])
def test_without_an_origin_the_browser_s_own_word_counts(site: str, answer: bool) -> None:
    assert own(sec_fetch_site=site, host="example.com") is answer


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "same-origin, none", "x"])
def test_its_word_wins_over_the_referer(site: str) -> None:
    assert not own(sec_fetch_site=site, host="example.com", referer="https://example.com/")


def test_an_origin_wins_over_the_others() -> None:
    assert own(origin="https://example.com", host="example.com", sec_fetch_site="cross-site")
    assert not own(origin="https://evil.example", host="example.com", sec_fetch_site="same-origin")


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "about:blank",
        "https://evil.example/https://example.com/",
        "https://evil.example/?https://example.com",
        "https://example.com@evil.example/",
        "https://example.com.evil.example/",
        "https://example.com\\@evil.example/",
        "https://example.com:pw@evil.example/",
        " https://example.com/",
    ],
)
def test_another_referer_is_not_its_own(referer: str) -> None:
    assert not own(referer=referer, host="example.com")


@pytest.mark.parametrize("end", ["", "/", "/a?b#c", "?a", "#a"])
def test_a_referer_may_go_on(end: str) -> None:
    assert own(referer=f"https://example.com{end}", host="example.com")


@pytest.mark.parametrize("kind", [None, "", "application/json", "application/json; charset=utf-8"])
def test_where_nothing_is_said_a_program_sent_it(kind: str | None) -> None:
    headers = {"host": "example.com"} if kind is None else {"host": "example.com", "content-type": kind}
    assert is_own(headers, NONE)


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_does_not_say_where_it_is_from_is_not_taken(kind: str) -> None:
    assert not own(host="example.com", content_type=kind)
    assert own(host="example.com", content_type=kind, origin="https://example.com")
    assert own(host="example.com", content_type=kind, referer="https://example.com/form")


@pytest.mark.parametrize("kind", ["application/json", *FORMS])
def test_what_another_site_sends_is_refused_whatever_it_is(kind: str) -> None:
    for said in ({"origin": "https://evil.example"}, {"sec-fetch-site": "same-site"}, {"referer": ""}):
        assert not is_own({"host": "example.com", "content-type": kind, **said}, NONE)


def test_a_forwarded_host_is_not_asked() -> None:
    assert not own(origin="https://example.com", host="internal:8000", x_forwarded_host="example.com")


# --- Trusted origins --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "origin", "answer"),
    [
        ("https://app.example.com", "https://app.example.com", True),
        ("https://App.Example.com:443", "https://app.example.com", True),
        ("http://localhost:3000", "http://localhost:3000", True),
        ("capacitor://localhost", "capacitor://localhost", True),
        ("https://app.example.com", "http://app.example.com", False),
        ("https://app.example.com", "https://app.example.com:8443", False),
        ("https://app.example.com", "https://b.app.example.com", False),
    ],
)
def test_a_listed_origin_is_compared_whole(listed: str, origin: str, answer: bool) -> None:
    assert own([listed], origin=origin, host="internal:8000") is answer
    assert own([listed], referer=f"{origin}/x", host="internal:8000") is answer


@pytest.mark.parametrize(
    "wrong", ["example.com", "https://example.com/", "https://*.example.com", "", "https://", "https://a b"]
)
def test_what_is_no_origin_cannot_be_listed(wrong: str) -> None:
    with pytest.raises(
        ValueError, match=r"^origins takes 'https://example\.com', without a path: .* is none$"
    ):
        read_origins([wrong])


def test_not_every_origin_can_be_listed() -> None:
    with pytest.raises(ValueError, match=r"^origins cannot have '\*': every site could act for your users"):
        read_origins(["https://example.com", "*"])


def test_origins_are_a_list() -> None:
    with pytest.raises(TypeError, match=r"^origins must be a list: origins=\['https://a\.example'\]$"):
        read_origins("https://a.example")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_raises(origin: str, host: str) -> None:
    for headers in ({"origin": origin}, {"referer": origin}, {"sec-fetch-site": origin}):
        is_own({**headers, "host": host}, NONE)
    place: Any = read_origin(f"https://{host}")
    assert place is None or place[1] == host.lower().rpartition(":")[0] or place[1] == host.lower()

"""lib/same_origin.py: what another site's page cannot make its reader's browser do."""

import pytest

from lib.same_origin import is_foreign

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HOST = {"host": "demo.example"}
PROGRAMS = [{}, JSON, {"content-type": "application/json; charset=utf-8"}]
OWN = [
    {"origin": "https://demo.example"},
    {"origin": "http://demo.example", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"referer": "https://demo.example/login"},
]
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},  # CVE-2026-27978: what a sandboxed page sends
    {"origin": ""},
    {"origin": "https://demo.example.evil.example"},
    {"origin": "https://demo.example:8443"},
    {"origin": "https://demo.example@evil.example"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"referer": "https://evil.example/https://demo.example"},
    {"referer": ""},
]
FORMS = [
    {"content-type": kind}
    for kind in (
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-Urlencoded ; charset=utf-8",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain;charset=UTF-8",
    )
]


@pytest.mark.parametrize("headers", PROGRAMS)
def test_a_program_need_not_tell_where_it_is(headers: dict[str, str]) -> None:
    assert not is_foreign({**HOST, **headers})


@pytest.mark.parametrize("headers", OWN)
@pytest.mark.parametrize("body", [{}, JSON, FORM])
def test_pages_of_the_site_may_send_anything(headers: dict[str, str], body: dict[str, str]) -> None:
    assert not is_foreign({**HOST, **headers, **body})


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("body", [{}, JSON, FORM])
def test_pages_of_other_sites_may_send_nothing(headers: dict[str, str], body: dict[str, str]) -> None:
    assert is_foreign({**HOST, **headers, **body})


@pytest.mark.parametrize("headers", FORMS)
def test_a_form_that_does_not_tell_where_it_is_from_is_not_taken(headers: dict[str, str]) -> None:
    assert is_foreign({**HOST, **headers})

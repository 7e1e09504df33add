"""Which cookies may hold a session, and how their pieces are joined."""

import pytest

from nextwsgi.auth.cookies import PIECES, session_cookies

V5, V4 = "authjs.session-token", "next-auth.session-token"


def test_the_ones_that_no_other_host_can_set_count_first() -> None:
    cookies = {V4: "d", f"__Secure-{V4}": "c", V5: "b", f"__Secure-{V5}": "a", "other": "x"}
    found = [(f"__Secure-{V5}", "a"), (V5, "b"), (f"__Secure-{V4}", "c"), (V4, "d")]
    assert list(session_cookies(cookies, https=False)) == found
    assert list(session_cookies(cookies, https=True)) == [found[0], found[2]]


@pytest.mark.parametrize(
    ("cookies", "value"),
    [
        ({f"{V5}.1": "b", f"{V5}.0": "a"}, "ab"),
        ({f"{V5}.{number}": f"{number:x}" for number in (10, 9, 2, 1, 0, 11)}, "0129ab"),
        ({f"{V5}.1": "b", V5: "a"}, "ab"),
        ({f"{V5}.0": "b", V5: "a"}, "ab"),
        ({f"{V5}.x": "b", f"{V5}.": "c", f"{V5}.-1": "d", f"{V5}.1.1": "e", f"{V5}2": "f", V5: "a"}, "a"),
        ({f"{V5}.٣": "b", V5: "a"}, "a"),
        ({f"{V5}.{number}": "a" for number in range(PIECES)}, "a" * PIECES),
    ],
)
def test_pieces_are_joined_by_their_numbers(cookies: dict[str, str], value: str) -> None:
    assert list(session_cookies(cookies, https=False)) == [(V5, value)]


@pytest.mark.parametrize("count", [PIECES + 1, 100])
def test_more_pieces_than_a_session_has_are_none(count: int) -> None:
    cookies = {f"{V5}.{number}": "a" for number in range(count)}
    assert list(session_cookies(cookies, https=False)) == []


@pytest.mark.parametrize("cookies", [{}, {V5: ""}, {"session-token": "a"}, {"xauthjs.session-token": "a"}])
def test_there_may_be_none(cookies: dict[str, str]) -> None:
    assert list(session_cookies(cookies, https=False)) == []

"""Header lines: what may stand in one, and what Vary holds after all who have a say in it."""

from typing import Any

import pytest

from nextwsgi.outgoing import as_bytes, checked_line, with_vary


@pytest.mark.parametrize(
    ("value", "names", "vary"),
    [
        (None, [], ""),
        (None, ["Origin"], "Origin"),
        ("Accept", ["Origin"], "Accept, Origin"),
        ("Accept, Cookie", ["Origin"], "Accept, Cookie, Origin"),
        (["Accept", "Cookie ,X-Own"], ["Origin", "Accept"], "Accept, Cookie, X-Own, Origin"),
        ("origin", ["Origin"], "origin"),
        ("X-Max", ["XX", "-Max"], "X-Max, XX, -Max"),
        ("Accept,,\t", ["Origin"], "Accept, Origin"),
        ("*", ["Origin"], "*"),
        ("Accept", ["*"], "*"),
        ("Accept\xa0", ["Accept"], "Accept\xa0, Accept"),
    ],
)
def test_vary_names_each_header_once_and_all_of_them(value: Any, names: list[str], vary: str) -> None:
    assert with_vary(value, names) == vary


def test_a_line_is_given_as_it_is() -> None:
    assert checked_line("X-Own", "caf\xe9\t") == ("X-Own", "caf\xe9\t")


@pytest.mark.parametrize("name", ["", "X Own", "X-Own:", "X\r\n", "\xe9"])
def test_a_line_needs_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="is no header name"):
        checked_line(name, "fine")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "\0", "\u4e2d", "\x7f"])
def test_a_line_cannot_be_ended_by_its_value(value: str) -> None:
    with pytest.raises(ValueError, match="X-Own must not contain "):
        checked_line("X-Own", value)


@pytest.mark.parametrize("value", [7, {"a": 1}, None])
def test_what_is_no_body_is_named(value: object) -> None:
    with pytest.raises(TypeError, match=f"the body must be str or bytes, not {type(value).__name__}: "):
        as_bytes(value)

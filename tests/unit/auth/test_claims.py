"""The time in which claims count, to the second, and the objects that tokens hold."""

from typing import Any

import pytest

from nextwsgi.auth.claims import LATEST, Refused, check_times, read_header, read_object
from tests.unit.auth.making import encoded

NOW = 1_900_000_000


@pytest.mark.parametrize("tolerance", [0, 15])
@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({"exp": NOW + 1}, None),
        ({"exp": NOW + 0.5}, None),
        ({"exp": NOW}, "it has ended"),
        ({"exp": NOW + 60, "nbf": NOW}, None),
        ({"exp": NOW + 60, "nbf": NOW + 30}, None),
        ({"exp": NOW + 60, "nbf": NOW + 30 + 1}, "it has not begun"),
        ({"exp": LATEST}, None),
        ({"exp": LATEST + 1}, "exp is no time"),
        ({"exp": float("inf")}, "exp is no time"),
        ({"exp": 10**400}, "exp is no time"),
        ({"exp": -1}, "it has ended"),
        ({}, "it has no exp: it would never end"),
        ({"exp": None}, "exp is no number"),
        ({"exp": True}, "exp is no number"),
        ({"exp": "1"}, "exp is no number"),
        ({"exp": NOW + 60, "nbf": None}, "nbf is no number"),
        ({"exp": NOW + 60, "nbf": -(10**400)}, "nbf is no time"),
    ],
)
def test_claims_count_for_a_time(claims: dict[str, Any], refused: str | None, tolerance: int) -> None:
    # Both bounds move by the tolerance: what is refused with it is refused at its very edge.
    now = NOW + tolerance if "nbf" not in claims else NOW + 30 - tolerance
    assert _refused(claims, now, tolerance) == refused


def _refused(claims: dict[str, Any], now: float, tolerance: float) -> str | None:
    try:
        check_times(claims, now, tolerance)
    except Refused as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (b"", "it holds no JSON"),
        (b"{", "it holds no JSON"),
        (b'{"a":"\xff"}', "it holds no JSON"),
        (b"[]", "it holds no object"),
        (b"null", "it holds no object"),
        (b'"{}"', "it holds no object"),
    ],
)
def test_what_is_no_object_is_refused(text: bytes, refused: str) -> None:
    with pytest.raises(Refused, match=f"^{refused}$"):
        read_object(text)
    with pytest.raises(Refused, match=f"^{refused}$"):
        read_header(encoded(text) + ".x")


def test_a_header_is_read_with_and_without_padding_to_come() -> None:
    for text in (b'{"a":1}', b'{"a":12}', b'{"a":123}', b'{"a":1234}'):
        assert read_header(encoded(text) + ".b.c") == read_object(text)
    with pytest.raises(Refused, match=r"^its header cannot be read$"):
        read_header("A.b.c")

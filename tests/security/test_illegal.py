"""Nothing illegal leaves; the long form is ``python -m tests.programme illegal``."""

import pytest

from tests.programme.illegal import EXTRA, PLACES, check, check_all, points_of


@pytest.mark.parametrize("name", PLACES)
def test_cve_2018_1000164_and_2024_47764_nothing_illegal_leaves(name: str) -> None:
    """Found: a control character in what ``proxy`` sets was no failure of its own, or left in a cookie."""
    assert sum(check(name, points_of(name, every=False))) > 3


def test_what_was_refused_leaves_nothing_behind_in_the_answer() -> None:
    """Found: clearPreviewData that had failed for its path cleared nothing when called again."""
    for name in ("clearPreviewData's path", "set_cookie's path", "cookies()' name"):
        refused, sent = check_all(name, [0x0A, 0x3B, ord("a"), 0x100, ord("b")])
        assert (refused, sent) == (3, 2), name


@pytest.mark.parametrize("name", EXTRA)
def test_no_code_point_begins_a_field_of_its_own(name: str) -> None:
    assert EXTRA[name](points_of(name, every=False)) > 900

"""Ours answers generated inputs as Next.js did when it was asked (tests/programme/nextjs/record.py)."""

import pytest

from tests.programme.nextjs.area import digest, of_ours
from tests.programme.nextjs.areas import ALL
from tests.programme.nextjs.record import COUNT, EXCUSED, asked, read


@pytest.mark.parametrize("area", ALL)
def test_generated_inputs_are_answered_as_next_js_answered_them(area: str) -> None:
    of_inputs, digests = read(area)
    given = asked(ALL[area])
    assert digest(given) == of_inputs, "these are other inputs: record their answers again"
    wrong = [
        (each, ours)
        for each, theirs in zip(given, digests, strict=True)
        if theirs != EXCUSED and digest(ours := of_ours(ALL[area], each)) != theirs
    ]
    assert wrong == []


@pytest.mark.parametrize("area", ALL)
def test_few_answers_are_excused(area: str) -> None:
    _, digests = read(area)
    assert len(digests) == COUNT
    assert digests.count(EXCUSED) < COUNT / 8

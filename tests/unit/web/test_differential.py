"""The classes of the web answer as Node and Next.js do, to inputs that a program makes (differential.py)."""

import json

import pytest

from tests.unit.web.differential import (
    AREAS,
    RECORDED,
    RECORDED_COUNT,
    digest,
    inputs,
    is_explained,
    of_ours,
)

ANSWERS: dict[str, list[str]] = json.loads(RECORDED.read_text())


@pytest.mark.parametrize("area", AREAS)
def test_recorded_inputs_are_answered_as_node_answers_them(area: str) -> None:
    asked, *answers = ANSWERS[area]
    given = [*inputs(area, RECORDED_COUNT, 1)]
    assert digest(given) == asked, "other inputs: record them again with --record"
    wrong = [
        (each, of_ours(area, each))
        for each, answer in zip(given, answers, strict=True)
        if answer and digest(of_ours(area, each)) != answer
    ]
    assert wrong == []


def test_few_inputs_are_excused() -> None:
    for area in AREAS:
        answers = ANSWERS[area][1:]
        assert len(answers) == RECORDED_COUNT
        assert answers.count("") < RECORDED_COUNT / 20, area


def test_what_differs_is_told_by_area() -> None:
    assert is_explained("url", ["http://xn--x"])
    assert not is_explained("url", ["http://x"])
    assert not is_explained("blob", ["xn--"])

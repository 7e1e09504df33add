"""Ours answers generated inputs as Next.js did when it was asked (tests/programme/nextjs/record.py)."""

from collections.abc import Iterator

import pytest

from tests.conformance import servers
from tests.conformance.places import SITES
from tests.programme.nextjs.area import digest, of_ours
from tests.programme.nextjs.areas import ALL, SERVED
from tests.programme.nextjs.record import COUNT, EXCUSED, SEED, asked, read
from tests.programme.nextjs.served import answers, requests


@pytest.mark.parametrize("area", ALL)
def test_generated_inputs_are_answered_as_next_js_answered_them(area: str) -> None:
    given = asked(ALL[area])
    assert differing(area, given, [of_ours(ALL[area], each) for each in given]) == []


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve the project of tests/conformance."""
    with servers.gunicorn_gthread(SITES["pages"]) as found:
        yield found


@pytest.mark.parametrize("area", SERVED)
def test_generated_requests_are_answered_as_next_js_answered_them(area: str, port: int) -> None:
    given = requests(SERVED[area], COUNT, SEED)
    assert differing(area, [*given], answers(port, given)) == []


def differing(area: str, given: list[object], ours: list[object]) -> list[object]:
    """Give the inputs whose answers are not those that were recorded, with ours."""
    of_inputs, digests = read(area)
    assert digest(given) == of_inputs, "these are other inputs: record their answers again"
    return [
        (each, answer)
        for each, answer, theirs in zip(given, ours, digests, strict=True)
        if theirs not in (EXCUSED, digest(answer))
    ]


@pytest.mark.parametrize("area", [*ALL, *SERVED])
def test_few_answers_are_excused(area: str) -> None:
    _, digests = read(area)
    assert len(digests) == COUNT
    assert digests.count(EXCUSED) < COUNT / 8

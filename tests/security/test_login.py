"""A login tells nothing: the short form of ``python -m tests.programme login``."""

from __future__ import annotations

from pathlib import Path

from tests.demo import login_timing
from tests.demo.serving import gunicorn
from tests.programme import login


def test_every_kind_of_wrong_login_is_answered_alike_and_measured(tmp_path: Path) -> None:
    # That each computes one hash of the same cost is shown in tests/demo/test_auth.py: times want quiet.
    with gunicorn(tmp_path) as site:
        login_timing.register(site, 1)
        times = login_timing.measure(site, 1)
    assert {kind: len(taken) for kind, taken in times.items()} == dict.fromkeys(login_timing.KINDS, 1)


def test_every_cause_of_401_has_one_answer() -> None:
    answers = login.refusals()
    assert {answer.status for answer in answers.values()} == {401}, answers
    assert len({(answer.body, str(answer.headers)) for answer in answers.values()}) == 1, answers


def test_the_time_of_a_wrong_signature_does_not_tell_where_it_is_wrong() -> None:
    assert login.signatures(300) < 0.2

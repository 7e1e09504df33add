"""The recorded mutation score: of all modules that were promised, with a reason for each survivor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programme.mutation import GOAL, RECORDED, described, measure, recall, share
from tests.programme.mutation import survivors as listed
from tests.programme.mutation.engine import Mutant
from tests.programme.mutation.groups import ALL, GROUPS, ROOT, Group
from tests.programme.row import Progress

BY_NAME = {group.name: group for group in GROUPS}


def test_each_promised_group_is_measured() -> None:
    assert list(BY_NAME) == ["body", "routes", "headers", "cookies", "auth", "cors", "rate_limit"]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_what_a_group_names_is_there(group: Group) -> None:
    for name in (*group.modules, *group.tests):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("name", BY_NAME)
def test_the_recorded_score_reaches_the_goal(name: str) -> None:
    entry = json.loads(RECORDED.read_text())[name]
    assert 100 * entry["noticed"] / entry["total"] >= GOAL


def _entries() -> Iterator[tuple[str, str, str, str]]:
    for (place, before, after), why in listed._listed(listed.LIST.read_text()).items():
        yield place, before, after, why


def test_each_survivor_has_a_reason_and_is_one_of_code_that_is_there() -> None:
    for place, before, after, why in _entries():
        source = " ".join((ROOT / "nextwsgi" / place.partition(":")[0]).read_text().split())
        assert before in source, (place, before)
        assert before != after
        assert why


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        ('res.setHeader("Vary", "Origin")', 'res.setHeader("VARY", "Origin")', True),
        ('res.setHeader("Vary", "Origin")', 'res.setHeader("Vary", "ORIGIN")', False),
        ('raw.decode("latin-1")', 'raw.decode("LATIN-1")', True),
        ('raw.decode("latin-1")', 'raw.decode("XXlatin-1XX")', False),
        ('return cast("Redis", found)', "return cast(None, found)", True),
        ('return cast("Redis", found)', 'return cast("Redis", None)', False),
        ("self.started = False", "self.started = None", True),
        ("self.started = False", "self.started = True", False),
        ("return False", "return None", False),
    ],
)
def test_kinds_of_mutants_that_mean_the_same_are_known(before: str, after: str, known: bool) -> None:
    assert bool(listed.reason(Mutant("nowhere.py:nothing", before, after, noticed=False))) is known


def test_a_group_that_changed_is_measured_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    group = Group("cors", ("nextwsgi/middleware/cors.py",), ("tests/contract/test_middleware_cors.py",))
    entry = {"fingerprint": group.fingerprint(), "noticed": 9, "total": 10}
    recorded = tmp_path / "recorded.json"
    recorded.write_text(json.dumps({"cors": entry}))
    monkeypatch.setattr("tests.programme.mutation.RECORDED", recorded)
    score = recall(group)
    assert score is not None
    assert (score.percent, str(score)) == (90.0, "cors 90.0 % of 10 (recorded)")
    other = Group("cors", group.modules, ("tests/contract/test_req_url.py",))
    assert recall(other) is None


def test_of_more_than_there_is_time_for_a_part_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = tmp_path / "recorded.json"
    recorded.write_text(json.dumps({group.name: {"total": 400} for group in GROUPS}))
    monkeypatch.setattr("tests.programme.mutation.RECORDED", recorded)
    assert share(GROUPS[:2]) == ALL
    assert share(GROUPS[:4]) == "051627"
    assert GROUPS[0].patterns("05") == ["nextwsgi.body.*[05]"]


def test_few_mutants_make_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Mutant("a.py:f", "self.x = False", "self.x = None", noticed=False)]
    monkeypatch.setattr("tests.programme.mutation.mutants", lambda *_: found)
    assert measure(GROUPS[0], Progress("x"), "0").met
    assert not measure(GROUPS[0], Progress("x")).met


def test_what_no_test_notices_is_shown_as_it_is_to_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Mutant("a.py:f", "return 1", "return 2", noticed=True)] * 8
    found += [Mutant("a.py:f", "return 1", "return 3", noticed=False)] * 2
    monkeypatch.setattr("tests.programme.mutation.mutants", lambda *_: found)
    score = measure(GROUPS[0], Progress("x"))
    assert (score.percent, score.met) == (80.0, False)
    assert not measure(GROUPS[0], Progress("x"), "05").met
    assert described([score]).startswith("a.py:f\n- return 1\n+ return 3\n")

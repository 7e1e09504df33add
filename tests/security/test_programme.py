"""The programme itself: its rows have names, its table says what was missed."""

import pytest

from tests.programme.__main__ import main
from tests.programme.row import Progress, Result, Row


def missed(progress: Progress) -> Result:
    progress(1, 1)
    raise AssertionError("input b'\\xff' | answered 500")


@pytest.fixture(autouse=True)
def _two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Row("good", "it holds", "0 of 1", lambda _: Result("0 of 1", met=True)),
        Row("bad", "it does not", "0 of 1", missed),
    ]
    monkeypatch.setattr("tests.programme.__main__.rows", lambda: rows)


def test_a_row_that_holds_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["good"]) == 0
    assert "| good | it holds | 0 of 1 | 0 of 1 | yes |" in capsys.readouterr().out


def test_a_row_that_fails_shows_its_input_and_the_others_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bad", "good"]) == 1
    out = capsys.readouterr().out
    assert r"failed: AssertionError: input b'\xff' \| answered 500 | **no** |" in out
    assert "| good |" in out


def test_the_rows_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "bad          it does not: 0 of 1"


def test_a_row_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["godo"])
    assert "there is no row 'godo': there are good, bad" in capsys.readouterr().err

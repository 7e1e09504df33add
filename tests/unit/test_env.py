"""Environment files mean what they mean to Next.js, and nothing that is set is overridden."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from nextwsgi.env import EnvFile, file_names, load_env_config, mode_of, parse, values
from nextwsgi.errors import RouteError
from tests.docs.guide import blocks
from tests.unit.env_differential import RECORDED, Answer, Case, of_ours, reason

GUIDE = Path(__file__).parents[2] / "docs" / "porting.md"


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Give each test an environment without NODE_ENV, and take back what it sets."""
    before = {**os.environ}
    os.environ.pop("NODE_ENV", None)
    yield
    os.environ.clear()
    os.environ.update(before)


# --- the language -----------------------------------------------------------------------------------------


def test_files_mean_what_next_js_was_recorded_to_read() -> None:
    recorded: list[tuple[Case, Answer]] = json.loads(RECORDED.read_text())
    assert len(recorded) > 400
    for case, theirs in recorded:
        assert reason(case, theirs, of_ours(case)) is not None, (case, theirs, of_ours(case))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=1\n# B=2\nexport C=3", {"A": "1", "C": "3"}),
        ("A=one#two", {"A": "one"}),
        ("A='one#two' # three", {"A": "one#two"}),
        ('A=`it\'s "it"`', {"A": 'it\'s "it"'}),
        ('A="1\\n2"', {"A": "1\n2"}),
        ("A='1\\n2'", {"A": "1\\n2"}),
        ("KEY='-----BEGIN-----\nx\n-----END-----'", {"KEY": "-----BEGIN-----\nx\n-----END-----"}),
        ("A: 1", {"A": "1"}),
        ("\ufeffA=1\r\nB=2\rC=3", {"A": "1", "B": "2", "C": "3"}),
        ("no assignment", {}),
    ],
)
def test_a_file_is_read_as_dotenv_reads_it(text: str, found: dict[str, str]) -> None:
    assert parse(text) == found


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("B=$A/${A}", "s/s"),
        ("B=${NONE:-d}", "d"),
        ("B=${NONE}", ""),
        (r"B=\$A", "$A"),
        ("B='$A'", "s"),
        ("B=$C\nC=${A}x", "sx"),
        ("B=5$", "5$"),
    ],
)
def test_references_are_replaced(text: str, given: str) -> None:
    assert values([EnvFile(".env", text)], {"A": "s"})["B"] == given


def test_a_set_variable_is_never_changed_even_where_it_holds_a_dollar() -> None:
    assert values([EnvFile(".env", "A=file\nB=$A")], {"A": "x$y"}) == {"B": "x"}


@pytest.mark.parametrize("text", ["A=1\nB=$B", "X=1\nB=$C\nC=$B", "A=1\nB=${B}" + "x" * 1000])
def test_a_name_that_refers_to_itself_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(RouteError, match=r"\.env, line 2: B refers to itself without an end$"):
        values([EnvFile(".env", text)], {})


def test_the_example_of_the_guide_means_what_it_says() -> None:
    [example] = [block for block in blocks(GUIDE) if block.language == "dotenv"]
    assert values([EnvFile(".env", example.text)], {"HOSTNAME": ""}) == {
        "NAME": "Ada",
        "GREETING": "Hello\nAda",
        "KEY": "-----BEGIN\n...\n-----END",
        "HOST": "localhost",
        "PRICE": "5$",
    }
    assert values([EnvFile(".env", r"A=pa$$word" + "\n" + r"B=pa\$\$word")], {}) == {
        "A": "pa$",
        "B": "pa$$word",
    }


# --- the files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node_env", "dev", "mode"),
    [
        (None, False, "production"),
        (None, True, "development"),
        ("production", True, "development"),
        ("development", False, "production"),
        ("test", True, "test"),
        ("test", None, "test"),
        ("development", None, "development"),
        ("staging", None, "production"),
        (None, None, "production"),
    ],
)
def test_the_mode_is_that_of_the_command_and_test_where_node_env_says_so(
    node_env: str | None, dev: bool | None, mode: str
) -> None:
    assert mode_of(node_env, dev) == mode


def test_tests_do_not_read_what_is_one_machines_alone() -> None:
    assert file_names("production") == [".env.production.local", ".env.local", ".env.production", ".env"]
    assert file_names("test") == [".env.test.local", ".env.test", ".env"]


def test_the_strongest_file_wins_and_what_is_set_wins_over_all(tmp_path: Path) -> None:
    os.environ["SET"] = ""
    for place, name in enumerate(file_names("production")):
        lines = [f"F{other}={place}\n" for other in range(place + 1)]
        (tmp_path / name).write_text("".join(lines) + "SET=file\nALL=$F0-$F3\n")
    loaded = load_env_config(tmp_path, dev=False)
    assert loaded.loaded_env_files == file_names("production")
    assert [os.environ[f"F{place}"] for place in range(4)] == ["0", "1", "2", "3"]
    assert (os.environ["SET"], os.environ["ALL"]) == ("", "0-")
    assert "SET" not in loaded.parsed_env


@pytest.mark.parametrize("dev", [True, False])
def test_node_env_is_set_as_next_js_sets_it(tmp_path: Path, dev: bool) -> None:
    (tmp_path / ".env").write_text("NODE_ENV=other\nA_MODE=$NODE_ENV\n")
    load_env_config(tmp_path, dev)
    assert os.environ["NODE_ENV"] == os.environ["A_MODE"] == ("development" if dev else "production")


def test_a_project_without_files_reads_none(tmp_path: Path) -> None:
    assert load_env_config(tmp_path) == ({}, [])


def test_a_folder_of_that_name_is_passed_over_and_a_pipe_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    pipe = tmp_path / ".env.local"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=["PIPED=1"])
    writer.start()
    assert load_env_config(tmp_path) == ({"PIPED": "1"}, [".env.local"])
    writer.join()


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=1\nB=2\nC=\xff\n")
    with pytest.raises(RouteError, match=r"\.env, line 3: it is not UTF-8: save the file as UTF-8$"):
        load_env_config(tmp_path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("A=1")
    monkeypatch.setattr(Path, "read_bytes", _denied)
    with pytest.raises(RouteError, match=r"\.env: it cannot be read: Permission denied: make it readable"):
        load_env_config(tmp_path)


def _denied(file: Path) -> bytes:
    raise PermissionError(13, "Permission denied", str(file))


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_what_no_variable_can_hold_is_refused_with_its_line(value: str) -> None:
    with pytest.raises(RouteError, match=r"\.env, line 2: B has a character that no variable can hold"):
        values([EnvFile(".env.local", "A=1"), EnvFile(".env", f"A=1\nB={value}")], {})

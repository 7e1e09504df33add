"""Runs mutmut in a folder of its own: the project's own files stay as they are."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tests.programme.mutation.groups import ROOT, Group
from tests.programme.row import Progress

# pytest's exit codes, and mutmut's own, of a mutant that no test has noticed. Whatever else ends the tests is
# noticed: a failure, a collection that breaks, a loop without an end.
UNNOTICED = (0, 5, 33, None)
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "conformance", "node_modules")
# Of tests: servers are processes of their own, which do not know the mutant; the others take long, and what
# they find in generated inputs the tests beside them have as examples.
_WITHOUT = (
    *("gunicorn", "breaks_off", "5xx", "no_header", "ten_thousand", "what_is_known", "leads_where_next_js"),
    *("whatever_was_signed", "imports_none", "a_value_comes_back", "100_kb", "no_text_raises", "millions"),
    *("hangs_keeps_few", "threads_that_meet"),
)
_ARGUMENTS = ("-p", "no:cacheprovider", "--hypothesis-seed=0")
_PROGRESS = re.compile(r"(\d+)/(\d+)")
_NAME = re.compile(r"\w+__mutmut_\w+")


@dataclass(frozen=True)
class Mutant:
    """One change of one function: the lines that went and those that came, in ``module:function``."""

    place: str
    before: str
    after: str
    noticed: bool


def mutants(group: Group, progress: Progress, digits: str) -> list[Mutant]:
    """Make the mutants of a group, and tell which of them its tests notice.

    With fewer ``digits`` only those whose number ends so: always the same ones.
    """
    patterns = group.patterns(digits)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, group)
        _run(folder, group, patterns, progress)
        return list(_read(folder, group, patterns))


def _prepare(folder: Path, group: Group) -> None:
    shutil.copytree(ROOT / "nextwsgi", folder / "nextwsgi", ignore=_LEFT_OUT)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=_LEFT_OUT)
    shutil.copy(ROOT / "tox.ini", folder)
    settings = {
        "source_paths": ["nextwsgi"],
        "only_mutate": [*group.modules],
        "also_copy": ["tox.ini"],
        "pytest_add_cli_args": [*_ARGUMENTS, "-k", " and ".join(f"not {name}" for name in _WITHOUT)],
        "pytest_add_cli_args_test_selection": [*group.tests],
        "process_isolation": "forkserver",  # an event loop has a thread, which no fork takes along
        "timeout_multiplier": 3.0,
    }
    lines = (f"{key} = {json.dumps(value)}" for key, value in settings.items())
    (folder / "pyproject.toml").write_text("[tool.mutmut]\n" + "\n".join(lines) + "\n")


def _run(folder: Path, group: Group, patterns: list[str], progress: Progress) -> None:
    log = folder / "log"
    command = [sys.executable, "-m", "mutmut", "run", *patterns]
    # mutmut's settings come from the folder, and so does nextwsgi.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                time.sleep(0.5)
                if found := _PROGRESS.findall(log.read_text(errors="replace")[-300:]):
                    progress(int(found[-1][0]), int(found[-1][1]), group.name)
        finally:
            process.kill()
    text = log.read_text(errors="replace").replace("\r", "\n")
    assert process.returncode == 0, f"mutmut could not run on {group.name}:\n{text[-3000:]}"


def _read(folder: Path, group: Group, patterns: list[str]) -> Iterator[Mutant]:
    for module in group.modules:
        path = folder / "mutants" / module
        meta = path.with_name(path.name + ".meta")
        if not meta.is_file():
            continue
        spans = json.loads(path.with_name(path.name + ".spans").read_text())["spans"]
        lines = path.read_text().splitlines()
        for key, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            if not any(fnmatchcase(key, pattern) for pattern in patterns):
                continue
            changed = key.rpartition(".")[2]
            function = changed.rpartition("__mutmut_")[0]
            name = function[2:].replace("ǁ", ".")
            first, second = (_source(lines, spans[x], name) for x in (f"{function}__mutmut_orig", changed))
            before, after = _difference(first, second)
            yield Mutant(f"{module.removeprefix('nextwsgi/')}:{name}", before, after, code not in UNNOTICED)


def _source(lines: list[str], span: tuple[int, int], name: str) -> list[str]:
    """Give a function's lines under its own name."""
    return [_NAME.sub(name.rpartition(".")[2], line) for line in lines[span[0] - 1 : span[1]]]


def _difference(first: list[str], second: list[str]) -> tuple[str, str]:
    lines = list(difflib.unified_diff(first, second, n=0, lineterm=""))[2:]
    return (
        " ".join(" ".join(line[1:].split()) for line in lines if line.startswith("-")),
        " ".join(" ".join(line[1:].split()) for line in lines if line.startswith("+")),
    )

"""Finding a project's route files, importing them, and saying what is wrong with them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from nextwsgi import NextWSGI, RouteError, routes
from nextwsgi.files import load_routes

HANDLER = "def handler(req, res):\n    res.json(1)\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """Give an empty project folder, and forget what was imported from it."""
    before, path = set(sys.modules), list(sys.path)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def paths(project: Path) -> list[str]:
    return [route.path for route in load_routes(project)]


def refused(project: Path) -> list[str]:
    with pytest.raises(RouteError) as caught:
        load_routes(project)
    return caught.value.problems


def test_every_python_file_below_api_is_a_route(project: Path) -> None:
    names = ["hello", "users/[id]", "users/index", "_x", "y.test", "docs/[...slug]"]
    write(project, {f"pages/api/{name}.py": HANDLER for name in names})
    write(
        project, {"pages/api/__init__.py": "", "pages/about.py": "", "pages/api/twin.js": "", "lib/x.py": ""}
    )
    (project / "pages/api/__pycache__").mkdir()
    assert sorted(paths(project)) == [
        "/api/_x",
        "/api/docs/[...slug]",
        "/api/hello",
        "/api/users",
        "/api/users/[id]",
        "/api/y.test",
    ]


def test_of_two_files_for_one_path_the_index_answers_with_a_warning(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(project, {"pages/api/a.py": "", "pages/api/a/index.py": HANDLER, "pages/api/a-b.py": HANDLER})
    assert [(route.path, route.file) for route in load_routes(project)] == [
        ("/api/a", "pages/api/a/index.py"),
        ("/api/a-b", "pages/api/a-b.py"),
    ]
    assert "two files answer /api/a" in caplog.text


def test_src_pages_is_used_without_pages(project: Path) -> None:
    write(project, {"src/pages/api/a.py": HANDLER})
    assert paths(project) == ["/api/a"]
    write(project, {"pages/api/b.py": HANDLER})
    assert paths(project) == ["/api/b"]


def test_a_folder_without_pages_is_refused(project: Path) -> None:
    [problem] = refused(project)
    assert "there is no pages/ folder in" in problem
    assert "pages/api/hello.py" in problem


def test_route_files_import_what_stands_beside_pages(project: Path) -> None:
    write(project, {"lib_beside.py": "VALUE = 7\n"})
    write(project, {"pages/api/a.py": f"from lib_beside import VALUE\nassert VALUE == 7\n{HANDLER}"})
    assert paths(project) == ["/api/a"]


def test_src_is_importable_too(project: Path) -> None:
    write(project, {"src/lib_in_src.py": "", "lib_at_root.py": ""})
    write(project, {"src/pages/api/a.py": f"import lib_in_src, lib_at_root\n{HANDLER}"})
    assert paths(project) == ["/api/a"]


def test_dataclasses_with_postponed_annotations_work(project: Path) -> None:
    imports = "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    write(project, {"pages/api/[id].py": f"{imports}@dataclass\nclass A:\n    b: int\n{HANDLER}"})
    assert paths(project) == ["/api/[id]"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "pages/api/a.py: it exports no handler: write def handler(req, res): ..."),
        ("def Handler(req, res): ...", "it exports no handler"),
        ("handler = 5", "handler must be a function, it is int"),
        ("def handler(req): ...", "handler must take two arguments"),
        ("def handler(req, res, next): ...", "handler must take two arguments"),
        (
            "from nextwsgi.middleware import compose\nhandler = compose(lambda handler: handler)",
            "pages/api/a.py: handler must take two arguments: def handler(req, res): ...;"
            " a wrapper needs a handler: compose(...)(handler)",
        ),
        ("def handler(req, res, *, db): ...", "handler must take two arguments"),
        (
            "def handler(req, res): ...\nhandler.__wrapped__ = lambda req: ...",
            "handler must take two arguments",
        ),
        (
            "import nosuchmodule",
            "ModuleNotFoundError: No module named 'nosuchmodule' (line 1)",
        ),
        ("\n\nraise ValueError('no\\nway')", "it cannot be imported: ValueError: no (line 3)"),
        ("def handler(:", "it cannot be imported: SyntaxError: invalid syntax (line 1)"),
        ("x = 1\x00", "it cannot be imported: SyntaxError: source code string cannot contain null bytes"),
        ("raise SystemExit(3)", "it cannot be imported: SystemExit: 3 (line 1)"),
        (f"config = []\n{HANDLER}", "pages/api/a.py: config must be a dict, not list"),
    ],
)
def test_a_file_that_cannot_be_served_is_named_with_the_mend(project: Path, text: str, problem: str) -> None:
    write(project, {"pages/api/a.py": text})
    [found] = refused(project)
    assert found.startswith("pages/api/a.py: ")
    assert problem in found
    assert "pages.api.a" not in sys.modules or "cannot be imported" not in problem


def test_a_module_that_fails_is_told_once_with_the_files_that_import_it(project: Path) -> None:
    write(
        project,
        {
            "shaky.py": "raise ValueError('DATABASE_URL cannot be read')\n",
            "pages/api/a.py": "import shaky\n",
            "pages/api/b.py": "raise KeyError('other')\n",
            "pages/api/c.py": "import os\nfrom shaky import x\n",
        },
    )
    assert refused(project) == [
        "ValueError: DATABASE_URL cannot be read: it keeps 2 files from being imported:"
        " pages/api/a.py (line 1), pages/api/c.py (line 2)",
        "pages/api/b.py: it cannot be imported: KeyError: 'other' (line 1)",
    ]


def test_a_handler_that_does_not_tell_its_arguments_is_taken(project: Path) -> None:
    write(project, {"pages/api/a.py": "handler = max\n", "pages/api/b.py": "def handler(*args): ...\n"})
    assert paths(project) == ["/api/a", "/api/b"]


def test_an_import_that_fails_elsewhere_says_where_it_was_asked_for(project: Path) -> None:
    write(project, {"lib_broken.py": "1 / 0\n", "pages/api/a.py": f"\nimport lib_broken\n{HANDLER}"})
    [found] = refused(project)
    assert "ZeroDivisionError: division by zero (line 2)" in found


def test_all_problems_are_listed_at_once(project: Path) -> None:
    write(
        project,
        {"pages/api/a.py": "", "pages/api/b.py": "import nosuchmodule", "pages/api/[[c]].py": HANDLER},
    )
    write(project, {"pages/api/d.py": f"config = {{'api': {{'bodyparser': 1}}, 'x': 2}}\n{HANDLER}"})
    write(project, {"public/api/d": "hidden"})
    problems = refused(project)
    assert len(problems) == 6
    with pytest.raises(RouteError) as caught:
        NextWSGI(project)
    assert all(problem in str(caught.value) for problem in problems)


def test_conflicting_files_are_named_both(project: Path) -> None:
    write(project, {"pages/api/[id]/a.py": HANDLER, "pages/api/[user]/b.py": HANDLER})
    [found] = refused(project)
    assert "'id' !== 'user'" in found
    assert "pages/api/[id]/a.py" in found
    assert "pages/api/[user]/b.py" in found


def test_conflicts_are_looked_for_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"pages/api/a.py": HANDLER, "pages/api/[b].py": HANDLER})
    look = Mock(return_value=())
    monkeypatch.setattr(routes, "_conflicts", look)
    NextWSGI(project)
    look.assert_called_once_with((("/api/[b]", "pages/api/[b].py"), ("/api/a", "pages/api/a.py")))

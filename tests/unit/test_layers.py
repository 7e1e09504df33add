"""Imports point down only, and importing the package loads what every request needs and no more."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nextwsgi

ROOT = Path(nextwsgi.__file__).parent

# From top to bottom: a module imports what stands below it, or beside it in its own folder.
LAYERS = [
    {"cli"},
    {"dev", "testing", "serverless"},
    {"__init__"},
    {"app"},
    {"websocket"},
    {"auth"},
    {"formidable", "headers", "middleware", "navigation", "server", "wsgi", "events"},
    {"production"},
    {"files"},
    {"front"},
    {"resolver"},
    {"public"},
    {"answers"},
    {"web"},
    {"request", "response"},
    {"outgoing", "routes", "project"},
    {"wire", "loop", "preview", "body", "paths", "rules", "after", "instrumentation", "pending"},
    {"config", "env", "standstill"},
    {"node", "lasting", "departures", "patterns", "gthread"},
    {"jsontext"},
    {"errors"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

MODULES = sorted(path for path in ROOT.rglob("*.py") if path.name != "__main__.py")


def place(path: Path) -> str:
    """Give the layer's name of a file: its folder below the package, or its own name."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the nextwsgi modules that a file imports when it runs, also inside functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from _from(node.module, [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("nextwsgi"))
        yield from imports(node)


def _from(module: str, names: list[str]) -> Iterator[str]:
    if module == "nextwsgi":
        yield from (f"nextwsgi.{name}" for name in names)
    elif module.startswith("nextwsgi."):
        yield module


def layer_of(module: str) -> str:
    """Give the layer's name of an imported module; a public name of the package is the package itself."""
    name = module.split(".")[1] if "." in module else "__init__"
    return name if name in RANK else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    own = place(path)
    assert own in RANK, f"say in LAYERS where {own} stands"
    for module in imports(ast.parse(path.read_text())):
        other = layer_of(module)
        assert other == own or RANK[other] > RANK[own], f"{own} imports {module}"


def test_every_layer_exists() -> None:
    assert {place(path) for path in MODULES} == set(RANK)


def test_no_relative_import_hides_where_it_points() -> None:
    for path in MODULES:
        found = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.level
        ]
        assert found == [], path


# What a start must not wait for, as far as Werkzeug does not import it anyway: it is slow to import, and only
# an async handler, a dynamic route, a preview, a mistake or another command needs it.
LATER = (
    "ada_url",
    "asyncio",
    "bcrypt",
    "concurrent.futures",
    "cryptography",
    "decimal",
    "difflib",
    "email",
    "gunicorn",
    "http.client",
    "http.cookies",
    "inspect",
    "jwt",
    "logging.config",
    "marshmallow",
    "multiprocessing",
    "nextwsgi.cli",
    "nextwsgi.dev",
    "nextwsgi.formidable",
    "nextwsgi.front",
    "nextwsgi.loop",
    "nextwsgi.preview",
    "nextwsgi.rules",
    "nextwsgi.standstill",
    "nextwsgi.testing",
    "nextwsgi.web",
    "queue",
    "signal",
    "subprocess",
    "typing_extensions",
    "unittest",
    "werkzeug.routing",
    "xml",
)
START = f"""
import sys, werkzeug
before = set(sys.modules)
from nextwsgi import NextWSGI
app = NextWSGI(sys.argv[1])
environ = {{"REQUEST_METHOD": "GET", "PATH_INFO": "/api/hello", "wsgi.input": sys.stdin.buffer}}
assert list(app(environ, lambda status, headers: None)) == [b"[1]"]
print(sorted({{*{LATER}}} & (set(sys.modules) - before)))
"""


def test_a_start_and_a_plain_answer_import_nothing_that_can_wait(tmp_path: Path) -> None:
    (tmp_path / "pages/api").mkdir(parents=True)
    (tmp_path / "pages/api/hello.py").write_text("def handler(req, res):\n    res.json([1])\n")
    command = [sys.executable, "-c", START, str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_the_guide_for_contributors_says_what_each_module_does() -> None:
    guide = (ROOT.parent / "CONTRIBUTING.md").read_text()
    names = {path.name for path in ROOT.glob("*.py") if not path.name.startswith("__")}
    names |= {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert [name for name in sorted(names) if f"`{name}`" not in guide] == []


MIDDLEWARE = """
import sys, nextwsgi
before = set(sys.modules)
import nextwsgi.middleware
slow = {"asyncio", "cryptography", "jwt", "limits", "marshmallow", "redis"}
print(sorted(slow & (set(sys.modules) - before)))
"""


def test_middleware_imports_what_is_slow_with_its_first_use() -> None:
    command = [sys.executable, "-c", MIDDLEWARE]
    result = subprocess.run(command, cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"

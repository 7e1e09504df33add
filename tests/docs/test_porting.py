"""The porting guide: its examples run, it leaves no name out, and it tells every difference."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nextwsgi.config import BODY_LIMIT, read_config
from nextwsgi.testing import Answer, Client
from tests.conformance.differences import DIFFERENCES, GENERAL
from tests.docs.guide import Block, Example, blocks, examples

GUIDE = Path(__file__).parents[2] / "docs" / "porting.md"
TEXT = GUIDE.read_text()
PACKAGES = ("app", "lib", "next", "pages", "proxy")
ROUTES = ("pages/", "app/")
BLOCKS = blocks(GUIDE)
PYTHON = [block for block in BLOCKS if block.language == "python"]
FILES = {block.file: block for block in PYTHON if block.file}
EXAMPLES = [example for block in BLOCKS if block.language == "text" for example in examples(block.text)]


def _name(block: Block) -> str:
    return block.file or f"line {block.line}"


# --- The examples -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Yield a client of the project that the guide's files make."""
    root = tmp_path_factory.mktemp("porting")
    for name, block in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(block.text)
    with pytest.MonkeyPatch.context() as patch, _without_modules():
        patch.setenv("WEBHOOK_SECRET", "test-secret")
        patch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_test-secret")
        patch.setenv("JWT_SECRET", "3c9f5e0d-of-the-guide-7b1a64e2c8d05f93")
        patch.setenv("AUTH_SECRET", "9a41c7d2-of-the-guide-5e08b3f6a7d1c249")
        patch.delenv("REDIS_URL", raising=False)
        patch.setattr(sys, "path", [*sys.path])
        yield Client(root, raise_errors=False)


@contextmanager
def _without_modules() -> Iterator[None]:
    """Set aside what others imported as lib and pages, which the guide's project has too."""
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES}
    for name in before:
        del sys.modules[name]
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in PACKAGES]:
        del sys.modules[name]
    sys.modules.update(before)


def _ask(client: Client, example: Example) -> Answer:
    sent = example.sent.encode() or None
    return client.request(example.method, example.path, headers=example.request_headers, body=sent)


@pytest.mark.parametrize("block", PYTHON, ids=_name)
def test_python_compiles(block: Block) -> None:
    compile("\n" * (block.line - 1) + block.text, str(GUIDE), "exec", dont_inherit=True)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.shown)
def test_an_example_is_answered_as_it_says(project: Client, example: Example) -> None:
    answer = _ask(project, example)
    text = answer.text.replace("\n", "\\n")
    page = answer.headers.get("Content-Type", "").startswith("text/html")
    assert (answer.status, "" if page else text) == (example.status, example.answer)
    for name in {name for name, _ in example.answered}:
        told = [value for other, value in example.answered if other == name]
        assert answer.headers.getlist(name) == told


def test_every_route_of_the_guide_is_called() -> None:
    routes = {name.removesuffix(".py") for name in FILES if name.startswith(ROUTES)}
    called = {route for route in routes for example in EXAMPLES if _answers(route, example.path)}
    assert called == routes


def _answers(route: str, path: str) -> bool:
    own = route.removeprefix("pages/").removeprefix("app/").removesuffix("/route")
    return path.startswith("/" + own.partition("/[")[0])


@pytest.mark.parametrize("block", [block for block in PYTHON if "def test_" in block.text], ids=_name)
def test_tests_of_the_guide_pass(block: Block) -> None:
    names: dict[str, Any] = {}
    exec(block.text, names)
    for name in [name for name in names if name.startswith("test_")]:
        names[name]()


def test_every_python_route_has_its_javascript() -> None:
    twins = {block.text.split()[1] for block in BLOCKS if block.language == "js" and block.text[:2] == "//"}
    alone = {"pages/api/people/[id].js", "pages/api/typed.js"}
    assert {f"{name.removesuffix('.py')}.js" for name in FILES if name.startswith(ROUTES)} - twins == alone


# --- Complete ---------------------------------------------------------------------------------------------


def _carriers() -> dict[str, object]:
    """Return the req and res that a handler is given."""
    given: dict[str, object] = {}

    def handler(req: Any, res: Any) -> None:
        given.update(req=req, res=res)
        res.end()

    Client(handler).get()
    return given


@pytest.mark.parametrize("carrier", ["req", "res"])
def test_every_public_name_is_told(carrier: str) -> None:
    public = {name for name in dir(_carriers()[carrier]) if not name.startswith("_")}
    told = set(re.findall(rf"\b{carrier}\.(\w+)", TEXT))
    assert public - told == set()


def test_every_key_of_config_is_told() -> None:
    _, problems = read_config({"?": 1, "api": {"?": 1, "bodyParser": {"?": 1}}})
    takes = [problem.rpartition("it takes ")[2].split(", ") for problem in problems]
    told = set(re.findall(r"[\w.]+", _chapter("config")))
    missing = {key for keys in takes for key in keys if not any(key in name.split(".") for name in told)}
    assert (len(takes), missing) == (3, set())


def test_the_limit_of_a_body_is_the_one_told() -> None:
    assert (BODY_LIMIT, 'default `"1mb"`' in TEXT) == (1 << 20, True)


def test_every_difference_is_told() -> None:
    shown_by = set(re.findall(r"<!-- (\w+) -->", _chapter("Differences")))
    untold = [reason for reason, names in _reasons().items() if not names & shown_by]
    assert untold == []


def test_every_difference_told_is_one() -> None:
    shown_by = set(re.findall(r"<!-- (\w+) -->", TEXT))
    assert shown_by - {name for names in _reasons().values() for name in names} == set()


def _reasons() -> dict[str, set[str]]:
    """Return the reasons of all differences, each with the exchanges that show it."""
    reasons: defaultdict[str, set[str]] = defaultdict(set)
    for entry in DIFFERENCES:
        reasons[entry.reason] |= set(entry.exchanges)
    for general in GENERAL:
        reasons[general.reason].add(general.witness)
    return reasons


def _chapter(heading: str) -> str:
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_link_within_the_guide_leads_somewhere() -> None:
    titles = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) - anchors == set()

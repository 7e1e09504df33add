"""Every edit is taken up at the next request, and no more is lost than must be."""

import os
import py_compile
import sys
import time
from pathlib import Path

import pytest

from nextwsgi.dev import stamps
from nextwsgi.dev.app import Development
from nextwsgi.dev.modules import Modules
from tests.unit.dev.site import HELLO, Site

COUNT = "count = 0\n\n\ndef up():\n    global count\n    count += 1\n    return count\n"
COUNTING = "from lib.store import up\n\n\ndef handler(req, res):\n    res.json(['{}', up()])\n"


def says(text: str) -> str:
    return f"def handler(req, res):\n    res.json('{text}')\n"


# --- what is taken up -------------------------------------------------------------------------------------


def test_an_edited_route_answers_anew(site: Site) -> None:
    site.write("pages/api/a.py", says("one"))
    assert site.text("/api/a") == '"one"'
    site.write("pages/api/a.py", says("another"))
    assert site.text("/api/a") == '"another"'


def test_an_edit_within_one_tick_of_the_clock_is_seen(site: Site) -> None:
    site.write("pages/api/a.py", says("one"))
    assert site.text("/api/a") == '"one"'
    site.rewrite("pages/api/a.py", says("two"))
    assert site.text("/api/a") == '"two"'


def test_a_file_that_stays_as_it_is_is_compared_no_longer_than_needed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("pages/api/a.py", says("one"))
    assert site.text("/api/a") == '"one"'
    assert site.text("/api/a") == '"one"'
    monkeypatch.setattr(stamps, "TICK", 0)
    site.text("/api/a")
    site.text("/api/a")
    site.rewrite("pages/api/a.py", says("two"))
    assert site.text("/api/a") == '"one"'


def test_an_edit_of_an_old_file_is_seen(site: Site) -> None:
    file = site.write("pages/api/a.py", says("one"))
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert site.text("/api/a") == '"one"'
    site.write("pages/api/a.py", says("two"))
    assert site.text("/api/a") == '"two"'


@pytest.mark.parametrize("name", ["lib/words.py", "lib/deep/er/words.py", "src/words.py", "words_of_mine.py"])
def test_an_edited_helper_is_taken_up_wherever_it_lies(site: Site, name: str) -> None:
    module = name.removesuffix(".py").replace("/", ".")
    site.write("pages/api/a.py", f"from {module} import WORD\n{says('')}".replace("''", "WORD"))
    site.write(name, "WORD = 'one'\n")
    assert site.text("/api/a") == '"one"'
    site.write(name, "WORD = 'two'\n")
    assert site.text("/api/a") == '"two"'


def test_an_edited_package_is_taken_up(site: Site) -> None:
    site.write("pages/api/a.py", f"import lib.words\n{says('')}".replace("''", "lib.WORD + lib.words.WORD"))
    site.write("lib/__init__.py", "WORD = 'one'\n")
    site.write("lib/words.py", "WORD = 'one'\n")
    assert site.text("/api/a") == '"oneone"'
    site.write("lib/__init__.py", "WORD = 'two'\n")
    assert site.text("/api/a") == '"twoone"'


def test_routes_below_src_import_what_lies_beside_their_pages(site: Site) -> None:
    (site.root / "pages" / "api").rmdir()
    (site.root / "pages").rmdir()
    site.write("src/pages/api/a.py", f"from lib.words import WORD\n{says('')}".replace("''", "WORD"))
    site.write("src/lib/words.py", "WORD = 'one'\n")
    assert site.text("/api/a") == '"one"'
    site.write("src/lib/words.py", "WORD = 'two'\n")
    assert site.text("/api/a") == '"two"'


def test_a_new_route_answers_and_a_deleted_one_does_not(site: Site) -> None:
    site.write("pages/api/a.py")
    assert site.ask("/api/b/1").status_code == 404
    new = site.write("pages/api/b/[id].py")
    assert site.ask("/api/b/1").status_code == 200
    new.unlink()
    assert site.ask("/api/b/1").status_code == 404
    assert site.ask("/api/a").status_code == 200


def test_a_deleted_and_restored_helper_breaks_and_mends_its_route(site: Site) -> None:
    site.write("pages/api/a.py", COUNTING.format("a"))
    store = site.write("lib/store.py", COUNT)
    assert site.ask("/api/a").status_code == 200
    store.unlink()
    assert site.ask("/api/a").status_code == 500
    site.write("lib/store.py", COUNT)
    assert site.ask("/api/a").status_code == 200


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("def handler(req, res)\n    pass\n", "SyntaxError: expected ':'"),
        ("import lib.nowhere\n", "No module named 'lib"),
        ("handlr = 1\n", "it exports no handler"),
        ("config = {'api': {'bodyparser': False}}\n" + HELLO, "did you mean config.api['bodyParser']"),
        ("raise ValueError('at import')\n", "ValueError: at import"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
    ],
)
def test_a_broken_route_says_why_until_it_is_mended(site: Site, broken: str, told: str) -> None:
    site.write("pages/api/a.py", broken)
    site.write("pages/api/b.py")
    for _ in range(2):
        answer = site.ask("/api/a", "POST", Content_Type="application/json", Content_Length="0")
        assert answer.status_code == 500
        assert told in answer.get_data(as_text=True)
    assert site.ask("/api/b").status_code == 200
    site.write("pages/api/a.py")
    assert site.text("/api/a") == '"hello"'


def test_a_mended_helper_mends_its_routes(site: Site) -> None:
    site.write("pages/api/a.py", COUNTING.format("a"))
    site.write("lib/store.py", "def up(:\n")
    told = site.text("/api/a")
    assert "lib/store.py:1" in told
    assert "def up(:" in told
    site.write("lib/store.py", COUNT)
    assert site.text("/api/a") == '["a",1]'


def test_a_module_that_was_missing_is_found_once_it_is_there(site: Site) -> None:
    site.write("pages/api/a.py", COUNTING.format("a"))
    assert "No module named 'lib" in site.text("/api/a")
    site.write("lib/store.py", COUNT)
    assert site.text("/api/a") == '["a",1]'


def test_a_module_that_a_route_can_do_without_is_taken_up_when_it_appears(site: Site) -> None:
    site.write(
        "pages/api/a.py",
        "try:\n    from optional import WORD\nexcept ImportError:\n    WORD = 'none'\n"
        "def handler(req, res):\n    res.json(WORD)\n",
    )
    assert site.text("/api/a") == '"none"'
    site.write("optional.py", "WORD = 'there'\n")
    assert site.text("/api/a") == '"there"'


@pytest.mark.parametrize(
    "line",
    ["from pages.api.a import WORD", "from .a import WORD", "import pages\nfrom pages.api.a import WORD"],
)
def test_a_route_that_another_imports_is_renewed_for_both(site: Site, line: str) -> None:
    site.write("pages/api/a.py", "WORD = 'one'\n" + HELLO)
    site.write("pages/api/b.py", f"{line}\n" + says("").replace("''", "WORD"))
    site.ask("/api/a")
    assert site.text("/api/b") == '"one"'
    site.write("pages/api/a.py", "WORD = 'two'\n" + HELLO)
    assert site.text("/api/b") == '"two"'


def test_a_route_below_an_imported_package_is_renewed_for_all(site: Site) -> None:
    site.write("pages/api/a.py", "WORD = 'one'\n" + HELLO)
    site.write("lib/words.py", "from pages import api\nimport sys\n")
    site.write("pages/api/b.py", "import lib.words\nfrom pages import api\n" + HELLO)
    site.ask("/api/b")
    site.ask("/api/a")
    store = sys.modules["lib.words"]
    site.write("pages/api/a.py", "WORD = 'two'\n" + HELLO)
    site.ask("/api/b")
    assert sys.modules["lib.words"] is not store


def test_a_module_imported_while_a_handler_runs_is_taken_up(site: Site) -> None:
    site.write(
        "pages/api/a.py", "def handler(req, res):\n    from lib.words import WORD\n    res.json(WORD)\n"
    )
    site.write("lib/words.py", "WORD = 'one'\n")
    assert site.text("/api/a") == '"one"'
    site.write("lib/words.py", "WORD = 'two'\n")
    assert site.text("/api/a") == '"two"'


def test_bytecode_is_neither_believed_nor_written(site: Site) -> None:
    file = site.write("pages/api/a.py", says("one"))
    moment = int(time.time())
    os.utime(file, (moment, moment))
    compiled = Path(str(py_compile.compile(str(file), doraise=True)))
    before = compiled.read_bytes()
    site.write("lib/words.py", "WORD = 'one'\n")
    site.write("pages/api/a.py", f"import lib.words\n{says('two')}")
    os.utime(file, (moment, moment))
    assert site.text("/api/a") == '"two"'
    assert compiled.read_bytes() == before
    assert not (site.root / "lib" / "__pycache__").exists()


def test_an_answer_on_its_way_keeps_the_code_it_began_with(site: Site) -> None:
    site.write("pages/api/a.py", "def handler(req, res):\n    res.send(word for word in ('old', 'est'))\n")
    answer = site.ask("/api/a")
    chunks = answer.iter_encoded()
    first = next(chunks)
    site.write("pages/api/a.py", says("new"))
    assert site.text("/api/a") == '"new"'
    assert first + b"".join(chunks) == b"oldest"
    answer.close()


# --- what is kept -----------------------------------------------------------------------------------------


def test_editing_a_route_keeps_what_other_modules_hold(site: Site) -> None:
    site.write("lib/store.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("one"))
    assert site.text("/api/a") == '["one",1]'
    site.write("pages/api/a.py", COUNTING.format("two"))
    assert site.text("/api/a") == '["two",2]'


def test_editing_a_module_starts_all_anew(site: Site) -> None:
    site.write("lib/store.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("a"))
    site.write("pages/api/b.py", COUNTING.format("b"))
    assert [site.text("/api/a"), site.text("/api/b")] == ['["a",1]', '["b",2]']
    site.write("lib/store.py", COUNT.replace("0", "10"))
    assert [site.text("/api/a"), site.text("/api/b")] == ['["a",11]', '["b",12]']


def test_a_slip_of_the_pen_in_a_route_keeps_what_other_modules_hold(site: Site) -> None:
    site.write("lib/store.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("one"))
    site.ask("/api/a")
    site.write("pages/api/a.py", "def handler(:\n")
    assert site.ask("/api/a").status_code == 500
    site.write("pages/api/a.py", COUNTING.format("two"))
    assert site.text("/api/a") == '["two",2]'


def test_a_route_that_fails_on_what_older_modules_hold_gets_new_ones(site: Site) -> None:
    site.write(
        "lib/registry.py",
        "names = []\ndef register(name):\n    if name in names:\n        raise ValueError(name)\n"
        "    names.append(name)\n",
    )
    text = "from lib.registry import register\nregister('user')\n"
    site.write("pages/api/a.py", text + says("one"))
    assert site.text("/api/a") == '"one"'
    site.write("pages/api/a.py", text + says("two"))
    assert site.text("/api/a") == '"two"'


def test_a_new_folder_that_nobody_imported_starts_nothing_anew(site: Site) -> None:
    site.write("lib/store.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("a"))
    site.ask("/api/a")
    site.write("uploads/picture.txt")
    site.write("lib/unused.py")
    assert site.text("/api/a") == '["a",2]'


@pytest.mark.parametrize("folder", [".venv/lib/site-packages", "env/site-packages"])
def test_libraries_inside_the_project_are_not_reloaded(
    site: Site, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    site.write(f"{folder}/kept.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("a").replace("lib.store", "kept"))
    monkeypatch.syspath_prepend(str(site.root / folder))
    assert site.text("/api/a") == '["a",1]'
    site.write(f"{folder}/kept.py", COUNT.replace("0", "10"))
    site.write("pages/api/a.py", COUNTING.format("b").replace("lib.store", "kept"))
    assert site.text("/api/a") == '["b",2]'
    monkeypatch.delitem(sys.modules, "kept")


def test_packages_of_the_server_are_never_the_projects(tmp_path: Path) -> None:
    assert Modules(tmp_path).find_spec("nextwsgi.testing", None) is None


def test_a_closed_application_leaves_nothing_behind(site: Site) -> None:
    site.write("lib/store.py", COUNT)
    site.write("pages/api/a.py", COUNTING.format("a"))
    hooks, modules = [*sys.meta_path], {*sys.modules}
    app = Development(site.root)
    app.table.load_all()
    assert "lib.store" in sys.modules
    app.close()
    assert hooks == sys.meta_path
    assert {*sys.modules} <= modules


def test_a_folder_that_is_gone_has_no_names(site: Site) -> None:
    site.write("src/only.py", "WORD = 1\n")
    site.write("pages/api/a.py", f"import src.only\n{HELLO}")
    assert site.ask("/api/a").status_code == 200
    (site.root / "src" / "only.py").unlink()
    (site.root / "src").rmdir()
    assert site.ask("/api/a").status_code == 500

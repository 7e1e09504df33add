"""next.config.py and proxy.py in development: each edit is taken up, and a mistake in them is shown."""

import os

import pytest

from tests.unit.dev.site import Site

SHOW = "import os\n\ndef handler(req, res):\n    res.json([os.environ.get('FRONT_DEV'), req.query])\n"
REDIRECT = 'config = {"redirects": [{"source": "/old", "destination": "/%s", "permanent": False}]}\n'
ENV = 'config = {"env": {"FRONT_DEV": "%s"}}\n'
PROXY = """
from lib.words import word
from nextwsgi.server import Response

def proxy(request):
    return Response(word)

config = {"matcher": "%s"}
"""


@pytest.fixture(autouse=True)
def _project(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FRONT_DEV", raising=False)
    site.write("pages/api/a.py", SHOW)
    site.write("lib/words.py", "word = 'one'\n")


def test_a_configuration_comes_and_goes(site: Site) -> None:
    assert site.ask("/old").status_code == 404
    file = site.write("next.config.py", REDIRECT % "new")
    assert site.ask("/old").location == "/new"
    assert site.ask("/nowhere").status_code == 404
    site.write("next.config.py", REDIRECT % "more")
    assert site.ask("/old").location == "/more"
    file.unlink()
    assert site.ask("/old").status_code == 404


def test_routes_that_took_from_the_environment_take_it_anew(site: Site) -> None:
    taking = (
        "import os\n\nFOUND = os.environ.get('FRONT_DEV')\n\ndef handler(req, res):\n    res.json(FOUND)\n"
    )
    site.write("pages/api/b.py", taking)
    assert site.text("/api/b") == "null"
    file = site.write("next.config.py", ENV % "1")
    assert site.text("/api/b") == '"1"'
    file.unlink()
    assert site.text("/api/b") == "null"


def test_what_it_sets_in_the_environment_comes_and_goes(site: Site) -> None:
    assert site.text("/api/a") == "[null,{}]"
    file = site.write("next.config.py", ENV % "1")
    assert site.text("/api/a") == '["1",{}]'
    site.write("next.config.py", ENV % "2")
    assert site.text("/api/a") == '["2",{}]'
    os.environ["FRONT_DEV"] = "own"
    site.write("next.config.py", ENV % "3")
    assert site.text("/api/a") == '["own",{}]'
    del os.environ["FRONT_DEV"]
    file.unlink()
    assert site.text("/api/a") == "[null,{}]"
    site.write("next.config.py", ENV % "4")
    assert site.text("/api/a") == '["4",{}]'
    os.environ["FRONT_DEV"] = "own"
    file.unlink()
    assert site.text("/api/a") == '["own",{}]'


@pytest.mark.parametrize("folder", ["", "src/"])
def test_proxy_comes_and_goes(site: Site, folder: str) -> None:
    if folder:
        (site.root / "src").mkdir()
        (site.root / "pages").rename(site.root / "src/pages")
    assert site.text("/api/a") == "[null,{}]"
    file = site.write(f"{folder}proxy.py", PROXY % "/api/a")
    assert site.text("/api/a") == "one"
    site.write("lib/words.py", "word = 'another'\n")
    assert site.text("/api/a") == "another"
    site.write(f"{folder}proxy.py", PROXY % "/api/b")
    assert site.text("/api/a") == "[null,{}]"
    assert site.text("/api/b") == "another"
    file.unlink()
    assert site.text("/api/a") == "[null,{}]"


def test_an_edit_of_a_route_leaves_them_as_they_are(site: Site) -> None:
    site.write("proxy.py", "seen = []\n\ndef proxy(request):\n    seen.append(1)\n")
    site.write("pages/api/b.py", "import proxy\n\ndef handler(req, res):\n    res.json(proxy.seen)\n")
    assert site.text("/api/b") == "[1]"
    site.write("pages/api/a.py", SHOW + "# edited\n")
    assert site.text("/api/b") == "[1,1]"


@pytest.mark.parametrize(
    ("file", "text", "shown"),
    [
        ("next.config.py", "config = {\n", ["SyntaxError", "> ", "config = {"]),
        ("next.config.py", "config = {'basepath': ''}\n", ["did you mean 'basePath'?"]),
        ("next.config.py", "import nowhere\n", ["ModuleNotFoundError: No module named 'nowhere'"]),
        (
            "next.config.py",
            "def config():\n    return nothing\n",
            ["NameError", ">    2 |     return nothing"],
        ),
        ("proxy.py", "def proxy(:\n", ["SyntaxError", "def proxy(:"]),
        ("proxy.py", "def prxy(r): ...\n", ["it exports no proxy"]),
        ("proxy.py", "def proxy(r):\n    1 / 0\n", ["ZeroDivisionError", ">    2 |     1 / 0"]),
        ("middleware.py", "1 / 0\n", ["ZeroDivisionError: division by zero", "1 / 0"]),
    ],
)
def test_a_mistake_is_shown_with_its_source_until_it_is_mended(
    site: Site, file: str, text: str, shown: list[str]
) -> None:
    assert site.ask("/api/a").status_code == 200
    site.write(file, text)
    for path in ("/api/a", "/nowhere", "/api/a"):
        answer = site.ask(path)
        assert answer.status_code == 500
        page = answer.get_data(as_text=True)
        assert f"failed in {file}" in page
        assert [part for part in shown if part not in page] == []
    assert "<title>" in site.text("/api/a", Accept="text/html")
    (site.root / file).unlink()
    assert site.ask("/api/a").status_code == 200


def test_two_names_of_one_thing_are_told(site: Site) -> None:
    site.write("proxy.py", "def proxy(r): ...\n")
    site.write("middleware.py", "def middleware(r): ...\n")
    assert "proxy.py and middleware.py are two names of one thing: remove middleware.py" in site.text("/x")

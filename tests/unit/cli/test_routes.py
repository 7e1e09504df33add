"""``nextwsgi routes`` lists what is served, or all that stands in its way."""

from pathlib import Path

import pytest

from nextwsgi import cli

Capture = pytest.CaptureFixture[str]
CONFIGS = {
    "limit": ("{'bodyParser': {'sizeLimit': '2mb'}}", "sizeLimit: 2mb"),
    "off": ("{'bodyParser': False, 'responseLimit': False}", "bodyParser: False, responseLimit: False"),
    "answer": ("{'responseLimit': '8mb', 'externalResolver': True}", "responseLimit: 8MB, externalResolver"),
    "usual": ("{'bodyParser': {'sizeLimit': '1024kb'}, 'responseLimit': True}", ""),
}


def test_routes_are_listed_in_columns(capsys: Capture, project: Path) -> None:
    (project / "pages" / "api" / "[id].py").write_text("def handler(req, res): ...\n")
    assert cli.main(["routes", str(project)]) == 0
    assert capsys.readouterr().out == (
        "Path        File                Config\n"
        "/api/[id]   pages/api/[id].py\n"
        "/api/hello  pages/api/hello.py\n"
    )


def test_a_route_handler_is_listed_with_its_methods(capsys: Capture, project: Path) -> None:
    (project / "app" / "api" / "a").mkdir(parents=True)
    (project / "app" / "api" / "a" / "route.py").write_text("def GET(): ...\ndef POST(): ...\n")
    assert cli.main(["routes", str(project)]) == 0
    assert "/api/a      app/api/a/route.py  GET, HEAD, OPTIONS, POST\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(CONFIGS))
def test_what_a_config_changes_is_listed(capsys: Capture, project: Path, name: str) -> None:
    config, told = CONFIGS[name]
    text = f"config = {{'api': {config}}}\ndef handler(req, res): ...\n"
    (project / "pages" / "api" / "hello.py").write_text(text)
    assert cli.main(["routes", str(project)]) == 0
    assert capsys.readouterr().out.splitlines()[1] == f"/api/hello  pages/api/hello.py  {told}".rstrip()


def test_what_comes_before_the_routes_is_counted(capsys: Capture, project: Path) -> None:
    rewrites = '{"fallback": [{"source": "/:p*", "destination": "http://127.0.0.1:9/:p*"}]}'
    (project / "next.config.py").write_text(
        f'config = {{"rewrites": {rewrites}, "env": {{"FRONT_A": "1"}}}}\n'
    )
    (project / "proxy.py").write_text("def proxy(r): ...\n")
    taking = "import os\nos.environ.pop('FRONT_A')\ndef handler(req, res): ...\n"
    (project / "pages" / "api" / "hello.py").write_text(taking)
    assert cli.main(["routes", str(project)]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "",
        "next.config.py  rewrites: 1",
        "proxy.py  every path",
    ]


def test_a_configuration_without_rules_is_not_listed(capsys: Capture, project: Path) -> None:
    (project / "next.config.py").write_text("config = {'trailingSlash': True}\n")
    assert cli.main(["routes", str(project)]) == 0
    assert "next.config.py" not in capsys.readouterr().out


def test_paths_of_proxy_are_listed(capsys: Capture, project: Path) -> None:
    (project / "proxy.py").write_text("def proxy(r): ...\nconfig = {'matcher': ['/a', '/b/:c*']}\n")
    assert cli.main(["routes", str(project)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "proxy.py  /a, /b/:c*"


def test_all_problems_are_told_without_a_traceback(capsys: Capture, project: Path) -> None:
    (project / "pages" / "api" / "a.py").write_text("handlr = 1\n")
    (project / "pages" / "api" / "b.py").write_text("config = {'apy': {}}\ndef handler(req, res): ...\n")
    assert cli.main(["routes", str(project)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("the project cannot be served:\n  - pages/api/a.py: it exports no handler")
    assert "  - pages/api/b.py: config has no key 'apy'" in err
    assert "Traceback" not in err

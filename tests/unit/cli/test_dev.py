"""``nextwsgi dev`` says where it listens and what it found, and ends quietly."""

import socket
from pathlib import Path

import pytest
from werkzeug.serving import BaseWSGIServer

from nextwsgi import cli
from nextwsgi.cli import dev
from nextwsgi.cli.problems import CommandError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have every server interrupted as soon as it serves; the ports they listened on."""
    ports: list[int] = []

    def serve(server: BaseWSGIServer) -> None:
        ports.append(server.port)
        raise KeyboardInterrupt

    monkeypatch.setattr(BaseWSGIServer, "serve_forever", serve)
    return ports


def test_the_address_and_the_routes_are_printed(capsys: Capture, project: Path, served: list[int]) -> None:
    assert cli.main(["dev", str(project), "-p", "0"]) == 130
    out, err = capsys.readouterr()
    assert out.startswith(f"nextwsgi dev: http://localhost:{served[0]}\n\n  Path        File")
    assert "  /api/hello  pages/api/hello.py\n" in out
    assert err == ""


def test_the_environment_files_are_printed(
    capsys: Capture, project: Path, served: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE_ENV", "development")
    for name in (".env", ".env.development", ".env.production"):
        (project / name).write_text("A=1\n")
    cli.main(["dev", str(project), "-p", "0"])
    assert f":{served[0]}\n\n  environment: .env.development, .env\n\n  Path" in capsys.readouterr().out


def test_problems_are_printed_and_the_rest_is_served(
    capsys: Capture, project: Path, served: list[int]
) -> None:
    (project / "pages" / "api" / "broken.py").write_text("def handler(:\n")
    (project / "pages" / "api" / "[[x]].py").write_text("def handler(req, res): ...\n")
    assert cli.main(["dev", str(project), "-p", "0"]) == 130
    out, err = capsys.readouterr()
    assert "/api/broken  pages/api/broken.py  cannot be served" in out
    assert "  - pages/api/broken.py: it cannot be imported: SyntaxError" in err
    assert '("[[x]]")' in err
    assert served


@pytest.mark.parametrize(
    ("hostname", "shown"),
    [("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("my-box", "my-box"), ("fe80::1", "[fe80::1]")],
)
def test_the_address_can_be_opened_in_a_browser(hostname: str, shown: str) -> None:
    assert dev._shown(hostname) == shown


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(capsys: Capture, project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["dev", str(project), "--port", str(port)]) == 1
    told = capsys.readouterr().err
    assert told == (
        f"nextwsgi dev: port {port} is in use: stop what uses it, or choose another one with --port\n"
    )


def test_the_next_port_is_taken_where_none_was_asked_for(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(dev, "PORT", port)
        with dev.find_port("127.0.0.1", None) as listener:
            assert listener.getsockname()[1] > port
    assert f"Port {port} is in use, trying {port + 1}.\n" in capsys.readouterr().err


def test_a_machine_without_a_free_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(dev, "PORT", taken.getsockname()[1])
        monkeypatch.setattr(dev, "TRIES", 1)
        with pytest.raises(CommandError, match="are in use: choose another one"):
            dev.find_port("127.0.0.1", None)


def test_an_address_that_is_not_this_machines_is_named(capsys: Capture, project: Path) -> None:
    # 192.0.2.0/24 is kept for documentation: no machine has an address of it.
    assert cli.main(["dev", str(project), "-H", "192.0.2.1", "-p", "3000"]) == 1
    assert "nextwsgi dev: cannot listen on 192.0.2.1:3000: " in capsys.readouterr().err

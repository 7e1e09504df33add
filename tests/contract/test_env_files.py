"""Environment files are loaded before route files are imported, whatever serves them."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contract.serving import PATIENCE, ROOT

SHOWS = """
import os

NAMES = ("NODE_ENV", "WHO", "PLACE", "SET")
AT_IMPORT = {name: os.environ.get(name) for name in NAMES}


def handler(req, res):
    res.json(AT_IMPORT)
"""
FILES = {
    ".env": "WHO=all\nPLACE=$WHO/$NODE_ENV\nSET=file\n",
    ".env.development": "WHO=development\n",
    ".env.production": "WHO=production\n",
    ".env.test": "WHO=test\n",
    ".env.local": "LOCAL=1\n",
}
WSGI = "from nextwsgi import NextWSGI\n\napp = NextWSGI()\n"
COMMANDS: dict[str, list[str]] = {
    "gunicorn": ["gunicorn", "-b", "127.0.0.1:{port}", "wsgi:app"],
    "start": ["nextwsgi", "start", "-H", "127.0.0.1", "-p", "{port}"],
    "granian": ["nextwsgi", "start", "--server", "granian", "-H", "127.0.0.1", "-p", "{port}"],
    "waitress": ["waitress", "--listen=127.0.0.1:{port}", "wsgi:app"],
    "dev": ["nextwsgi", "dev", "-p", "{port}"],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pages" / "api").mkdir(parents=True)
    (tmp_path / "pages" / "api" / "env.py").write_text(SHOWS)
    (tmp_path / "wsgi.py").write_text(WSGI)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NODE_ENV", "WHO", "PLACE")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "SET": "before", **settings}


@contextmanager
def _running(command: Sequence[str], folder: Path, **settings: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in command]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=folder, env=_environment(**settings), stdout=log, stderr=log
        )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _ask(port: int) -> object:
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/api/env")
            return json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        finally:
            connection.close()


@pytest.mark.parametrize("server", COMMANDS)
def test_every_server_loads_them(project: Path, server: str) -> None:
    mode = "development" if server == "dev" else "production"
    with _running(COMMANDS[server], project) as port:
        assert _ask(port) == {"NODE_ENV": mode, "WHO": mode, "PLACE": f"{mode}/{mode}", "SET": "before"}


def test_node_env_chooses_the_files_of_tests(project: Path) -> None:
    with _running(COMMANDS["gunicorn"], project, NODE_ENV="test") as port:
        assert _ask(port) == {"NODE_ENV": "test", "WHO": "test", "PLACE": "test/test", "SET": "before"}


def _python(project: Path, program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=project, env=_environment(), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_client_of_tests_loads_those_of_tests(project: Path) -> None:
    shown = _python(project, "from nextwsgi.testing import Client\nprint(Client().get('/api/env').text)")
    assert json.loads(shown) == {"NODE_ENV": "test", "WHO": "test", "PLACE": "test/test", "SET": "before"}


def test_a_program_of_ones_own_can_load_them(project: Path) -> None:
    program = "import os\nfrom nextwsgi.env import load_env_config\nload_env_config('.')\n"
    assert _python(project, f"{program}print(os.environ['PLACE'])") == "production/production\n"


@pytest.mark.parametrize("server", ["gunicorn", "start", "granian"])
def test_a_mistake_stops_the_start_with_its_file_and_line(project: Path, server: str) -> None:
    (project / ".env").write_bytes(b"A=1\nB=\xff\n")
    with _running(COMMANDS[server], project) as _:
        deadline = time.monotonic() + PATIENCE
        while ".env, line 2: it is not UTF-8" not in (project / "log").read_text():
            assert time.monotonic() < deadline, (project / "log").read_text()
            time.sleep(0.05)


def test_the_list_of_routes_is_made_with_them(project: Path) -> None:
    (project / "pages" / "api" / "env.py").write_text(f"{SHOWS}\nassert AT_IMPORT['WHO']\n")
    command = [sys.executable, "-m", "nextwsgi", "routes"]
    subprocess.run(command, cwd=project, env=_environment(), check=True, stdout=subprocess.DEVNULL)

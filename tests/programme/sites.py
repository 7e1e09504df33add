"""Projects of a few files: asked in this process, or under a real server."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from nextwsgi import NextWSGI

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files, by their names in the project."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


class Told(NamedTuple):
    """What a server was given: the status line, the header lines, the body."""

    status: str
    lines: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])


def environ(target: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Describe a request as gunicorn does, also one whose target gunicorn would refuse; it has no body."""
    path, _, query = target.partition("#")[0].partition("?")
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target.encode().decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }


def tell(app: Application, variables: dict[str, Any]) -> Told:
    """Ask an application, and raise what it raises."""
    told: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, lines: list[tuple[str, str]]) -> Callable[[bytes], object]:
        assert not told, "start_response was called twice"
        told.extend((status, lines))
        return written.append

    pieces = app(variables, start_response)
    try:
        written.extend(pieces)
    finally:
        getattr(pieces, "close", int)()
    return Told(told[0], told[1], b"".join(written))


@contextmanager
def site(files: Mapping[str, str]) -> Iterator[NextWSGI]:
    """Serve files in this process; what they import is forgotten afterwards."""
    before, path = set(sys.modules), [*sys.path]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        app = NextWSGI(folder)
        try:
            yield app
        finally:
            app.project.close()
            sys.path[:] = path
            for name in set(sys.modules) - before:
                if str(getattr(sys.modules[name], "__file__", "") or "").startswith(folder):
                    del sys.modules[name]

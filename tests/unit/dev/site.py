"""A project in a temporary folder, served by the development application."""

import os
from pathlib import Path

from werkzeug.test import Client, TestResponse

from nextwsgi.dev.app import Development

HELLO = "def handler(req, res):\n    res.json('hello')\n"


class Site:
    """Files to write and requests to send; the application starts with the first request."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._app: Development | None = None

    @property
    def app(self) -> Development:
        """The application."""
        self._app = self._app or Development(self.root)
        return self._app

    def write(self, name: str, text: str = HELLO) -> Path:
        """Write a file of the project."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def rewrite(self, name: str, text: str) -> None:
        """Write a file again, leaving its time as it was: the clock did not tick in between."""
        file = self.root / name
        before = file.stat()
        assert len(text) == before.st_size
        file.write_text(text)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def ask(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """Send a request; a header's underscores stand for dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client(self.app).open(path, method=method, headers=sent)

    def text(self, path: str, **headers: str) -> str:
        """Ask, and give the answer's text."""
        return self.ask(path, **headers).get_data(as_text=True)

    def close(self) -> None:
        """Stop the application if it was started."""
        if self._app is not None:
            self._app.close()

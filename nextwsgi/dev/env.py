"""The environment files of a project that is being written: what they set comes and goes with each edit."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

from nextwsgi.env import file_names, mode_of, read_files, values
from nextwsgi.errors import RouteError

log = logging.getLogger("nextwsgi.dev")


class Environment:
    """The variables that a project's files have set, as long as nothing else has changed them."""

    def __init__(self, root: Path) -> None:
        """Take what is set now for set; nothing of it is overridden."""
        self._root = root
        self._mode = mode_of(os.environ.get("NODE_ENV"), dev=True)
        os.environ.setdefault("NODE_ENV", self._mode)
        self._before = {**os.environ}
        self._texts: list[bytes | None] = []
        self._own: dict[str, str] = {}
        self.files: list[str] = []
        """The files that were loaded, the strongest first."""

    def refresh(self) -> bool:
        """Load the files if they are not what they were, and tell whether they were loaded.

        What is wrong with them is logged, and the variables stay as they are.
        """
        texts = [_text(self._root / name) for name in file_names(self._mode)]
        if texts == self._texts:
            return False
        self._texts = texts
        try:
            files = list(read_files(self._root, self._mode))
            self._set(values(files, self._before))
        except RouteError as error:
            log.error("the environment files are not loaded:\n%s", "\n".join(error.problems))
            return False
        self.files = [file.name for file in files]
        return True

    def _set(self, found: dict[str, str]) -> None:
        for name, value in found.items():
            if os.environ.get(name) == self._own.get(name):  # not set, or not since
                os.environ[name] = value
        self._remove(self._own.keys() - found.keys())
        self._own = {name: value for name, value in found.items() if os.environ[name] == value}

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            if os.environ.get(name) == self._own[name]:
                del os.environ[name]

    def drop(self) -> None:
        """Take back what the files have set."""
        self._remove(self._own)


def _text(file: Path) -> bytes | None:
    # A pipe is left alone: whoever reads it takes what is in it, and may wait for somebody's password.
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None

"""What the upload form takes: how large files may be, and the names under which everybody may fetch them."""

import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from nextwsgi.formidable import File

FOLDER = "./public/uploads"
LIMIT = 10 * 1024 * 1024  # the form on the front page says so
FIELDS = 10 * 1024  # bytes of name and email: they are kept in memory, and sent back

# What a browser shows or plays, and runs no script of on this site: .html, .svg and .xml could read what its
# visitors see. A file with another ending is kept without it and downloaded.
_SHOWN = {".avif", ".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp"}
_PLAYED = {".m4a", ".mp3", ".mp4", ".ogg", ".wav", ".webm"}
_OTHER = {".csv", ".docx", ".gz", ".odt", ".pptx", ".txt", ".xlsx", ".zip"}
SAFE = _SHOWN | _PLAYED | _OTHER


def new_name(name: str, ext: str, part: Any, form: Any) -> str:  # noqa: ARG001 - what formidable gives
    """Name a file by chance, so that nobody finds it who was not told, with its ending where that is safe."""
    ending = ext.lower()
    return secrets.token_hex(16) + (ending if ending in SAFE else "")


def discard(files: Mapping[str, Iterable[File]]) -> None:
    """Delete files that nobody will be told of."""
    for each in files.values():
        for file in each:
            with suppress(FileNotFoundError):
                os.unlink(file.filepath)

"""Uploaded files on the disk: made under names of their own, and gone again where the upload fails."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from nextwsgi.formidable.errors import CANNOT_STORE, FILENAME, FormidableError

log = logging.getLogger("nextwsgi")


@dataclass
class File:
    """A file that was uploaded. ``res.json`` sends it as formidable's files are sent.

    ``filepath`` is where it is, ``size`` its bytes, ``hash`` hexadecimal or None. ``originalFilename`` and
    ``mimetype`` are the client's text: neither says what the file is, nor is the name one to make a file of.
    """

    originalFilename: str | None
    newFilename: str
    filepath: str
    mimetype: str | None
    size: int = 0
    hash: str | None = None
    lastModifiedDate: datetime | None = None
    hashAlgorithm: str | bool = False

    def toJSON(self) -> dict[str, object]:
        """Give what JSON has of it."""
        told = {
            "size": self.size,
            "filepath": self.filepath,
            "newFilename": self.newFilename,
            "mimetype": self.mimetype,
            "mtime": self.lastModifiedDate,
            "originalFilename": self.originalFilename,
        }
        return {**told, "hash": self.hash} if self.hash else told


class Writing:
    """A file that is being written."""

    def __init__(self, file: File, stream: BinaryIO) -> None:
        self.file = file
        self._stream = stream
        self._digest: Any = hashlib.new(str(file.hashAlgorithm)) if file.hashAlgorithm else None

    def write(self, piece: bytes) -> None:
        """Write all of ``piece``; FormidableError 503 where the disk is full."""
        with _storing():
            self._stream.write(piece)
        self.file.size += len(piece)
        if self._digest is not None:
            self._digest.update(piece)

    def finish(self) -> None:
        """Close the file and say what it has become."""
        with _storing():
            self._stream.close()
        self.file.lastModifiedDate = datetime.now(UTC)
        if self._digest is not None:
            self.file.hash = self._digest.hexdigest()

    def remove(self) -> None:
        """Close the file, finished or not, and delete it."""
        with suppress(OSError):  # the disk is full: what was not written is not wanted either
            self._stream.close()
        with suppress(FileNotFoundError):
            os.unlink(self.file.filepath)


def create(file: File, public: Path) -> Writing:
    """Make a new file, and its folder where there is none; FormidableError 409 where there is one already."""
    folder = os.path.dirname(file.filepath)
    # What the server hands to everybody, a proxy in front of it may read; other files are the owner's.
    mode = 0o644 if Path(folder).is_relative_to(public) else 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with _storing():
        os.makedirs(folder, exist_ok=True)
        try:
            descriptor = os.open(file.filepath, flags, mode)
        except FileExistsError:
            raise FormidableError("A file of that name is there already", FILENAME, 409) from None
    return Writing(file, os.fdopen(descriptor, "wb"))


@contextmanager
def _storing() -> Iterator[None]:
    """Tell the log why a file cannot be stored, and the client that it cannot."""
    try:
        yield
    except OSError as error:
        log.exception("an upload cannot be stored")
        raise FormidableError("The upload cannot be stored", CANNOT_STORE, 503) from error

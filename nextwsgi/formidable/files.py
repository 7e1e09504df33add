"""Uploaded files on the disk: made under names of their own, and gone again where the upload fails."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from nextwsgi.formidable.errors import CANNOT_STORE, FILENAME, FormidableError
from nextwsgi.formidable.names import random_name

log = logging.getLogger("nextwsgi")

# What says nothing about what a disk can do: it is full, or the process has too many files open.
PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)


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
    """A file that is being written; it has a name from the beginning only where it must."""

    def __init__(self, file: File, stream: BinaryIO, *, named: bool) -> None:
        self.file = file
        self._stream = stream
        self._named = named
        self._digest: Any = hashlib.new(str(file.hashAlgorithm)) if file.hashAlgorithm else None

    def write(self, piece: bytes) -> None:
        """Write all of ``piece``; FormidableError 503 where the disk is full."""
        with _storing():
            self._stream.write(piece)
        self.file.size += len(piece)
        if self._digest is not None:
            self._digest.update(piece)

    def finish(self) -> None:
        """Give the file its name and say what it has become; FormidableError 409 where the name is taken."""
        with _storing():
            self._stream.flush()
            if not self._named:
                _name(self._stream.fileno(), self.file.filepath)
                self._named = True
            self._stream.close()
        self.file.lastModifiedDate = datetime.now(UTC)
        if self._digest is not None:
            self.file.hash = self._digest.hexdigest()

    def remove(self) -> None:
        """Close the file, finished or not, and delete it."""
        with suppress(OSError):  # the disk is full: what was not written is not wanted either
            self._stream.close()
        if self._named:  # else there may be somebody else's file of that name
            with suppress(FileNotFoundError):
                os.unlink(self.file.filepath)


def create(file: File, public: Path) -> Writing:
    """Begin a new file, and make its folder; FormidableError 409 where there is one of its name already."""
    folder = os.path.dirname(file.filepath)
    # What the server hands to everybody, a proxy in front of it may read; other files are the owner's.
    mode = 0o644 if Path(folder).is_relative_to(public) else 0o600
    with _storing():
        _make(folder)
        if os.path.lexists(file.filepath):
            raise FileExistsError
        named = not _nameless(folder)
        place, flags = (file.filepath, os.O_CREAT | os.O_EXCL) if named else (folder, os.O_TMPFILE)
        descriptor = os.open(place, flags | os.O_WRONLY | os.O_CLOEXEC, mode)
    return Writing(file, os.fdopen(descriptor, "wb"), named=named)


@cache
def _nameless(folder: str) -> bool:
    """Tell whether a file of ``folder`` can be written before it has a name, as Linux can on most disks.

    A worker that is killed leaves nothing of it, and nobody can fetch half a file.
    """
    place = os.path.join(folder, random_name())
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            _name(descriptor, place)
            os.unlink(place)
        finally:
            os.close(descriptor)
    except AttributeError:  # another system
        return False
    except OSError as error:
        if error.errno in PASSING:
            raise
        return False  # another disk
    return True


def _name(descriptor: int, path: str) -> None:
    """Give a file without a name its first one; FileExistsError where that is taken."""
    # With a descriptor for the folder, which an absolute path needs not, Python has the link followed.
    os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "it is a file", folder) from None


@contextmanager
def _storing() -> Iterator[None]:
    """Tell the log why a file cannot be stored, and the client that it cannot."""
    try:
        yield
    except FileExistsError:
        raise FormidableError("A file of that name is there already", FILENAME, 409) from None
    except OSError as error:
        log.exception("an upload cannot be stored")
        raise FormidableError("The upload cannot be stored", CANNOT_STORE, 503) from error

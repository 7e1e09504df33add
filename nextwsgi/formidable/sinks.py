"""Where the content of a part goes: into a field, into a file, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nextwsgi.formidable import errors
from nextwsgi.formidable.errors import FormidableError
from nextwsgi.formidable.files import Writing
from nextwsgi.formidable.options import Options
from nextwsgi.node import format_size

if TYPE_CHECKING:
    from nextwsgi.formidable.upload import Upload


class Sink(Protocol):
    """Where the content of one part goes."""

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""

    def end(self) -> None:
        """Take the end."""


class Field:
    """Keeps a field's bytes, which are text at its end."""

    def __init__(self, upload: Upload, name: str) -> None:
        self._upload = upload
        self._name = name
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        """Keep bytes; FormidableError 413 where all fields together have too many."""
        self._upload.take(len(piece), self._upload.options.maxFieldsSize)
        self._pieces.append(piece)

    def end(self) -> None:
        """Add the field to the others."""
        text = b"".join(self._pieces).decode(errors="replace")
        self._upload.fields.setdefault(self._name, []).append(text)


class Received:
    """Writes a file within the limits of its size."""

    def __init__(self, upload: Upload, name: str, writing: Writing) -> None:
        self._upload = upload
        self._name = name
        self._writing = writing

    def write(self, piece: bytes) -> None:
        """Write bytes, unless they are over a limit: FormidableError 413."""
        upload, options = self._upload, self._upload.options
        upload.file_bytes += len(piece)
        if upload.file_bytes > options.total:
            raise _over(options.maxTotalFileSize, options, errors.TOTAL_SIZE)
        if self._writing.file.size + len(piece) > options.maxFileSize:
            raise _over(None, options, errors.FILE_TOO_LARGE)
        self._writing.write(piece)

    def end(self) -> None:
        """Add the file to the others; FormidableError 400 where it is too small."""
        options, file = self._upload.options, self._writing.file
        if not file.size and not options.allowEmptyFiles:
            raise FormidableError("The file is empty", errors.EMPTY_FILE)
        if file.size < options.minFileSize:
            text = f"The file is under {size_text(options.minFileSize)} (minFileSize)"
            raise FormidableError(text, errors.FILE_TOO_SMALL)
        self._writing.finish()
        self._upload.files.setdefault(self._name, []).append(file)


def _over(total: float | None, options: Options, code: int) -> FormidableError:
    if total:
        return FormidableError(f"The files are over {size_text(total)} (maxTotalFileSize)", code, 413)
    return FormidableError(f"The file is over {size_text(options.maxFileSize)} (maxFileSize)", code, 413)


def size_text(size: float) -> str:
    """Give bytes for people: 10MB."""
    return format_size(int(size))


class Skipped:
    """Forgets what ``filter`` leaves out."""

    def write(self, piece: bytes) -> None:
        """Forget bytes."""

    def end(self) -> None:
        """Forget the part."""

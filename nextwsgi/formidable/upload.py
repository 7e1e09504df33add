"""One request's body on its way into fields and files."""

from __future__ import annotations

import re
from collections.abc import Generator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from nextwsgi.body import PIECE
from nextwsgi.config import BODY_LIMIT
from nextwsgi.formidable import errors
from nextwsgi.formidable.errors import FormidableError, malformed
from nextwsgi.formidable.files import File, Writing, create
from nextwsgi.formidable.multipart import Multipart, Part, read_boundary
from nextwsgi.formidable.names import checked_name, extension, random_name, split_name
from nextwsgi.formidable.options import Options
from nextwsgi.formidable.sinks import Field, Received, Sink, Skipped, size_text
from nextwsgi.formidable.transfer import decoder
from nextwsgi.jsontext import parse_json

if TYPE_CHECKING:
    from nextwsgi.request import NextApiRequest


class Parsed(NamedTuple):
    """What a body had: names to lists of texts, and names to lists of files."""

    fields: dict[str, list[str]]
    files: dict[str, list[File]]

    def __await__(self) -> Generator[Any, None, Parsed]:
        """Give itself, for code that awaits it: ``await form.parse(req)``."""
        yield from ()
        return self


class Abandoned(Exception):
    """Nobody waits for the upload any more."""


class Upload:
    """Reads one request; its files are removed unless all of it is good."""

    def __init__(self, req: NextApiRequest, options: Options, folder: str, form: object) -> None:
        self.options = options
        self.fields: dict[str, Any] = {}
        self.files: dict[str, list[File]] = {}
        self.field_bytes = self.file_bytes = 0
        self._req = req
        self._folder = folder
        self._form = form
        self._writings: list[Writing] = []
        self._counts = {"fields": 0, "files": 0, "parts": 0}
        self._abandoned = self._finished = False

    def run(self) -> Parsed:
        """Read the body to its end; whatever is raised, no file is left."""
        try:
            self._read()
        except BaseException:  # SystemExit as well: the worker is told to stop
            self._remove()
            raise
        self._finished = True
        if self._abandoned:
            self._remove()
        return Parsed(self.fields, self.files)

    def abandon(self) -> None:
        """Have the files removed: by this thread if the other one is done, or else by that."""
        self._abandoned = True
        if self._finished:
            self._remove()

    def _remove(self) -> None:
        for writing in self._writings:
            writing.remove()

    # --- what the content type says -----------------------------------------------------------------------

    def _read(self) -> None:
        if not self._req._has_body or self._req._stream.length == 0:
            return
        content_type = self._req.headers.get("content-type", "")
        if not content_type:
            raise FormidableError("Bad Content-Type: there is none", errors.NO_CONTENT_TYPE)
        kind = content_type.partition(";")[0].lower()
        reader = next((read for name, read in _READERS.items() if name in kind), None)
        if reader is None:
            raise FormidableError(f"No parser found for {_plain(kind)}", errors.NO_PARSER, 415)
        reader(self, content_type)

    def _multipart(self, content_type: str) -> None:
        parts = Multipart(read_boundary(content_type))
        sink: Sink = Skipped()
        while not parts.done:
            piece = self._piece()
            if not piece:
                raise malformed("The multipart body ends before its closing delimiter")
            for event in parts.feed(piece):
                if isinstance(event, Part):
                    sink = self._begin(event)
                elif event is None:
                    sink.end()
                else:
                    sink.write(event)
        self._piece()  # the line break after it, and the end of a chunked body

    def _octets(self, content_type: str) -> None:
        headers = self._req.headers
        part = Part("file", headers.get("x-file-name"), content_type, headers)
        sink = self._begin(part)
        while piece := self._piece():
            sink.write(piece)
        sink.end()

    def _urlencoded(self, content_type: str) -> None:  # noqa: ARG002 - what every reader is given
        text = self._text(self.options.maxFieldsSize)
        pairs = [pair[0] for pair in islice(_PAIRS.finditer(text), self._most_fields() + 1)]
        if len(pairs) > self._most_fields():
            raise self._too_many("fields")
        for name, value in parse_qsl("&".join(pairs), keep_blank_values=True):
            self.fields.setdefault(name, []).append(value)

    def _json(self, content_type: str) -> None:  # noqa: ARG002
        # What JSON becomes takes twenty times its bytes.
        text = self._text(min(self.options.maxFieldsSize, BODY_LIMIT))
        try:
            value = parse_json(text)
        except ValueError:
            raise malformed("Invalid JSON") from None
        if not isinstance(value, dict):
            raise malformed("The JSON body must be an object")
        self.fields = value

    # --- bytes --------------------------------------------------------------------------------------------

    def _piece(self) -> bytes:
        if self._abandoned:
            raise Abandoned
        return self._req._stream.read(PIECE)

    def _text(self, limit: float) -> str:
        pieces = []
        while piece := self._piece():
            self.take(len(piece), limit)
            pieces.append(piece)
        return b"".join(pieces).decode(errors="replace")

    def take(self, size: int, limit: float) -> None:
        """Count bytes of fields; FormidableError 413 over the limit."""
        self.field_bytes += size
        if self.field_bytes > limit:
            text = f"The fields are over {size_text(limit)} (maxFieldsSize)"
            raise FormidableError(text, errors.FIELDS_SIZE, 413)

    # --- parts --------------------------------------------------------------------------------------------

    def _begin(self, part: Part) -> Sink:
        if not part.mimetype:
            self._count("fields", self.options.maxFields)
            self._count("parts", self.options.parts)
            return decoder(part, Field(self, part.name))
        self._count("parts", self.options.parts)
        if self.options.filter is not None and not self.options.filter(part):
            return Skipped()
        self._count("files", self.options.maxFiles)
        return decoder(part, Received(self, part.name, self._create(part)))

    def _count(self, what: str, limit: float) -> None:
        self._counts[what] += 1
        if self._counts[what] > limit:
            raise self._too_many(what)

    def _most_fields(self) -> int:
        return int(min(self.options.maxFields, self.options.parts))

    def _too_many(self, what: str) -> FormidableError:
        if what == "fields":
            return FormidableError(f"More than {self._most_fields()} fields (maxFields)", errors.FIELDS, 413)
        if what == "files":
            return FormidableError(f"More than {self.options.maxFiles} files (maxFiles)", errors.FILES, 413)
        return FormidableError(f"More than {self.options.parts} parts", errors.FILES, 413)

    def _create(self, part: Part) -> Writing:
        name = self._new_name(part)
        path = f"{self._folder}/{name}"
        file = File(
            part.originalFilename, name, path, part.mimetype, hashAlgorithm=self.options.hashAlgorithm
        )
        writing = create(file, self._req._project.public)
        self._writings.append(writing)
        return writing

    def _new_name(self, part: Part) -> str:
        original, keep = part.originalFilename or "", self.options.keepExtensions
        if self.options.filename is None:
            return random_name() + (extension(original) if keep else "")
        name, ending = split_name(original) if original else ("invalid-name", "")
        return checked_name(self.options.filename(name, ending if keep else "", part, self._form))


_PAIRS = re.compile("[^&]+")
_READERS = {
    "octet-stream": Upload._octets,
    "urlencoded": Upload._urlencoded,
    "multipart": Upload._multipart,
    "json": Upload._json,
}


def _plain(text: str) -> str:
    return ascii(text[:60])[1:-1]

"""``formidable(...)``: a form, and ``form.parse(req)``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Unpack, cast

from nextwsgi.formidable.options import FormidableOptions, Options, read_options
from nextwsgi.formidable.upload import Parsed, Upload

if TYPE_CHECKING:
    from nextwsgi.loop import Errands
    from nextwsgi.request import NextApiRequest


class Formidable:
    """Takes uploads. It holds its options and nothing of a request: one may serve all of them."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def parse(self, req: NextApiRequest, callback: object = None) -> Parsed:
        """Read the request's body: ``fields, files = form.parse(req)``, with ``await`` in ``async def``.

        Both have lists by name. Files are written to ``uploadDir``, under random names; where anything is
        raised, none is left. FormidableError says what is wrong with the body, ClientDisconnected that it
        did not come; RuntimeError that it was read before, by the body parser for example.
        """
        if callback is not None:
            raise TypeError("form.parse takes no callback: write fields, files = form.parse(req)")
        _claim(req)
        upload = Upload(req, self.options, self._folder(req), self)
        errands = req._errands
        return upload.run() if errands is None else cast(Parsed, Pending(upload, errands))

    def _folder(self, req: NextApiRequest) -> str:
        chosen = self.options.uploadDir
        # Next.js runs in the project's folder; a server here may run anywhere.
        return os.path.normpath(req._project.root / (tempfile.gettempdir() if chosen is None else chosen))


def formidable(wrong: object = None, /, **options: Unpack[FormidableOptions]) -> Formidable:
    """Make a form with npm formidable's options and defaults; TypeError, ValueError for others.

    A relative ``uploadDir`` is one of the project's folder, and is made where there is none. Beyond 1,000
    parts ``maxFields`` or ``maxFiles`` must allow them.
    """
    if wrong is not None:
        raise TypeError("formidable takes keyword arguments: formidable(uploadDir='./public/uploads')")
    return Formidable(read_options(options))


def _claim(req: NextApiRequest) -> None:
    """Have the body for one form alone; RuntimeError where somebody else has it."""
    route = req._match.route
    if route.config.body_parser:
        raise RuntimeError(
            f"the body parser has read the body before the form: write"
            f' config = {{"api": {{"bodyParser": False}}}} into {route.file}'
        )
    if req._stream.started:
        raise RuntimeError("the body has been read before: call form.parse(req) once, and read nothing else")
    req._stream.started = True


class Pending:
    """An upload that ``async def`` awaits. It is read in its request's own thread: the loop goes on."""

    def __init__(self, upload: Upload, errands: Errands) -> None:
        self._upload = upload
        self._errands = errands

    def __await__(self) -> Generator[Any, None, Parsed]:
        """Wait for the fields and the files; cancelled, the upload leaves no file."""
        return self._wait().__await__()

    async def _wait(self) -> Parsed:
        try:
            return await self._errands.run(self._upload.run)
        except BaseException:
            self._upload.abandon()
            raise

    def __iter__(self) -> Iterator[NoReturn]:
        raise TypeError("in async def write: fields, files = await form.parse(req)")

"""``formidable(...)``: a form, and ``form.parse(req)``."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Unpack, cast

from nextwsgi.formidable.options import FormidableOptions, Options, read_options
from nextwsgi.formidable.upload import Parsed, Upload
from nextwsgi.pending import Pending

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
        if not hasattr(req, "_match"):
            raise TypeError(f"form.parse takes the request itself, form.parse(req), not {req!r:.40}")
        _claim(req)
        upload = Upload(req, self.options, self._folder(req), self)
        errands = req._errands
        if errands is None:
            return upload.run()
        return cast(Parsed, Pending(errands, "form.parse(req)", lambda: _run_beside(upload, errands)))

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


async def _run_beside(upload: Upload, errands: Errands) -> Parsed:
    """Read an upload in its request's own thread: the loop goes on. Cancelled, it leaves no file."""
    try:
        return await errands.run(upload.run)
    except BaseException:
        upload.abandon()
        raise

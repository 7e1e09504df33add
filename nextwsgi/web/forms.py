"""Reads the body of a form into ``FormData`` (Fetch standard, "formData()")."""

from __future__ import annotations

from werkzeug.datastructures import Headers as PartHeaders
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData
from werkzeug.sansio.multipart import File as FilePart

from nextwsgi.web.blob import File
from nextwsgi.web.formdata import FormData
from nextwsgi.web.url import parse_pairs

PARTS = 1000
"""How many fields and files a form may have (CVE-2023-46136)."""


def parse_form(data: bytes, content_type: str) -> FormData:
    """Read a multipart or urlencoded body; TypeError for another content type, and for a broken body."""
    kind, options = parse_options_header(content_type)
    form = FormData()
    if kind == "application/x-www-form-urlencoded":
        for name, value in parse_pairs(data.decode("utf-8", "replace")):
            form.append(name, value)
    elif kind == "multipart/form-data" and options.get("boundary"):
        _read_parts(data, options["boundary"].encode("latin-1", "replace"), form)
    else:
        raise TypeError(
            'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".'
        )
    return form


def _read_parts(data: bytes, boundary: bytes, form: FormData) -> None:
    decoder = MultipartDecoder(boundary, max_parts=PARTS)
    decoder.receive_data(data)
    decoder.receive_data(None)
    part: Field | FilePart | None = None
    content: list[bytes] = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | FilePart):
                part, content = event, []
            elif isinstance(event, Data):
                content.append(event.data)
                if not event.more_data and part is not None:
                    _add(form, part, b"".join(content))
    except (ValueError, RequestEntityTooLarge) as error:
        raise TypeError(f"Failed to parse body as FormData: {error}") from None
    if not isinstance(event, Epilogue):
        raise TypeError("Failed to parse body as FormData: it breaks off")


def _add(form: FormData, part: Field | FilePart, content: bytes) -> None:
    if isinstance(part, FilePart):
        form.append(part.name, File([content], part.filename, type=_type(part.headers)))
    else:
        form.append(part.name, content.decode("utf-8", "replace"))


def _type(headers: PartHeaders) -> str:
    return headers.get("content-type", "text/plain")

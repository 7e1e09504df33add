"""Reads the body of a form into ``FormData`` (Fetch standard, "formData()")."""

from __future__ import annotations

from nextwsgi.web.blob import File, decode
from nextwsgi.web.formdata import FormData
from nextwsgi.web.mime import parse_mime
from nextwsgi.web.multipart import PARTS, read_parts
from nextwsgi.web.url import parse_pairs


def parse_form(data: bytes, content_type: str) -> FormData:
    """Read a multipart or urlencoded body; TypeError for another content type, and for a broken body."""
    kind, options = parse_mime(content_type) or ("", {})
    form = FormData()
    if kind == "application/x-www-form-urlencoded":
        if data.count(b"&") >= PARTS:
            raise TypeError(f"Failed to parse body as FormData: it has more than {PARTS} fields")
        for name, value in parse_pairs(decode(data)):
            form.append(name, value)
    elif kind == "multipart/form-data" and options.get("boundary"):
        _read_multipart(data, options["boundary"], form)
    else:
        raise TypeError(
            'Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".'
        )
    return form


def _read_multipart(data: bytes, boundary: str, form: FormData) -> None:
    try:
        for part in read_parts(data, boundary.encode("latin-1", "replace")):
            if part.filename is None:
                form.append(part.name, decode(part.content))
            else:
                form.append(part.name, File([part.content], part.filename, type=part.content_type))
    except ValueError as error:
        raise TypeError(f"Failed to parse body as FormData: {error}") from None

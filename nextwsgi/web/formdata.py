"""``FormData`` of the XMLHttpRequest standard: the fields and files of a form."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

from nextwsgi.web.blob import Blob, File
from nextwsgi.web.pairs import Pairs
from nextwsgi.web.text import to_usv

Value = str | File


class FormData(Pairs[Value]):
    """Fields and files by name, in order. Iterating gives pairs; a value is text or a ``File``."""

    def __init__(self) -> None:
        self._pairs: list[tuple[str, Value]] = []

    def append(self, name: object, value: object, filename: str | None = None) -> None:
        """Add a field, or a file where the value is a ``Blob``; TypeError for a file name without a file."""
        self._pairs.append(_entry(name, value, filename))

    def set(self, name: object, value: object, filename: str | None = None) -> None:
        """Give a name one value, in the place of its first one."""
        entry = _entry(name, value, filename)
        places = [at for at, pair in enumerate(self._pairs) if pair[0] == entry[0]]
        if not places:
            self._pairs.append(entry)
            return
        self._pairs[places[0]] = entry
        self._pairs = [pair for at, pair in enumerate(self._pairs) if at not in places[1:]]

    def get(self, name: object) -> Value | None:
        """Give the first value of a name; None when there is none."""
        return next(iter(self.getAll(name)), None)

    def getAll(self, name: object) -> list[Value]:
        """List the values of a name."""
        wanted = to_usv(name)
        return [value for other, value in self._pairs if other == wanted]

    def has(self, name: object) -> bool:
        """Tell whether there is a value of that name."""
        return bool(self.getAll(name))

    def delete(self, name: object) -> None:
        """Drop the values of a name."""
        wanted = to_usv(name)
        self._pairs = [pair for pair in self._pairs if pair[0] != wanted]

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter([*self._pairs])

    def __contains__(self, name: object) -> bool:
        return self.has(name)

    def __repr__(self) -> str:
        return f"FormData({self._pairs!r})"


def _entry(name: object, value: object, filename: str | None) -> tuple[str, Value]:
    key = to_usv(name)
    if isinstance(value, File) and filename is None:
        return key, value
    if isinstance(value, Blob):
        return key, File([value], "blob" if filename is None else filename, type=value.type)
    if filename is not None:
        raise TypeError(f"FormData: only a File or Blob has a file name, not {type(value).__name__}")
    return key, to_usv(value)


def encode_form(form: FormData) -> tuple[bytes, str]:
    """Write a form as multipart/form-data, and give the content type with its boundary."""
    boundary = f"----formdata-nextwsgi-{secrets.token_hex(12)}"
    pieces = []
    for name, value in form:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(_lines(name))}"'
        if isinstance(value, File):
            kind = value.type or "application/octet-stream"
            head += f'; filename="{_quoted(value.name)}"' if value.name else ""
            head += f"\r\nContent-Type: {kind}"
            pieces += [head.encode(), b"\r\n\r\n", value._bytes, b"\r\n"]
        else:
            pieces += [head.encode(), b"\r\n\r\n", _lines(value).encode(), b"\r\n"]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    # HTML, "multipart/form-data encoding algorithm".
    return text.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")


def _lines(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)

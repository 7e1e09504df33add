"""``Blob`` and ``File`` of the File API: bytes with a content type, and with a name."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from nextwsgi.web.text import to_usv
from nextwsgi.web.waiting import given

PIECE = 64 * 1024

Part = Any


class Blob:
    """Bytes with a content type. In ``async def`` what it reads is awaited, in ``def`` it is called."""

    def __init__(self, parts: Iterable[Part] = (), *, type: str = "") -> None:
        """Take texts, bytes and other blobs, one after another; TypeError for a single text."""
        if isinstance(parts, str | bytes) or not isinstance(parts, Iterable):
            raise TypeError(f"{self.__class__.__name__} takes a list of texts, bytes and blobs")
        self._bytes = b"".join(_bytes_of(part) for part in parts)
        self._type = _type_of(type)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self._bytes)

    @property
    def type(self) -> str:
        """The content type, in lower case; "" where it is not known."""
        return self._type

    def arrayBuffer(self) -> Any:
        """Give the bytes."""
        return given(self._bytes, "file.arrayBuffer()")

    def bytes(self) -> Any:
        """Give the bytes."""
        return given(self._bytes, "file.bytes()")

    def text(self) -> Any:
        """Give the bytes as UTF-8 text, with U+FFFD for what is none."""
        return given(decode(self._bytes), "file.text()")

    def stream(self) -> Iterator[Any]:
        """Yield the bytes in pieces."""
        return (self._bytes[at : at + PIECE] for at in range(0, len(self._bytes), PIECE))

    def slice(self, start: int = 0, end: int | None = None, contentType: str = "") -> Blob:
        """Give a part, by places as Python counts them, without the content type."""
        return Blob([self._bytes[start:end]], type=contentType)


class File(Blob):
    """A blob with a name, as a form uploads it."""

    def __init__(
        self, parts: Iterable[Part], name: str, *, type: str = "", lastModified: int | None = None
    ) -> None:
        """``lastModified`` counts milliseconds since 1970; now unless given."""
        super().__init__(parts, type=type)
        self.name = to_usv(name)
        """The name that its sender gave it: no path to write to."""
        self.lastModified = int(time.time() * 1000) if lastModified is None else lastModified
        """When it was changed, in milliseconds since 1970."""

    def __repr__(self) -> str:
        return f"File({self.name!r}, {self.size} bytes, {self.type!r})"


def _bytes_of(part: Part) -> Any:
    if isinstance(part, Blob):
        return part._bytes
    if isinstance(part, bytes | bytearray | memoryview):
        return part
    return to_usv(part).encode()


def _type_of(text: str) -> str:
    # File API, "constructor": what is not printable ASCII is no type at all.
    return "" if re.search(r"[^\x20-\x7e]", text) else text.lower()


def decode(data: Any) -> str:
    """Decode as the Encoding standard's "UTF-8 decode": without a BOM, U+FFFD for what is none."""
    return bytes(data).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

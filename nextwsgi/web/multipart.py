"""Reads ``multipart/form-data`` as strictly as Node does (Fetch standard, "formData()")."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple

PARTS = 1000
"""How many fields and files a form may have (CVE-2023-25577, CVE-2023-46136)."""

HEAD = 8192
"""How many bytes the headers of one of them may have."""


class Part(NamedTuple):
    """A field, or a file where ``filename`` is a text."""

    name: str
    filename: str | None
    content_type: str
    content: bytes


def read_parts(data: bytes, boundary: bytes) -> Iterator[Part]:
    """Yield the parts of a form; ValueError says what is wrong with it."""
    line = b"--" + boundary
    at, end = _trimmed(data)
    for _ in range(PARTS + 1):
        if not data.startswith(line, at):
            raise ValueError("a boundary is missing")
        at += len(line)
        if data[at:end] == b"--":
            return
        if not data.startswith(b"\r\n", at):
            raise ValueError("a boundary has more on its line")
        part, at = _read_part(data, at, boundary)
        yield part
    raise ValueError(f"it has more than {PARTS} fields and files")


def _trimmed(data: bytes) -> tuple[int, int]:
    """Tell where a form begins and ends: empty lines around it do no harm."""
    at, end = 0, len(data)
    while data.startswith(b"\r\n", at):
        at += 2
    while end - 2 >= at and data.startswith(b"\r\n", end - 2):
        end -= 2
    return at, end


def _read_part(data: bytes, at: int, boundary: bytes) -> tuple[Part, int]:
    """Give the part whose line break before its headers is at ``at``, and where the next boundary is."""
    head_end = data.find(b"\r\n\r\n", at, at + HEAD)
    if head_end < 0:
        raise ValueError(f"the headers of a part have no end within {HEAD} bytes")
    head = _head(data[at + 2 : head_end])
    start = head_end + 4
    found = data.find(boundary, start)
    end = found - 4  # before it is a line break, and two dashes
    if found < 0 or end < start - 2 or not data.startswith(b"\r\n", max(end, start)):
        raise ValueError("it breaks off")
    content = data[start:end]
    if head.get("content-transfer-encoding") == b"base64":
        content = _base64(content)
    return _part(head, content), max(end, start) + 2


# Names are UTF-8, and three characters in them are percent-encoded.
_DISPOSITION = re.compile(rb'form-data; name="([^"\r\n]*)"(?:; filename\*?="([^"\r\n]*)")?')
_HEADER = re.compile(rb"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:([^\r\n]*)")


def _head(text: bytes) -> dict[str, bytes]:
    head = {}
    for line in text.split(b"\r\n"):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise ValueError("a header of a part is none")
        name, value = found[1].decode().lower(), found[2].strip(b" \t")
        if name == "content-disposition" and not _DISPOSITION.fullmatch(value):
            raise ValueError("a part has no name")
        head[name] = value
    return head


def _part(head: dict[str, bytes], content: bytes) -> Part:
    found = _DISPOSITION.fullmatch(head.get("content-disposition", b""))
    if found is None:
        raise ValueError("a part has no name")
    filename = None if found[2] is None else _name(found[2])
    kind = head.get("content-type", b"text/plain")
    return Part(_name(found[1]), filename, kind.decode("latin-1"), content)


def _name(text: bytes) -> str:
    name = text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    name = re.sub("%0a", "\n", name, flags=re.IGNORECASE)
    return re.sub("%0d", "\r", name, flags=re.IGNORECASE).replace("%22", '"')


def _base64(content: bytes) -> bytes:
    """Decode as Node does, which passes over all that is not base64."""
    text = content.partition(b"=")[0].translate(bytes.maketrans(b"-_", b"+/"))
    text = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    if len(text) % 4 == 1:
        text = text[:-1]
    return b64decode(text + b"=" * (-len(text) % 4))

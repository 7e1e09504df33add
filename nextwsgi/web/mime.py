"""Content types as the MIME Sniffing standard reads and writes them."""

from __future__ import annotations

import re
from typing import NamedTuple

_SPACE = "\t\n\r "
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ESSENCE = re.compile(f"{_TOKEN}/{_TOKEN}")
_PARAMETER = re.compile(r';[\t\n\r ]*([^;=]*)(?:=(?:"((?:[^"\\]|\\.)*)"?[^;]*|([^;]*)))?', re.DOTALL)
_ILLEGAL = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


class Mime(NamedTuple):
    """A content type: ``essence`` is ``text/html``, in lower case."""

    essence: str
    parameters: dict[str, str]

    def __str__(self) -> str:
        return self.essence + "".join(f";{name}={_written(value)}" for name, value in self.parameters.items())


def parse_mime(text: str) -> Mime | None:
    """Read a content type; None for what is none. Of a repeated parameter the first counts."""
    essence, mark, rest = text.strip(_SPACE).partition(";")
    essence = essence.rstrip(_SPACE)
    if not _ESSENCE.fullmatch(essence):
        return None
    parameters: dict[str, str] = {}
    for found in _PARAMETER.finditer(mark + rest):
        name, value = found[1].lower(), _value(found)
        if value is not None and re.fullmatch(_TOKEN, name) and not _ILLEGAL.search(value):
            parameters.setdefault(name, value)
    return Mime(essence.lower(), parameters)


def _value(found: re.Match[str]) -> str | None:
    if found[2] is not None:
        return re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL)
    return (found[3] or "").rstrip(_SPACE) or None


def _written(value: str) -> str:
    if re.fullmatch(_TOKEN, value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'

"""``Headers`` of the Fetch standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nextwsgi.web.pairs import Pairs
from nextwsgi.web.text import to_text

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COOKIES = "set-cookie"


class Headers(Pairs[str]):
    """Headers by name, in any case. Iterating gives pairs, sorted by their lower-case name, as in JavaScript.

    TypeError for a name that is no token, and a value with NUL, CR, LF or a character over U+00FF.
    """

    def __init__(self, init: Any = None) -> None:
        """Take other headers, a dict, or pairs."""
        self._lines: dict[str, list[str]] = {}
        for name, value in _pairs(init):
            self.append(name, value)

    def append(self, name: str, value: object) -> None:
        """Add a value to those that a header has."""
        self._change(name)
        self._lines.setdefault(_key(name), []).append(_value(name, value))

    def set(self, name: str, value: object) -> None:
        """Give a header one value, in place of those it has."""
        self._change(name)
        self._lines[_key(name)] = [_value(name, value)]

    def get(self, name: str) -> str | None:
        """Give a header's values with commas between them; None when there is none."""
        lines = self._lines.get(_key(name))
        return None if lines is None else ", ".join(lines)

    def getSetCookie(self) -> list[str]:
        """List the Set-Cookie lines, which cannot be joined."""
        return [*self._lines.get(_COOKIES, ())]

    def has(self, name: str) -> bool:
        """Tell whether there is a header of that name."""
        return _key(name) in self._lines

    def delete(self, name: str) -> None:
        """Drop a header."""
        self._change(name)
        self._lines.pop(_key(name), None)

    def _change(self, name: str) -> None:
        """Be told before a header changes: those of a request in hand cannot."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for name, lines in sorted(self._lines.items()):
            if name == _COOKIES:
                yield from ((name, line) for line in lines)
            else:
                yield name, ", ".join(lines)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.has(name)

    def __repr__(self) -> str:
        return f"Headers({[*self]!r})"


def _pairs(init: Any) -> Iterator[tuple[str, object]]:
    if init is None:
        return
    if isinstance(init, Mapping):
        yield from init.items()
        return
    if isinstance(init, str) or not isinstance(init, Iterable):
        raise TypeError(f"Headers takes a dict, pairs or other headers, not {type(init).__name__}")
    for pair in init:
        two = [*pair]
        if len(two) != 2:
            raise TypeError(f"Headers: a pair is a name and a value, not {two!r:.60}")
        yield two[0], two[1]


def _key(name: str) -> str:
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        raise TypeError(f"Headers: {name!r:.60} is no header name")
    return name.lower()


def _value(name: str, value: object) -> str:
    text = to_text(value).strip("\t\n\r ")
    # Fetch, "header value": a byte string without these three.
    if found := re.search("[\0\r\n]|[^\0-\xff]", text):
        raise TypeError(f"Headers: the value of {name} must not contain {found[0]!r}")
    return text

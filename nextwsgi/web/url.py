"""``URL`` and ``URLSearchParams`` of the URL standard, by the parser that Node has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self
from urllib.parse import quote_plus, unquote_plus

import ada_url

from nextwsgi.web.pairs import Pairs
from nextwsgi.web.text import to_usv


class URLSearchParams(Pairs[str]):
    """Names and values of a query, in order. Iterating gives pairs."""

    def __init__(self, init: Any = None) -> None:
        """Take a query string, a dict, pairs, or other parameters; TypeError for anything else."""
        self._pairs = _pairs_of(init)
        self._changed: Callable[[], object] = lambda: None

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return len(self._pairs)

    def append(self, name: object, value: object) -> None:
        """Add a pair at the end."""
        self._pairs.append((to_usv(name), to_usv(value)))
        self._changed()

    def delete(self, name: object, value: object = ...) -> None:
        """Drop the pairs of a name, or those of them with one value."""
        self._pairs = [pair for pair in self._pairs if not _is(pair, name, value)]
        self._changed()

    def get(self, name: object) -> str | None:
        """Give the first value of a name; None when there is none."""
        return next(iter(self.getAll(name)), None)

    def getAll(self, name: object) -> list[str]:
        """List the values of a name."""
        wanted = to_usv(name)
        return [value for other, value in self._pairs if other == wanted]

    def has(self, name: object, value: object = ...) -> bool:
        """Tell whether there is a pair of a name, or of a name and a value."""
        return any(_is(pair, name, value) for pair in self._pairs)

    def set(self, name: object, value: object) -> None:
        """Give a name one value, in the place of its first pair."""
        key, kept = to_usv(name), []
        found = False
        for pair in self._pairs:
            if pair[0] != key:
                kept.append(pair)
            elif not found:
                kept.append((key, to_usv(value)))
                found = True
        self._pairs = kept if found else [*kept, (key, to_usv(value))]
        self._changed()

    def sort(self) -> None:
        """Sort by name, in UTF-16 code units; pairs of one name keep their order."""
        self._pairs.sort(key=lambda pair: pair[0].encode("utf-16-be"))
        self._changed()

    def toString(self) -> str:
        """Give the query string, without ``?``."""
        return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in self._pairs)

    __str__ = toString

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter([*self._pairs])

    def __len__(self) -> int:
        return len(self._pairs)

    def __bool__(self) -> bool:
        return True  # as every object of JavaScript

    def __contains__(self, name: object) -> bool:
        return self.has(name)

    def __repr__(self) -> str:
        return f"URLSearchParams({self.toString()!r})"


def _pairs_of(init: Any) -> list[tuple[str, str]]:
    if init is None:
        return []
    if isinstance(init, str):
        return parse_pairs(init.removeprefix("?"))
    if isinstance(init, Mapping):
        return [(to_usv(name), to_usv(value)) for name, value in init.items()]
    if not isinstance(init, Iterable):
        raise TypeError(f"URLSearchParams takes a text, a dict or pairs, not {type(init).__name__}")
    pairs = [[*pair] for pair in init]
    if wrong := [pair for pair in pairs if len(pair) != 2]:
        raise TypeError(f"URLSearchParams: a pair is a name and a value, not {wrong[0]!r:.60}")
    return [(to_usv(name), to_usv(value)) for name, value in pairs]


def parse_pairs(text: str) -> list[tuple[str, str]]:
    """Read the pairs of an ``application/x-www-form-urlencoded`` text (URL standard, 5.1)."""
    pairs = (part.partition("=") for part in to_usv(text).split("&") if part)
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def _decode(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _encode(text: str) -> str:
    # URL standard, "application/x-www-form-urlencoded percent-encode set".
    return quote_plus(text, safe="*").replace("~", "%7E")


def _is(pair: tuple[str, str], name: object, value: object) -> bool:
    return pair[0] == to_usv(name) and (value is ... or pair[1] == to_usv(value))


class _Part:
    """A part of a URL that may be assigned; what cannot be that part changes nothing, as in the standard."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self.__doc__ = f"The {name} as the URL standard has it."

    def __get__(self, url: URL | None, owner: type) -> Any:
        if url is None:
            return self
        part: str = getattr(url._parsed, self._name)
        return part

    def __set__(self, url: URL, value: object) -> None:
        try:
            setattr(url._parsed, self._name, to_usv(value))
        except ValueError:
            return
        url._read_search()


class URL:
    """A URL, parsed and written as Node and browsers do; TypeError for a text that is none."""

    protocol, username, password = _Part(), _Part(), _Part()
    host, hostname, port, pathname = _Part(), _Part(), _Part(), _Part()
    search, hash = _Part(), _Part()

    def __init__(self, url: object, base: object = None) -> None:
        """Take an absolute URL, or one relative to ``base``, as text or as URL."""
        self._parsed = _parsed(url, base)
        self.searchParams = URLSearchParams()
        """The query's names and values; what is changed there changes the URL."""
        self.searchParams._changed = self._write_search
        self._read_search()

    @property
    def href(self) -> str:
        """The whole URL. TypeError where a text is assigned that is none."""
        return self._parsed.href

    @href.setter
    def href(self, value: object) -> None:
        self._parsed = _parsed(value, None)
        self._read_search()

    @property
    def origin(self) -> str:
        """Scheme, host and port; "null" for schemes that have none."""
        return self._parsed.origin

    @staticmethod
    def canParse(url: object, base: object = None) -> bool:
        """Tell whether ``URL(url, base)`` is a URL."""
        try:
            _parsed(url, base)
        except TypeError:
            return False
        return True

    @classmethod
    def parse(cls, url: object, base: object = None) -> Self | None:
        """Give the URL, or None where the text is none."""
        return cls(url, base) if cls.canParse(url, base) else None

    def toString(self) -> str:
        """Give the whole URL."""
        return self.href

    __str__ = toJSON = toString

    def __repr__(self) -> str:
        return f"URL({self.href!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URL) and self.href == other.href

    def __hash__(self) -> int:
        return hash(self.href)

    def _read_search(self) -> None:
        self.searchParams._pairs = parse_pairs(self._parsed.search.removeprefix("?"))

    def _write_search(self) -> None:
        self._parsed.search = self.searchParams.toString()


def _parsed(url: object, base: object) -> ada_url.URL:
    text = to_usv(url)
    try:
        return ada_url.URL(text) if base is None else ada_url.URL(text, to_usv(base))
    except ValueError:
        raise TypeError(f"Invalid URL: {text!r:.200}") from None

"""The path patterns of ``next.config`` and ``proxy``: ``/old/:id(\\d+)``, ``/blog/:path*``, ``/((?!api).*)``.

They are those of npm's path-to-regexp 6, by which Next.js reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

Value = str | list[str]


class Param(NamedTuple):
    """A parameter; one without a name has a number."""

    name: str | int
    prefix: str
    suffix: str
    pattern: str
    modifier: str  # "", "?", "*" or "+"


Part = str | Param


class Pattern:
    """A pattern, read."""

    def __init__(self, text: str) -> None:
        """ValueError says what is wrong with the text, and where."""
        self.text = text
        self.parts = _read(text)
        self.params = [part for part in self.parts if isinstance(part, Param) and part.pattern]
        try:
            self._regex = re.compile("".join(_regex(part) for part in self.parts), re.IGNORECASE | re.ASCII)
        except re.error as error:
            raise ValueError(f"{text!r} is no pattern: {error}") from None

    @property
    def names(self) -> list[str]:
        """The names of its parameters."""
        return [param.name for param in self.params if isinstance(param.name, str)]

    def match(self, path: str) -> dict[str, Value] | None:
        """Give the parameters of a path, undecoded, by name or number; None where it is another path."""
        found = self._regex.fullmatch(path)
        if found is None:
            return None
        values = zip(self.params, found.groups(), strict=True)
        return {str(param.name): _value(param, value) for param, value in values if value is not None}

    def match_place(self, path: str) -> dict[str, Value] | None:
        """Match a path whose slash at the end says nothing: ``/:path*`` is for ``/``, too."""
        found = self.match(path)
        return self.match("") if found is None and path == "/" else found

    def fill(self, params: Mapping[str, Value], encode: Callable[[str], str] = str) -> str:
        """Write a path with these parameters; ValueError for one that is missing, or wrongly a list."""
        return "".join(part if isinstance(part, str) else _fill(part, params, encode) for part in self.parts)


def _value(param: Param, value: str) -> Value:
    return value.split(param.prefix + param.suffix) if param.modifier in REPEATED else value


REPEATED = ("*", "+")

# --- reading ----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\\(?P<escaped>.)|:(?P<name>\w*)|(?P<open>\{)|(?P<close>\})|(?P<modifier>[*+?])|(?P<group>\()|(?P<text>[^\\])",
    re.DOTALL | re.ASCII,
)


class _Reader:
    """The tokens of a pattern, in turn."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [*_tokens(text)]
        self.at = 0

    def take(self, kind: str) -> str | None:
        """Take the next token if it is of a kind."""
        if self.tokens[self.at][0] != kind:
            return None
        self.at += 1
        return self.tokens[self.at - 1][1]

    def need(self, kind: str) -> None:
        """Take a token that has to come."""
        found, _, place = self.tokens[self.at]
        if self.take(kind) is None:
            raise _wrong(self.text, f"Unexpected {found} at {place}, expected {kind}")


def _wrong(text: str, problem: str) -> ValueError:
    return ValueError(f"{text!r} is no pattern: {problem}")


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(text, f"a backslash at {at} has nothing after it")
        kind = found.lastgroup or ""
        start, at = at, found.end()
        value = found[kind]
        if kind == "name" and not value:
            raise _wrong(text, f"Missing parameter name at {start}")
        if kind == "group":
            at = _group_end(text, start)
            value = text[start + 1 : at - 1]
        yield _KINDS[kind], value, start
    yield "END", "", at


_KINDS = {
    "escaped": "ESCAPED_CHAR",
    "name": "NAME",
    "open": "OPEN",
    "close": "CLOSE",
    "modifier": "MODIFIER",
    "group": "PATTERN",
    "text": "CHAR",
}


def _group_end(text: str, start: int) -> int:
    """Find the end of ``(...)``; what it captures must be one thing."""
    depth, at = 1, start + 1
    if text[at : at + 1] == "?":
        raise _wrong(text, f'Pattern cannot start with "?" at {at}')
    while depth and at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == ")":
            depth -= 1
        elif text[at] == "(":
            depth += 1
            if text[at + 1 : at + 2] != "?":
                raise _wrong(text, f"Capturing groups are not allowed at {at}")
        at += 1
    if depth:
        raise _wrong(text, f"Unbalanced pattern at {start}")
    if at - start == 2:
        raise _wrong(text, f"Missing pattern at {start}")
    return at


def _read(text: str) -> list[Part]:
    reader = _Reader(text)
    parts: list[Part] = []
    number = 0
    while reader.tokens[reader.at][0] != "END":
        char = reader.take("CHAR")
        name, pattern = reader.take("NAME"), reader.take("PATTERN")
        if name is not None or pattern is not None:
            prefix = char if char in ("/", ".") else ""
            _write(parts, "" if prefix else char)
            param = _param(text, parts, name, pattern, prefix or "", "", number)
        elif (plain := char if char is not None else reader.take("ESCAPED_CHAR")) is not None:
            _write(parts, plain)
            continue
        else:
            reader.need("OPEN")
            param = _braces(reader, parts, number)
        number += isinstance(param.name, int)
        parts.append(_modified(text, param, reader.take("MODIFIER") or ""))
    return parts


def _write(parts: list[Part], text: str | None) -> None:
    """Add text to the text before it."""
    if text and parts and isinstance(parts[-1], str):
        parts[-1] += text
    elif text:
        parts.append(text)


def _param(
    text: str, parts: list[Part], name: str | None, pattern: str | None, prefix: str, suffix: str, number: int
) -> Param:
    if name is None and pattern is None:
        return Param("", prefix, suffix, "", "")  # braces around text alone
    if pattern is None:
        pattern = _segment(text, prefix, parts[-1] if parts else None)
    return Param(number if name is None else name, prefix, suffix, pattern, "")


def _modified(text: str, param: Param, modifier: str) -> Param:
    if modifier in REPEATED and param.pattern and not (param.prefix or param.suffix):
        raise _wrong(text, f'Can not repeat "{param.name}" without a prefix and suffix')
    return param._replace(modifier=modifier)


def _braces(reader: _Reader, parts: list[Part], number: int) -> Param:
    """Read what follows ``{``, ``prefix:name(pattern)suffix}``."""
    prefix = _text(reader)
    name, pattern = reader.take("NAME"), reader.take("PATTERN")
    suffix = _text(reader)
    reader.need("CLOSE")
    return _param(reader.text, parts, name, pattern, prefix, suffix, number)


def _text(reader: _Reader) -> str:
    text = ""
    while (piece := reader.take("CHAR") or reader.take("ESCAPED_CHAR")) is not None:
        text += piece
    return text


def _segment(text: str, prefix: str, before: Part | None) -> str:
    """Give what a parameter matches that has no pattern: a segment, or what is left of one."""
    mark = prefix or (before if isinstance(before, str) else "")
    if isinstance(before, Param) and not mark:
        raise _wrong(text, f'Must have text between two parameters, missing text after "{before.name}"')
    return rf"(?:(?!{re.escape(mark)})[^\/])+?" if mark and "/" not in mark else r"[^\/]+?"


def _regex(part: Part) -> str:
    if isinstance(part, str):
        return re.escape(part)
    prefix, suffix = re.escape(part.prefix), re.escape(part.suffix)
    if not part.pattern:
        return f"(?:{prefix}{suffix}){part.modifier}"
    if not (prefix or suffix):
        return f"({part.pattern}){part.modifier}"
    if part.modifier in REPEATED:
        optional = "?" if part.modifier == "*" else ""
        return f"(?:{prefix}((?:{part.pattern})(?:{suffix}{prefix}(?:{part.pattern}))*){suffix}){optional}"
    return f"(?:{prefix}({part.pattern}){suffix}){part.modifier}"


# --- writing ----------------------------------------------------------------------------------------------


def _fill(param: Param, params: Mapping[str, Value], encode: Callable[[str], str]) -> str:
    value = params.get(str(param.name))
    if isinstance(value, list):
        if param.modifier not in REPEATED:
            raise ValueError(f'Expected "{param.name}" to not repeat, but got a list')
        return "".join(f"{param.prefix}{encode(each)}{param.suffix}" for each in value)
    if value is not None:
        return f"{param.prefix}{encode(value)}{param.suffix}"
    if param.modifier in ("?", "*"):
        return ""
    raise ValueError(f'Expected "{param.name}" to be a string')

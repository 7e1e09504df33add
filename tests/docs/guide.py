"""The fenced blocks of a guide, and the requests and answers that stand below its examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_REQUEST = re.compile(r"([A-Z]+) (\S+)(?: (.*))? -> (\d{3})(?: (.*))?")
_FILE = re.compile(r"# ((?:(?:pages|lib|app)/\S+|next\.config|proxy)\.py)\n")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line of the guide on which its text begins."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file of a project that this block is whole, as its first line names it."""
        found = _FILE.match(self.text)
        return found[1] if found else None


@dataclass
class Example:
    """One request and its answer; `shown` is the line that says both."""

    shown: str
    method: str
    path: str
    sent: str
    status: int
    answer: str
    headers: dict[str, str] = field(default_factory=dict)
    answered: list[tuple[str, str]] = field(default_factory=list)

    @property
    def request_headers(self) -> dict[str, str]:
        """The headers to send; a body is JSON unless they say otherwise."""
        return {"Content-Type": "application/json", **self.headers} if self.sent else self.headers


def blocks(guide: Path) -> list[Block]:
    """Return the fenced blocks in their order."""
    text = guide.read_text()
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start(2)) + 1) for found in _BLOCK.finditer(text)
    ]


def examples(text: str) -> Iterator[Example]:
    """Yield the examples of a block; ValueError for a line that is none."""
    current: Example | None = None
    for line in text.splitlines():
        if not line.startswith("  "):
            if current:
                yield current
            current = _example(line)
        elif current:
            _add(current, line.strip())
    if current:
        yield current


def _example(line: str) -> Example:
    found = _REQUEST.fullmatch(line)
    if not found:
        raise ValueError(f"no request and answer: {line!r}")
    method, path, sent, status, answer = found.groups()
    return Example(line, method, path, sent or "", int(status), answer or "")


def _add(example: Example, line: str) -> None:
    mark, text = line[:1], line[2:]
    name, _, value = text.partition(": ")
    if mark == ">":
        example.headers[name] = value
    elif mark == "<":
        example.answered.append((name, value))
    elif mark == "|":
        example.sent += f"{text}\r\n"
    else:
        raise ValueError(f"no header and no body: {line!r}")

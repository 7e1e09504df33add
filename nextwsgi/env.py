"""Environment files, read as Next.js reads them (``@next/env``: dotenv 16 and dotenv-expand 10).

By hand, for python-dotenv reads half of all files otherwise: no ``$NAME``, no backticks, other comments and
escapes. A file that a Next.js front end and its routes in Python share must mean the same to both.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from nextwsgi.errors import RouteError


class EnvFile(NamedTuple):
    """A file's name and its text."""

    name: str
    text: str


class LoadedEnv(NamedTuple):
    """What was loaded: the names and values that were set, and the files, the strongest first."""

    parsed_env: dict[str, str]
    loaded_env_files: list[str]


def load_env_config(root: str | os.PathLike[str], dev: bool | None = None) -> LoadedEnv:
    """Set what the environment files of ``root`` say and the environment does not, as ``loadEnvConfig`` does.

    ``dev`` chooses between the files of development and production; without it, ``NODE_ENV`` does. Where
    ``NODE_ENV`` is ``test``, the files are those of tests. Sets ``NODE_ENV`` too, where nothing has.
    RouteError names the file and the line.
    """
    mode = mode_of(os.environ.get("NODE_ENV"), dev)
    # As next dev and next start do: a ported line asks whether it is "production".
    os.environ.setdefault("NODE_ENV", mode)
    files = list(read_files(Path(root), mode))
    found = values(files, os.environ) if files else {}
    os.environ.update(found)
    return LoadedEnv(found, [file.name for file in files])


def mode_of(node_env: str | None, dev: bool | None) -> str:
    """Choose ``test``, ``development`` or ``production``; the rule is Next.js's where ``dev`` is known."""
    if node_env == "test":
        return "test"
    return "development" if (node_env == "development" if dev is None else dev) else "production"


def file_names(mode: str) -> list[str]:
    """Name the files of a mode, the strongest first."""
    # Tests give the same result on every machine: what is this machine's alone has no part in them.
    local = [] if mode == "test" else [".env.local"]
    return [f".env.{mode}.local", *local, f".env.{mode}", ".env"]


# --- Files ------------------------------------------------------------------------------------------------


def read_files(root: Path, mode: str) -> Iterator[EnvFile]:
    """Yield the files there are; RouteError for one that cannot be read."""
    for name in file_names(mode):
        file = root / name
        try:
            data = file.read_bytes() if _is_readable(file) else None
        except OSError as error:
            reason = (
                f"{name}: it cannot be read: {error.strerror}: make it readable for this user, or remove it"
            )
            raise RouteError([reason]) from None
        if data is not None:
            yield EnvFile(name, _decode(name, data))


def _is_readable(file: Path) -> bool:
    # A folder of this name is somebody's virtual environment; password managers offer a named pipe.
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


def _decode(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RouteError([f"{name}, line {line}: it is not UTF-8: save the file as UTF-8"]) from None


# --- The language -----------------------------------------------------------------------------------------

# What JavaScript takes for white space and for the end of a line.
_SPACE = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_STRIPPED = "".join(map(chr, [*range(9, 14), 32, 0xA0, 0x1680, *range(0x2000, 0x200B)])) + (
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_START, _END = "(?:^|(?<=[\u2028\u2029]))", "(?:$|(?=[\u2028\u2029]))"

# dotenv's own expression. Quoted values may have several lines; without quotes, # begins a comment.
_LINE = rf"""(?mx)
    {_START} [{_SPACE}]* (?:export[{_SPACE}]+)?
    ([A-Za-z0-9_.-]+) (?:[{_SPACE}]*=[{_SPACE}]*?|:[{_SPACE}]+?)
    ( [{_SPACE}]*'(?:\\'|[^'])*'
    | [{_SPACE}]*"(?:\\"|[^"])*"
    | [{_SPACE}]*`(?:\\`|[^`])*`
    | [^\#\r\n]+
    )?
    [{_SPACE}]* (?:\#[^\n\u2028\u2029]*)? {_END}"""
_QUOTED = rf"""(?m){_START}(['"`])([\s\S]*)\1{_END}"""


def parse(text: str) -> dict[str, str]:
    """Read the names and raw values of a file; what is no assignment is passed over, as dotenv does."""
    return {match[1]: _unquote((match[2] or "").strip(_STRIPPED)) for match in _lines(text)}


def _lines(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(_LINE, text.replace("\r\n", "\n").replace("\r", "\n"))


def _unquote(value: str) -> str:
    inner = re.sub(_QUOTED, r"\2", value)
    return inner.replace("\\n", "\n").replace("\\r", "\r") if value.startswith('"') else inner


def line_of(file: EnvFile, name: str) -> str | None:
    """Say where a file gives a name its value; None where it does not."""
    found = [match for match in _lines(file.text) if match[1] == name]
    return (
        f"{file.name}, line {found[-1].string.count(chr(10), 0, found[-1].start(1)) + 1}" if found else None
    )


# --- References -------------------------------------------------------------------------------------------

# dotenv-expand's own: the last $ that is not escaped, with its name and what stands for a missing one.
_REFERENCE = re.compile(r"\$\{?([A-Za-z0-9_]+)(?::-([^}\\]*))?\}?")
_PATTERN = re.compile(r"\$[$&`']")

# A name that refers to itself would go on for ever.
_MOST_STEPS, _LONGEST = 1_000, 128 * 1024


def values(files: list[EnvFile], env: Mapping[str, str]) -> dict[str, str]:
    """Give what files set beyond ``env``, which they may refer to; RouteError for what cannot be set."""
    seen = dict(env)
    found: dict[str, str] = {}
    for file in files:
        parsed = parse(file.text)
        for name in parsed:
            try:
                # Like dotenv-expand, down to a name that an earlier file has set being expanded again.
                parsed[name] = _expand(seen.get(name, parsed[name]), seen, parsed)
            except RecursionError:
                problem = f"{line_of(file, name)}: {name} refers to itself without an end"
                raise RouteError([problem]) from None
        seen |= parsed
        found = parsed | found
    found = {name: value for name, value in found.items() if name not in env}
    _refuse_unfit(found, files)
    return found


def _refuse_unfit(found: Mapping[str, str], files: list[EnvFile]) -> None:
    """RouteError for a value that no variable can hold: NUL, or what the system's encoding has not."""
    for name, value in found.items():
        try:
            fits = b"\0" not in os.fsencode(value)
        except UnicodeEncodeError:
            fits = False
        if not fits:
            place = next(filter(None, (line_of(file, name) for file in files)))
            raise RouteError([f"{place}: {name} has a character that no variable can hold: remove it"])


def _expand(value: str, seen: Mapping[str, str], parsed: Mapping[str, str]) -> str:
    for _ in range(_MOST_STEPS):
        reference = _last_reference(value)
        if reference is None:
            return value.replace("\\$", "$")
        name, default = reference.groups()
        value = _replace(value, reference[0], seen.get(name) or default or parsed.get(name) or "")
        if len(value) > _LONGEST:
            break
    raise RecursionError


def _last_reference(value: str) -> re.Match[str] | None:
    start = value.rfind("$")
    while start > 0 and value[start - 1] == "\\":
        start = value.rfind("$", 0, start)
    return _REFERENCE.match(value, start) if start >= 0 else None


def _replace(text: str, old: str, new: str) -> str:
    """Do what JavaScript's ``text.replace(old, new)`` does: once, with $$, $&, $` and $' in ``new``."""
    before, _, after = text.partition(old)
    special = {"$$": "$", "$&": old, "$`": before, "$'": after}
    return before + _PATTERN.sub(lambda match: special[match[0]], new) + after

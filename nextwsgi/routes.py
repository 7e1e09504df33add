"""Route paths to rules, and a request's path to a route. Opens no file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from nextwsgi.config import DEFAULTS, RouteConfig
from nextwsgi.errors import ApiError, RouteError
from nextwsgi.paths import is_odd

Params = Mapping[str, str | list[str]]
Handler = Callable[[Any, Any], object]


@dataclass(frozen=True)
class Route:
    """One route file: the path it answers as Next.js writes it, its name for messages, what it exports."""

    path: str  # /api/users/[id]
    file: str  # pages/api/users/[id].py
    handler: Handler
    config: RouteConfig = DEFAULTS

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its path parameters."""
        return frozenset(segment.name for segment in self.params)

    @cached_property
    def params(self) -> tuple[Segment, ...]:
        """The segments of its path that stand for values, in their order."""
        return tuple(segment for segment in read_path(self.path) if segment.kind != "static")

    @cached_property
    def is_app(self) -> bool:
        """Whether it is a route handler of ``app/``."""
        return is_app(self.file)

    @cached_property
    def early(self) -> Handler | None:
        """What the handler's wrappers do before the body is read: CORS headers, the answer to a preflight."""
        return getattr(self.handler, "early", None)

    @cached_property
    def keeps_slash(self) -> bool:
        """Whether a path may end in a slash: an application behind the handler has paths of its own."""
        return getattr(self.handler, "keeps_slash", False)


def route_path(name: str) -> str:
    """Give the path a file below ``pages/`` answers: ``api/users/index.py`` is ``/api/users``."""
    path = "/" + name.removesuffix(".py")
    # Only one level of index vanishes: index/index is the way to a path that ends in /index.
    return path.removesuffix("/index") if path != "/index" else path


def handler_path(name: str) -> str | None:
    """Give the path a route.py below ``app/`` answers; None in a private folder.

    ``(group)/api/users/route.py`` is ``/api/users``.
    """
    folders = name.split("/")[:-1]
    if any(folder.startswith("_") for folder in folders):
        return None
    kept = [folder for folder in folders if not (folder.startswith("(") and folder.endswith(")"))]
    # A folder that has to begin with an underscore writes it so.
    return "/" + "/".join(re.sub("^%5[fF]", "_", folder) for folder in kept)


def is_app(name: str) -> bool:
    """Tell whether a file is below ``app/``, by its name in the project."""
    return name.removeprefix("src/").startswith("app/")


# --- Segments ---------------------------------------------------------------------------------------------


class Segment(NamedTuple):
    """One step of a route's path. ``kind`` is ``static``, ``[]``, ``[...]`` or ``[[...]]``."""

    kind: str
    name: str


def read_segment(text: str) -> Segment:
    """Read a segment as Next.js does; ValueError with its own words for a form it refuses."""
    if not (text.startswith("[") and text.endswith("]")):
        return Segment("static", text)
    name, optional = text[1:-1], False
    if name.startswith("[") and name.endswith("]"):
        name, optional = name[1:-1], True
    if name.startswith("…"):
        raise ValueError(f"Detected a three-dot character ('…') at ('{name}'). Did you mean ('...')?")
    rest = name.startswith("...")
    name = name[3:] if rest else name
    _refuse_name(text, name, optional=optional, rest=rest)
    return Segment(
        {(False, False): "[]", (True, False): "[...]", (True, True): "[[...]]"}[rest, optional], name
    )


def _refuse_name(text: str, name: str, *, optional: bool, rest: bool) -> None:
    if name.startswith("[") or name.endswith("]"):
        raise ValueError(f"Segment names may not start or end with extra brackets ('{name}').")
    if name.startswith("."):
        raise ValueError(f"Segment names may not start with erroneous periods ('{name}').")
    if optional and not rest:
        raise ValueError(f'Optional route parameters are not yet supported ("{text}").')
    if not name:
        raise ValueError(f"A dynamic segment needs a name ('{text}').")


def read_path(path: str) -> list[Segment]:
    """Read a route's path into segments; ValueError says what Next.js refuses about it."""
    segments = [read_segment(part) for part in path.split("/")[1:]]
    seen: list[str] = []
    for place, segment in enumerate(segments):
        if segment.kind in ("[...]", "[[...]]") and place < len(segments) - 1:
            raise ValueError("Catch-all must be the last part of the URL.")
        if segment.kind != "static":
            _refuse_repeat(segment.name, seen)
            seen.append(segment.name)
    return segments


def _refuse_repeat(name: str, seen: list[str]) -> None:
    for other in seen:
        if other == name:
            raise ValueError(
                f'You cannot have the same slug name "{name}" repeat within a single dynamic path'
            )
        if re.sub(r"\W", "", other) == re.sub(r"\W", "", name):
            raise ValueError(
                f'You cannot have the slug names "{other}" and "{name}" differ only by non-word symbols'
                " within a single dynamic path"
            )


# --- Conflicts --------------------------------------------------------------------------------------------


class _Level:
    """What stands side by side in one folder of the routes' tree, and which file brought it."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, str]] = {}  # kind -> name, file
        self.file: str | None = None  # the file that answers this very path


def problems(files: Iterable[tuple[str, str]]) -> Sequence[str]:
    """List every conflict among (path, file) pairs, in Next.js's words with the files named."""
    return _problems(tuple(sorted(files)))


# PERF: files are checked before they are imported, and their routes again by the table, which anybody may
# build: 0.1 s for 10,000 of them, once.
@lru_cache(maxsize=1)
def _problems(files: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(_conflicts(files))


def _conflicts(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    levels: defaultdict[tuple[str, ...], _Level] = defaultdict(_Level)
    for path, file in files:
        try:
            segments = read_path(path)
        except ValueError as error:
            yield f"{file}: {error}"
            continue
        yield from _add(levels, segments, file)
    yield from _optional_beside_index(levels)


def _add(levels: defaultdict[tuple[str, ...], _Level], segments: list[Segment], file: str) -> Iterator[str]:
    place: tuple[str, ...] = ()
    told = False
    for kind, name in segments:
        for problem in _name_conflicts(levels[place].names, kind, name, file):
            told = True
            yield problem
        levels[place].names.setdefault(kind, (name, file))
        place = (*place, name if kind == "static" else kind)
    if levels[place].file is not None and not told:
        yield f"Conflicting files answer the same path: remove one of {levels[place].file} and {file}."
    levels[place].file = levels[place].file or file


def _name_conflicts(names: dict[str, tuple[str, str]], kind: str, name: str, file: str) -> Iterator[str]:
    other, where = names.get(kind, (name, file))
    if kind != "static" and other != name:
        yield (
            "You cannot use different slug names for the same dynamic path"
            f" ('{other}' !== '{name}'): rename one of {where} and {file}."
        )
    rest = {"[...]": "[[...]]", "[[...]]": "[...]"}.get(kind)
    if rest in names:
        yield (
            "You cannot use both an optional and required catch-all route at the same level:"
            f" remove one of {names[rest][1]} and {file}."
        )


def _optional_beside_index(levels: dict[tuple[str, ...], _Level]) -> Iterator[str]:
    for level in levels.values():
        if level.file and "[[...]]" in level.names:
            yield (
                "You cannot define a route with the same specificity as a optional catch-all route:"
                f" remove one of {level.file} and {level.names['[[...]]'][1]}."
            )


# --- The table --------------------------------------------------------------------------------------------


class Match(NamedTuple):
    """A request's route, and its decoded path parameters."""

    route: Route
    params: Params


# PERF: half the time of Match(route, params).
_match = tuple.__new__


class _Way(NamedTuple):
    """A route, and each of its parameters with the place in a path where its value begins."""

    route: Route
    params: tuple[tuple[str, str, int], ...]  # kind, name, place


# Stands for every segment that no route spells out. None of them can: "%" is not in _REACHABLE.
_ANY = "%"


class Table:
    """All routes of a project; built once, never changed."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Build the table; RouteError lists every conflict."""
        self.routes = tuple(sorted(routes, key=lambda route: route.path))
        found = problems((route.path, route.file) for route in self.routes)
        if found:
            raise RouteError(found)
        # Of paths that is_odd leaves alone: the static ones, which come before all others, and what precedes
        # the value of a last [name].
        self._static: dict[str, Match] = {}
        self._before: dict[str, tuple[Route, str]] = {}
        self._names = {""}  # what dynamic routes spell out
        self._ways: list[_Way] = []
        rules = [rule for route in self.routes for rule in self._place(route)]
        self._number = _finder(rules)
        # Clients choose how many shapes there are.
        self._way = lru_cache(maxsize=1024 + len(rules))(self._find)

    def _place(self, route: Route) -> Iterator[str]:
        """Note a route's static paths, and yield the rules of its others."""
        segments = read_path(route.path)
        if not all(kind != "static" or _REACHABLE.fullmatch(name) for kind, name in segments):
            return
        for way in [segments, segments[:-1]] if segments[-1].kind == "[[...]]" else [segments]:
            path = "/" + "/".join(name for _, name in way)
            if is_odd(path) or any(kind != "static" for kind, _ in way):
                yield self._rule(route, way)
            else:
                self._static.setdefault(path, Match(route, {}))

    def _rule(self, route: Route, segments: Sequence[Segment]) -> str:
        self._names.update(name for kind, name in segments if kind == "static")
        params = [(kind, name, place) for place, (kind, name) in enumerate(segments, 1) if kind != "static"]
        self._ways.append(_Way(route, tuple(params)))
        before = "/" + "/".join(name for _, name in segments[:-1])
        if len(params) == 1 and segments[-1].kind == "[]" and not is_odd(before):
            self._before[before] = route, segments[-1].name
        return "/" + "/".join(_rule_part(segment, place) for place, segment in enumerate(segments))

    def known(self, path: str) -> Match | None:
        """Find the route of a path that needs no cleaning and no search; None where ``match`` has to look.

        PERF: 0.1 us for a static path, 0.5 us for one that ends in a plain value; the Map takes 3 to 5 us.
        """
        found = self._static.get(path)
        if found is None:
            before, _, value = path.rpartition("/")
            target = self._before.get(before)
            if target and value.isascii() and (value.isalnum() or value.replace("-", "").isalnum()):
                return _match(Match, (target[0], {target[1]: value}))
        return found

    def match(self, path: str) -> Match | None:
        """Find the route of a raw, still percent-encoded path, and its decoded parameters.

        ApiError 400 where a parameter's escapes are broken or its bytes are not UTF-8.
        """
        known = self._static.get(path)
        if known is not None:
            return known
        # PERF: where a path leads depends on the names that routes spell out, and not on the values between
        # them. So one answer of the Map is good for all values: 1.1 us instead of 5.
        parts, names = path.split("/"), self._names
        if parts[0]:  # waitress lets a target without its slash through
            return self.match("/" + path)
        shape = "/".join([part if part in names else _ANY for part in parts])
        way = self._way(shape) if len(shape) < _LONG else self._find(shape)
        return way and _match(Match, (way.route, _params(way, parts)))

    def _find(self, shape: str) -> _Way | None:
        number = self._number(shape)
        return None if number is None else self._ways[number]


# Characters. What is longer is not kept: clients choose how long a path is, and how many there are.
_LONG = 256


def _params(way: _Way, parts: list[str]) -> Params:
    params: dict[str, str | list[str]] = {}
    for kind, name, place in way.params:
        if kind == "[]":
            part = parts[place]
            params[name] = decode_segment(part) if "%" in part else part
        # Next.js takes /index below [[...x]] for the path without it.
        elif kind == "[...]" or parts[place:] != ["index"]:
            params[name] = [decode_segment(part) for part in parts[place:]]
    return params


# --- Rules ------------------------------------------------------------------------------------------------

# A static segment is compared with the raw path, so one that a client must encode can never match
# (Next.js compares the same way). Its file is legal and simply answers nothing.
_REACHABLE = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@\[\]|^`{}]*")


def _rule_part(segment: Segment, place: int) -> str:
    kind, name = segment
    return name if kind == "static" else f"<p{place}>" if kind == "[]" else f"<rest:p{place}>"


def _finder(rules: Sequence[str]) -> Callable[[str], int | None]:
    if not rules:
        return lambda shape: None  # noqa: ARG005 - as the function of the others
    from nextwsgi.rules import finder  # PERF: 5 ms to import, and a project of static routes does without it

    return finder(rules)


# --- Values -----------------------------------------------------------------------------------------------

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decode_segment(raw: str) -> str:
    """Percent-decode one segment as UTF-8; ApiError 400 for a broken escape or other bytes."""
    if "%" not in raw:
        return raw
    if _BROKEN_ESCAPE.search(raw):
        raise ApiError(400, "Bad Request")
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError(400, "Bad Request") from None

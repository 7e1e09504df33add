"""A route file's ``config``: what Next.js accepts, checked when the server starts."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nextwsgi.node import parse_size

BODY_LIMIT = 1024 * 1024
RESPONSE_LIMIT = 4 * 1024 * 1024
_SIZE = re.compile(r"\s*\d+(\.\d+)?\s*(?:[kmgtp]?b\s*)?", re.IGNORECASE)
RUNTIMES = ("nodejs", "edge", "experimental-edge")


class RouteConfig(NamedTuple):
    """How one route reads its body and judges its answer; sizes are bytes."""

    body_parser: bool = True
    size_limit: int = BODY_LIMIT
    size_text: str = "1mb"
    response_limit: int | None = RESPONSE_LIMIT
    external_resolver: bool = False


DEFAULTS = RouteConfig()

UNREAD = RouteConfig(body_parser=False, response_limit=None)
"""For what reads the body by itself."""


def read_config(value: object) -> tuple[RouteConfig, list[str]]:
    """Turn an exported ``config`` into a RouteConfig and the list of what is wrong with it."""
    if not isinstance(value, Mapping):
        return RouteConfig(), [f"config must be a dict, not {_kind(value)}"]
    problems = [*_unknown(value, _PAGE, "config"), *_page_problems(value)]
    api = value.get("api", {})
    if not isinstance(api, Mapping):
        return RouteConfig(), [*problems, f"config.api must be a dict, not {_kind(api)}"]
    problems += [*_unknown(api, _API, "config.api"), *_api_problems(api)]
    if is_edge(value):
        return UNREAD, problems
    return (RouteConfig() if problems else _route_config(api)), problems


def is_edge(config: object) -> bool:
    """Tell whether a route file's ``config`` says that its handler takes a request and returns a Response."""
    return isinstance(config, Mapping) and config.get("runtime") in RUNTIMES[1:]


def _route_config(api: Mapping[str, object]) -> RouteConfig:
    parser = api.get("bodyParser", True)
    # Next.js takes a limit of 0 for none given.
    limit = (parser.get("sizeLimit") if isinstance(parser, Mapping) else None) or "1mb"
    return RouteConfig(
        body_parser=parser is not False,
        size_limit=_size(limit),
        size_text=str(limit),
        response_limit=_response_limit(api.get("responseLimit", True)),
        external_resolver=api.get("externalResolver", False) is True,
    )


def _response_limit(value: object) -> int | None:
    if not value:  # 0 is no limit either
        return None
    return RESPONSE_LIMIT if value is True else _size(value)


def _size(value: object) -> int:
    size = _readable_size(value)
    assert size is not None  # read_config has refused it before
    return size


def _readable_size(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _SIZE.fullmatch(value):
        return None  # "1 megabyte" would be read as one byte
    size = parse_size(value)
    return size if size is not None and size >= 0 else None


def _page_problems(config: Mapping[str, object]) -> Iterator[str]:
    runtime = config.get("runtime", "nodejs")
    if runtime not in RUNTIMES:
        yield f'config.runtime must be "nodejs" or "edge", not {runtime!r}'
    duration = config.get("maxDuration", 0)
    if isinstance(duration, bool) or not isinstance(duration, int | float):
        yield f"config.maxDuration must be a number of seconds, not {_kind(duration)}"


def _api_problems(api: Mapping[str, object]) -> Iterator[str]:
    yield from _parser_problems(api.get("bodyParser", True))
    limit = api.get("responseLimit", True)
    if not isinstance(limit, bool) and _readable_size(limit) is None:
        yield _unreadable("config.api.responseLimit", limit)
    resolver = api.get("externalResolver", True)
    if not isinstance(resolver, bool):
        yield f"config.api.externalResolver must be True or False, not {_kind(resolver)}"


def _parser_problems(parser: object) -> Iterator[str]:
    if isinstance(parser, bool):
        return
    if not isinstance(parser, Mapping):
        yield f'config.api.bodyParser must be False or {{"sizeLimit": ...}}, not {_kind(parser)}'
        return
    yield from _unknown(parser, _PARSER, "config.api.bodyParser")
    limit = parser.get("sizeLimit", "1mb")
    if _readable_size(limit) is None:
        # Next.js takes an unreadable limit as no limit at all: a typing error would open the door.
        yield _unreadable("config.api.bodyParser.sizeLimit", limit)


def _unreadable(key: str, value: object) -> str:
    return f'{key} {value!r} is no size: write bytes as a number, or "500kb", "4mb", "1gb"'


_PAGE = ("api", "maxDuration", "runtime", "regions", "env", "unstable_runtimeJS", "unstable_JsPreload")
_API = ("bodyParser", "responseLimit", "externalResolver")
_PARSER = ("sizeLimit",)
_PLACES = {
    **dict.fromkeys(_PAGE, "config"),
    **dict.fromkeys(_API, "config.api"),
    **dict.fromkeys(_PARSER, "config.api.bodyParser"),
}


def _unknown(value: Mapping[str, object], known: tuple[str, ...], where: str) -> Iterator[str]:
    for key in value:
        if key not in known:
            yield f"{where} has no key {key!r}{_hint(key, known)}"


def _hint(key: object, known: tuple[str, ...]) -> str:
    spelling = _nearest(str(key), known) or _nearest(str(key), tuple(_PLACES))
    if not spelling:
        return f": it takes {', '.join(known)}"
    return f": did you mean {_PLACES[spelling]}[{spelling!r}]?"


def _nearest(key: str, names: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # needed by mistakes alone

    folded = {name.lower(): name for name in names}
    found = get_close_matches(key.lower().replace("_", ""), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__

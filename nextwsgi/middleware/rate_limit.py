"""``with_rate_limit``: so many requests of a client in a window of time, and no more."""

from __future__ import annotations

import hashlib
import logging
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from nextwsgi.files import takes
from nextwsgi.middleware.address import client_address
from nextwsgi.middleware.handlers import (
    H,
    Handler,
    Wrapper,
    awaitable,
    guard,
    is_async,
    title,
    with_known_options,
)
from nextwsgi.middleware.redis import SharedWindows, shared_windows
from nextwsgi.middleware.windows import Hit, Windows
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

log = logging.getLogger("nextwsgi")

Key = Callable[[Any], object]
Response = NextApiResponse[Any]

HOUR = 3600

# Counts are kept for so long, in the memory of workers or of a Redis, none of which lasts for years.
LONGEST = 366 * 24 * HOUR
URL = "REDIS_URL"


@with_known_options
def with_rate_limit(
    limit: int,
    window: int = HOUR,
    *,
    key: Key | None = None,
    proxies: int = 0,
    name: str | None = None,
    on_error: str = "serve",
) -> Wrapper:
    """Answer a client's first ``limit`` requests in ``window`` seconds; others 429, until the window ends.

    A window begins with a client's first request. A client is its address, of IPv6 the /64 network, behind
    ``proxies`` proxies of your own, or what ``key(req)`` gives: text, a number, None, or a list of them.
    Each wrapped handler of each route counts for itself; those with the same ``name`` count together.
    Counts are in the Redis of the environment's REDIS_URL, else in the memory of each worker. While Redis is
    away, ``on_error="serve"`` counts in memory and ``"refuse"`` answers 503.

    TypeError, ValueError for settings, a REDIS_URL that cannot be read, and a package that is missing.
    """
    rule = Rule(limit, window, key, proxies, name, on_error)
    _check(rule)
    shared = _shared(os.environ.get(URL))
    if shared is None:
        workers.counted_alone = True

    def wrapper(handler: H, /) -> H:
        limit = Limit(rule, shared, handler)
        inner = guard("with_rate_limit(...)", handler, limit.admits)
        vars(inner)["rate_limits"] = limit.number + 1
        # Awaited on the event loop, it counts in its request's thread: Redis must not stop the loop.
        return awaitable(inner) if is_async(handler) else inner

    return wrapper


@dataclass(frozen=True)
class Rule:
    """What one ``with_rate_limit`` was told."""

    limit: int
    window: int
    key: Key | None
    proxies: int
    name: str | None
    on_error: str


def _check(rule: Rule) -> None:
    if callable(rule.limit):
        raise TypeError("with_rate_limit takes a number of requests first: with_rate_limit(100)(handler)")
    for name, value, least in (
        ("limit", rule.limit, 1),
        ("window", rule.window, 1),
        ("proxies", rule.proxies, 0),
    ):
        if type(value) is not int:
            raise TypeError(f"with_rate_limit: {name} must be a whole number, not {value!r}")
        if value < least:
            raise ValueError(f"with_rate_limit: {name} must be {least} or more, not {value}")
    if rule.window > LONGEST:
        raise ValueError(f"with_rate_limit: window is in seconds, and at most a year ({LONGEST})")
    _check_key(rule.key)
    if not isinstance(rule.name, str | None):
        raise TypeError(f"with_rate_limit: name must be text, not {rule.name!r}")
    if rule.on_error not in ("serve", "refuse"):
        raise ValueError(f"with_rate_limit: on_error must be 'serve' or 'refuse', not {rule.on_error!r}")


def _check_key(key: object) -> None:
    if key is None:
        return
    if not callable(key) or not takes(key, 1):
        raise TypeError(f"with_rate_limit: key must be a function of req, not {key!r:.40}")
    if is_async(key):
        raise TypeError(f"with_rate_limit: key must be def: {title(key)} is async def, and nothing awaits it")


def _shared(url: str | None) -> SharedWindows | None:
    if not url:
        return None
    try:
        return shared_windows(url)
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{URL} is set, but {error.name} is not installed: pip install 'nextwsgi[redis]'"
        ) from None


# --- Around the handler -----------------------------------------------------------------------------------


class Limit:
    """A rule around one handler."""

    def __init__(self, rule: Rule, shared: SharedWindows | None, handler: Handler) -> None:
        self._rule = rule
        self._shared = shared
        self._handler = getattr(handler, "__qualname__", title(handler))
        # So that two around one handler, by address and by name say, do not share their counts.
        self.number: int = getattr(handler, "rate_limits", 0)

    def admits(self, req: NextApiRequest, res: Response) -> bool:
        """Count a request, and tell whether it may pass; one that may not is answered."""
        hit = self._hit(req)
        if hit is None:
            res.setHeader("Retry-After", 1)
            res.status(503).json({"error": "Service unavailable"})
            return False
        count, left = hit
        self._tell(res, max(0, self._rule.limit - count), math.ceil(left))
        if count <= self._rule.limit:
            return True
        res.setHeader("Retry-After", max(1, math.ceil(left)))
        res.status(429).json({"error": "Too many requests"})
        return False

    def _hit(self, req: NextApiRequest) -> Hit | None:
        """Count a request; None where it cannot be counted."""
        name, client = self._name(req), self._client(req)
        if self._shared is not None:
            hit = self._shared.hit(name, client, self._rule.window)
            if hit is not None or self._rule.on_error == "refuse":
                return hit
        elif req._environ.get("wsgi.multiprocess"):
            workers.tell()
        return _memory(req).hit(name, client, self._rule.window)

    def _name(self, req: NextApiRequest) -> str:
        # The same in all processes that serve the route, and another one after each change of the rule.
        rule = self._rule
        whose = rule.name or f"{req._match.route.path} {self._handler} {self.number}"
        return f"{whose} {rule.limit}/{rule.window}"

    def _client(self, req: NextApiRequest) -> str:
        if self._rule.key is None:
            return client_address(req._environ, self._rule.proxies)
        return _digest(self._rule.key(req))

    def _tell(self, res: Response, remaining: int, seconds: int) -> None:
        # The names that express-rate-limit sends with standardHeaders: true (the draft's sixth version). Of
        # several limits the one that is nearer to its end is told.
        known = res.getHeader("RateLimit-Remaining")
        if known is None or remaining < int(cast(int, known)):
            res.setHeader("RateLimit-Policy", f"{self._rule.limit};w={self._rule.window}")
            res.setHeader("RateLimit-Limit", self._rule.limit)
            res.setHeader("RateLimit-Remaining", remaining)
            res.setHeader("RateLimit-Reset", seconds)


def _memory(req: NextApiRequest) -> Windows:
    """Give the counts of this application in this process."""
    kept = req._project.kept
    found = kept.get("windows") or kept.setdefault("windows", Windows())
    return cast(Windows, found)


def _digest(key: object) -> str:
    """Give a short text for what a key function returned, however long it is; TypeError for what it must not.

    Nothing of it can be read in Redis, where addresses of mail may be.
    """
    parts = key if isinstance(key, list | tuple) else [key]
    if not all(part is None or isinstance(part, str | bytes | int | float) for part in parts):
        raise TypeError(
            f"with_rate_limit: key(req) must give text, a number, None or a list of them, not {key!r:.40}"
        )
    return hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()


# --- Several workers --------------------------------------------------------------------------------------


class Workers:
    """Whether this process is one of several that count alone, and whether that was said."""

    def __init__(self) -> None:
        self.counted_alone = False
        self._told = False

    def tell(self, count: int | None = None, *, aloud: bool = True) -> None:
        """Say once that several workers count alone; not ``aloud`` where another one says it."""
        told, self._told = self._told, True
        misled = self.counted_alone and count != 1
        if told or not aloud or not misled:
            return
        log.warning(
            "with_rate_limit counts in the memory of each worker, and there are %s: together they let several"
            " times as many requests through. Set REDIS_URL to have them count together",
            count or "several",
        )


workers = Workers()

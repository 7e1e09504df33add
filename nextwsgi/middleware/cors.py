"""``with_cors``: lets pages of other origins read the answers, as npm's ``cors`` does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any, Never

from nextwsgi.files import takes
from nextwsgi.middleware.handlers import H, Wrapper, guard, is_async, with_known_options
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

One = str | re.Pattern[str]
Origin = bool | One | Sequence[One] | Set[One]
OriginOf = Callable[[str | None], Origin | None]
Names = str | Sequence[str]

METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE"


@with_known_options
def with_cors(
    *given: Never,
    origin: Origin | OriginOf = "*",
    methods: Names = METHODS,
    allowedHeaders: Names | None = None,
    exposedHeaders: Names = (),
    credentials: bool = False,
    maxAge: int | None = None,
    preflightContinue: bool = False,
    optionsSuccessStatus: int = 204,
) -> Wrapper:
    """Say which other origins may read the answers, and answer the browsers' preflight requests.

    The options are those of npm's ``cors``. ``origin`` is "*", one origin ("https://example.com"), a list of
    origins, a pattern for a whole origin, True for any, False for none, or a function that is given the
    request's origin and returns one of these, or None. ``maxAge`` counts seconds. Without ``allowedHeaders``
    a preflight gets those it asks for. The headers are on every answer of the route, also on those of the
    body parser, and ``Vary`` says what they depend on, whatever the handler sets it to.

    ValueError for what browsers would not understand, and for credentials with any origin; TypeError for
    values of another kind.
    """
    if given:
        raise TypeError(
            "with_cors takes its options by name and the handler after them: with_cors()(handler)"
        )
    if not isinstance(credentials, bool):
        raise TypeError(f"with_cors: credentials must be True or False, not {credentials!r}")
    _check_origin(origin, credentials)
    rules = Rules(
        origin=tuple(origin) if isinstance(origin, _LISTS) else origin,
        methods=_names("methods", methods, credentials),
        allowed=None if allowedHeaders is None else _names("allowedHeaders", allowedHeaders, credentials),
        exposed=_names("exposedHeaders", exposedHeaders, credentials),
        credentials=credentials,
        max_age=_max_age(maxAge),
        goes_on=preflightContinue,
        status=_status(optionsSuccessStatus),
    )

    def wrapper(handler: H, /) -> H:
        return guard("with_cors(...)", handler, rules.admits, rules.early)

    return wrapper


# --- Requests ---------------------------------------------------------------------------------------------

Headers = list[tuple[str, str]]

# The characters of an origin (RFC 6454, 7). Others cannot come from a browser, and need not be sent back.
_SENT = re.compile(r"[a-z][a-z0-9+.-]*://[!-+\--~]+", re.IGNORECASE | re.ASCII)
_TOKENS = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")


@dataclass(frozen=True)
class Rules:
    """What one ``with_cors`` was told; lists of names as they are sent."""

    origin: Origin | OriginOf
    methods: str
    allowed: str | None
    exposed: str
    credentials: bool
    max_age: str
    goes_on: bool
    status: int

    def early(self, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
        """Set the headers, and answer a preflight: before the body is read, and before the handler."""
        if self.origin is False or self in (done := vars(req).setdefault("_cors", [])):
            return
        done.append(self)
        asked = req._environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") if req.method == "OPTIONS" else None
        wanted = req._environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        res._vary = (*res._vary, *self.vary(asked is not None))
        for name, value in self.headers(req._environ.get("HTTP_ORIGIN"), asked is not None, wanted):
            res.setHeader(name, value)
        if asked is not None and not self.goes_on:
            self.answer(res)

    def admits(self, req: NextApiRequest, res: NextApiResponse[Any]) -> bool:
        """Do the same where a wrapper around this one lost ``early``, for want of functools.wraps."""
        self.early(req, res)
        return not res.writableEnded

    def answer(self, res: NextApiResponse[Any]) -> None:
        """Answer a preflight."""
        res.setHeader("Content-Length", 0)  # old browsers wait for a body otherwise; a 204 leaves without it
        res.status(self.status).end()

    def vary(self, preflight: bool) -> tuple[str, ...]:
        """Name the request headers that decide, be the origin allowed or not: caches keep both answers."""
        names = () if self.origin == "*" else ("Origin",)
        reflects = preflight and self.allowed is None
        return (*names, "Access-Control-Request-Headers") if reflects else names

    def headers(self, origin: str | None, preflight: bool, wanted: str) -> Headers:
        """Give the headers for a request of ``origin``; none where it is not allowed."""
        allowed = self.allowed_origin(origin)
        if allowed is None:
            return []
        headers = {
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Credentials": "true" if self.credentials else "",
            "Access-Control-Expose-Headers": self.exposed,
        }
        if preflight:
            headers["Access-Control-Allow-Methods"] = self.methods
            headers["Access-Control-Allow-Headers"] = self._allowed_headers(wanted)
            headers["Access-Control-Max-Age"] = self.max_age
        return [(name, value) for name, value in headers.items() if value]

    def _allowed_headers(self, wanted: str) -> str:
        if self.allowed is not None:
            return self.allowed
        return wanted if _TOKENS.fullmatch(wanted) else ""

    def allowed_origin(self, origin: str | None) -> str | None:
        """Give what Access-Control-Allow-Origin says to a request of ``origin``; None for nothing."""
        rule = self.origin
        if callable(rule):
            return _allowed(_checked(rule(origin), origin, self.credentials), origin)
        return _allowed(rule, origin)


def _checked(found: Origin | None, origin: str | None, credentials: bool) -> Origin:
    """Take what a function returns: True, and the origin that it was given, stand for that origin."""
    if found is None or (isinstance(found, str) and found in ("", origin)):
        return bool(found)
    if found is not True:
        _check_origin(found, credentials)
    return found


def _allowed(rule: object, origin: str | None) -> str | None:
    if isinstance(rule, str):
        return rule
    return origin if rule and origin is not None and _matches(rule, origin) else None


def _matches(rule: object, origin: str) -> bool:
    """Compare an origin whole, and to the letter: no browser spells it otherwise."""
    if isinstance(rule, str):
        return rule == origin
    if isinstance(rule, re.Pattern):
        return rule.fullmatch(origin) is not None
    if isinstance(rule, _LISTS):
        return any(_matches(one, origin) for one in rule)
    # True stands for any origin, but for "null": sandboxed pages of any site send it, so it has to be named.
    return rule is True and _SENT.fullmatch(origin) is not None


# --- Options ----------------------------------------------------------------------------------------------

_HOST = r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])"
_ORIGIN = re.compile(rf"null|(?!http://[^:]+:80$|https://[^:]+:443$)[a-z][a-z0-9+.-]*://{_HOST}(?::[0-9]+)?")
_SITE = re.compile(rf"(https?://)?({_HOST})(:[0-9]+)?(?:[/?#].*)?", re.IGNORECASE)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_EXAMPLE = 're.compile(r"https://([a-z0-9-]+\\.)*example\\.com")'

_LISTS = (list, tuple, set, frozenset)

# Whoever matches one of these lets every site in: any can have a frame of the origin "null".
_ANYBODY = ("https://nobody.invalid", "http://nobody.invalid", "null")


def _check_origin(origin: object, credentials: bool) -> None:
    """TypeError or ValueError for an origin that no browser sends, and for credentials with any of them."""
    if callable(origin):
        if is_async(origin):
            raise TypeError("with_cors: origin is asked before the handler runs: its function must be def")
        if not takes(origin, 1):
            raise TypeError("with_cors: origin is called with the origin alone, and returns what is allowed")
    elif isinstance(origin, bool) or origin == "*":
        if origin and credentials:
            _refuse_credentials(origin)
    elif isinstance(origin, _LISTS):
        for one in origin:
            _check_one(one, credentials)
    else:
        _check_one(origin, credentials)


def _refuse_credentials(origin: object) -> None:
    raise ValueError(
        f"with_cors: origin={origin!r} with credentials lets every site act as your user:"
        " name the origins that may"
    )


def _check_one(origin: object, credentials: bool) -> None:
    if isinstance(origin, re.Pattern):
        _check_pattern(origin, credentials)
    elif not isinstance(origin, str):
        raise TypeError(
            f"with_cors: origin must be an origin, a pattern, a list of them, True or False, not {origin!r}"
        )
    elif origin == "*":
        raise ValueError('with_cors: "*" is no origin among others: write origin="*"')
    elif not _ORIGIN.fullmatch(origin):
        raise ValueError(f"with_cors: {origin!r} is no origin that a browser sends{_mend(origin)}")
    elif origin == "null" and credentials:  # any site can have a frame of that origin
        _refuse_credentials(origin)


def _mend(origin: str) -> str:
    if "*" in origin:
        return f": for many hosts write origin={_EXAMPLE}"
    found = _SITE.fullmatch(origin)
    if found is None:
        return ": write its scheme and host, 'https://example.com'"
    scheme = (found[1] or "https://").lower()
    port = "" if found[3] == {"http://": ":80", "https://": ":443"}[scheme] else found[3] or ""
    return f": did you mean {scheme + found[2].lower() + port!r}?"


def _check_pattern(pattern: re.Pattern[Any], credentials: bool) -> None:
    """Refuse one that can match no whole origin: in JavaScript it would find itself anywhere in one."""
    if not isinstance(pattern.pattern, str) or "://" not in pattern.pattern.replace("\\", ""):
        raise ValueError(
            f"with_cors: {pattern.pattern!r} must match a whole origin, scheme included: {_EXAMPLE}"
        )
    if credentials and any(pattern.fullmatch(anybody) for anybody in _ANYBODY):
        _refuse_credentials(pattern)


def _names(option: str, value: object, credentials: bool) -> str:
    """Give names as they are sent; TypeError or ValueError for what is none."""
    names = value.split(",") if isinstance(value, str) and value else value or ()
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"with_cors: {option} must be a list of names, not {value!r}")
    names = [name.strip() for name in names]
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"with_cors: {name!r} is no name for {option}")
        if option == "methods" and name != name.upper():
            raise ValueError(f"with_cors: methods are in capitals: {name.upper()!r}, not {name!r}")
        if credentials and name == "*":
            raise ValueError(f'with_cors: with credentials "*" is a mere name to browsers: list the {option}')
    return ",".join(names)


def _max_age(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"with_cors: maxAge must be a whole number of seconds, not {value!r}")
    return str(value)


def _status(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"with_cors: optionsSuccessStatus must be a number, not {value!r}")
    if not 200 <= value <= 299:
        raise ValueError(f"with_cors: browsers take 200 to 299 as optionsSuccessStatus, not {value}")
    return value

"""``set_cookie`` and ``delete_cookie``: cookies beside those that an answer has already."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from nextwsgi.middleware.handlers import with_known_options
from nextwsgi.node import serialize_cookie
from nextwsgi.outgoing import each
from nextwsgi.response import NextApiResponse

# Browsers drop a longer one without a word (RFC 6265bis, 5.7).
LONGEST = 4096

# A name that begins so is kept only by these rules (RFC 6265bis, 4.1.3), whatever its case.
_HOST, _SECURE = "__host-", "__secure-"

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE | re.ASCII)
_PRIORITIES = {"low": "Low", "medium": "Medium", "high": "High"}


@with_known_options
def set_cookie(
    res: NextApiResponse[Any],
    name: str,
    value: str,
    *,
    maxAge: float | None = None,
    expires: datetime | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httpOnly: bool = False,
    sameSite: bool | str | None = None,
    partitioned: bool = False,
    priority: str | None = None,
) -> None:
    """Add a cookie to the answer. Others stay; one of the same name, domain and path gives way.

    The options are those of npm's ``cookie``: ``maxAge`` in seconds, ``expires`` in UTC where it has no zone,
    ``sameSite`` "strict" (also True), "lax" or "none", ``priority`` "low", "medium" or "high". ``path`` is
    "/" unless given; None leaves the browser to take the folder of the request. The value is sent
    percent-encoded, as ``req.cookies`` reads it.

    ValueError for what no cookie may hold, and for one that browsers would drop; TypeError for a value that
    is no text; RuntimeError once the head was sent.
    """
    if not hasattr(res, "headersSent"):
        raise TypeError(f"set_cookie takes res first, set_cookie(res, name, value), not {type(res).__name__}")
    if res.headersSent:
        raise RuntimeError(f"set_cookie({name!r}) comes after the answer: call it before res.json or res.end")
    _check_types(name, value, maxAge, expires)
    _check_kinds(str | None, "text", path=path, domain=domain)
    _check_kinds(bool, "True or False", secure=secure, httpOnly=httpOnly, partitioned=partitioned)
    _check_place(name, path, domain)
    if not secure:
        _check_insecure(name, sameSite, partitioned)
    line = serialize_cookie(
        name,
        value,
        maxAge=maxAge,
        expires=expires,
        path=path,
        domain=domain,
        secure=secure,
        httpOnly=httpOnly,
        sameSite=sameSite,
    )
    if len(line.partition(";")[0]) > LONGEST:
        raise ValueError(f"the cookie {name!r} is over {LONGEST} bytes: browsers would drop it")
    _add(res, line + "; Partitioned" * partitioned + _priority(priority))


def _add(res: NextApiResponse[Any], line: str) -> None:
    # RFC 6265, 4.1.1: a name once in an answer. Of two, browsers keep the last and other clients the first.
    same = _identity(line)
    kept = [other for other in each(res.getHeader("Set-Cookie") or []) if _identity(other) != same]
    res.setHeader("Set-Cookie", [*kept, line])


def delete_cookie(
    res: NextApiResponse[Any],
    name: str,
    *,
    path: str | None = "/",
    domain: str | None = None,
    partitioned: bool = False,
) -> None:
    """Have the client forget a cookie, which must have been set with this path, domain and ``partitioned``.

    ValueError and RuntimeError as from ``set_cookie``.
    """
    # Where a browser wants Secure for the name, it wants it for the deletion too.
    secure = partitioned or name.lower().startswith((_HOST, _SECURE))
    set_cookie(
        res,
        name,
        "",
        maxAge=0,
        expires=datetime.fromtimestamp(0, UTC),
        path=path,
        domain=domain,
        secure=secure,
        partitioned=partitioned,
    )


def _check_types(name: object, value: object, maxAge: object, expires: object) -> None:
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"set_cookie takes a name and a value as text, not {name!r:.40} and {value!r:.40}")
    if isinstance(maxAge, bool) or not isinstance(maxAge, int | float | None):
        raise TypeError(f"set_cookie: maxAge must be a number of seconds, not {maxAge!r}")
    if not isinstance(expires, datetime | None):
        raise TypeError(f"set_cookie: expires must be a datetime, not {expires!r}")


def _check_kinds(kind: Any, name: str, **options: object) -> None:
    for option, value in options.items():
        if not isinstance(value, kind):
            raise TypeError(f"set_cookie: {option} must be {name}, not {value!r:.40}")


def _check_place(name: str, path: str | None, domain: str | None) -> None:
    """ValueError for a cookie that would go elsewhere than it says."""
    if domain is not None and not _DOMAIN.fullmatch(domain):
        raise ValueError(f"illegal cookie domain: {domain!r}")
    if path is not None and not path.startswith("/"):
        raise ValueError(f"illegal cookie path: {path!r} does not begin with /")
    if name.lower().startswith(_HOST) and (path != "/" or domain is not None):
        raise ValueError(f"the cookie {name!r}: browsers take this prefix with path='/' and no domain only")


def _check_insecure(name: str, sameSite: bool | str | None, partitioned: bool) -> None:
    """ValueError for a cookie that browsers drop because it is not Secure."""
    unwanted = {
        "sameSite='none'": str(sameSite).lower() == "none" and sameSite is not None,
        "partitioned": partitioned,
        "this prefix": name.lower().startswith((_HOST, _SECURE)),
    }
    for what, found in unwanted.items():
        if found:
            raise ValueError(f"the cookie {name!r}: browsers take {what} with secure=True only")


def _priority(value: str | None) -> str:
    if value is None:
        return ""
    word = _PRIORITIES.get(str(value).lower())
    if word is None:
        raise ValueError(f"illegal cookie priority: {value!r}")
    return f"; Priority={word}"


def _identity(line: object) -> tuple[str, str, str, bool]:
    """Give what tells one cookie of a browser from another: name, domain, path, and whose partition."""
    pair, *parts = str(line).split(";")
    attributes = {name.strip().lower(): value.strip() for name, _, value in (p.partition("=") for p in parts)}
    domain = attributes.get("domain", "").lower().removeprefix(".")
    return pair.partition("=")[0].strip(), domain, attributes.get("path", ""), "partitioned" in attributes

"""``request.cookies`` and ``response.cookies``, as Next.js has them beside the classes of the web."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Self

from nextwsgi.node import decode_component, encode_uri_component
from nextwsgi.web.headers import Headers
from nextwsgi.web.text import to_text

_OPTIONS = (
    *("path", "expires", "maxAge", "domain", "secure", "httpOnly", "sameSite", "partitioned", "priority"),
)


class Cookie(dict[str, Any]):
    """A cookie's ``name``, ``value`` and options, as attributes and as keys."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        if name in _OPTIONS:
            return None
        raise AttributeError(name)


class _Cookies:
    """Cookies by name, in order."""

    def __init__(self) -> None:
        self._known: dict[str, Cookie] = {}

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._known)

    def get(self, name: str | Mapping[str, Any]) -> Cookie | None:
        """Give a cookie, ``get("a").value``; None when there is none."""
        return self._known.get(_name(name))

    def getAll(self, name: str | Mapping[str, Any] | None = None) -> list[Cookie]:
        """List the cookies, or those of one name."""
        return [each for each in self._known.values() if name is None or each["name"] == _name(name)]

    def has(self, name: str) -> bool:
        """Tell whether there is a cookie of that name."""
        return name in self._known

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[tuple[str, Cookie]]:
        return iter([*self._known.items()])

    def __len__(self) -> int:
        return len(self._known)

    def __bool__(self) -> bool:
        return True


class RequestCookies(_Cookies):
    """What the client sent; the last of a repeated name counts. Changes go to the ``Cookie`` header."""

    def __init__(self, headers: Headers) -> None:
        super().__init__()
        self._headers = headers
        for name, value in parse(headers.get("cookie") or ""):
            self._known[name] = Cookie(name=name, value=value)

    def set(self, name: str | Mapping[str, Any], value: object = None) -> Self:
        """Set a cookie's value."""
        key, text = (name["name"], name["value"]) if isinstance(name, Mapping) else (name, value)
        self._known[key] = Cookie(name=key, value=to_text(text))
        return self._write()

    def delete(self, names: str | list[str]) -> bool | list[bool]:
        """Drop a cookie, or several, and tell whether there was one."""
        found = [self._known.pop(name, None) is not None for name in _list(names)]
        self._write()
        return found if isinstance(names, list) else found[0]

    def clear(self) -> Self:
        """Drop all cookies."""
        self._known.clear()
        return self._write()

    def toString(self) -> str:
        """Give the ``Cookie`` header."""
        pairs = self._known.values()
        return "; ".join(f"{each['name']}={encode_uri_component(each['value'])}" for each in pairs)

    __str__ = toString

    def _write(self) -> Self:
        self._headers.set("cookie", self.toString())
        return self


class ResponseCookies(_Cookies):
    """The cookies that an answer sets: each is a ``Set-Cookie`` line of its headers."""

    def __init__(self, headers: Headers) -> None:
        super().__init__()
        self._headers = headers
        for line in headers.getSetCookie():
            if cookie := _read(line):
                self._known[cookie["name"]] = cookie

    def set(self, name: str | Mapping[str, Any], value: object = "", **options: Any) -> Self:
        """Set a cookie: ``set("a", "1", httpOnly=True, maxAge=60)``; the path is "/" unless given.

        ValueError for a part that would end the cookie, or begin another one; TypeError for an option that
        no cookie has.
        """
        if isinstance(name, Mapping):
            given = {**name, **options}
            return self.set(given.pop("name"), given.pop("value", ""), **given)
        if wrong := set(options).difference(_OPTIONS):
            raise TypeError(f"a cookie has no {min(wrong)}: it takes {', '.join(_OPTIONS)}")
        cookie = _normal(Cookie(name=name, value=to_text(value), **options))
        serialize(cookie)  # refused before it is kept
        self._keep(cookie)
        return self

    def _keep(self, cookie: Cookie) -> None:
        self._known[cookie["name"]] = cookie
        self._headers.delete("set-cookie")
        for each in self._known.values():
            self._headers.append("set-cookie", serialize(each))

    def delete(self, name: str | Mapping[str, Any], **options: Any) -> Self:
        """Have the client forget a cookie, which must have been set with the same path and domain."""
        given = dict(name) if isinstance(name, Mapping) else {"name": name}
        kept = {key: value for key, value in {**given, **options}.items() if key not in ("value", "expires")}
        return self.set({**kept, "value": "", "expires": datetime.fromtimestamp(0, UTC)})

    def toString(self) -> str:
        """Give the cookies as their lines would be."""
        return "; ".join(serialize(each) for each in self._known.values())

    __str__ = toString


def parse(header: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of a ``Cookie`` header; what cannot be decoded is left out."""
    for pair in re.split("; *", header):
        name, mark, value = pair.partition("=")
        if not mark:
            if pair:
                yield pair, "true"
            continue
        with suppress(ValueError):
            yield name, decode_component(value)


def serialize(cookie: Mapping[str, Any]) -> str:
    """Write a ``Set-Cookie`` line; ValueError for what would end a part."""
    expires = cookie.get("expires")
    flags = {"secure": "Secure", "httpOnly": "HttpOnly", "partitioned": "Partitioned"}
    parts = [
        f"{cookie['name']}={encode_uri_component(cookie['value'])}",
        f"Path={cookie['path']}" if cookie.get("path") else "",
        f"Expires={format_datetime(_utc(expires), usegmt=True)}" if expires is not None else "",
        f"Max-Age={to_text(cookie['maxAge'])}" if _is_number(cookie.get("maxAge")) else "",
        f"Domain={cookie['domain']}" if cookie.get("domain") else "",
        *(flags[name] if cookie.get(name) else "" for name in ("secure", "httpOnly")),
        f"SameSite={to_text(cookie['sameSite'])}" if cookie.get("sameSite") else "",
        flags["partitioned"] if cookie.get("partitioned") else "",
        f"Priority={cookie['priority']}" if cookie.get("priority") else "",
    ]
    kept = [part for part in parts if part]
    # CVE-2024-47764: a part must neither end its cookie nor begin an attribute.
    if any(re.search(r"[;\x00-\x1f\x7f]", part) for part in kept) or not _NAME.fullmatch(cookie["name"]):
        raise ValueError(f"illegal cookie: {'; '.join(kept)!r:.100}")
    return "; ".join(kept)


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _normal(cookie: Cookie) -> Cookie:
    expires = cookie.get("expires")
    if isinstance(expires, int | float):  # JavaScript's time: milliseconds since 1970
        cookie["expires"] = datetime.fromtimestamp(expires / 1000, UTC)
    if _is_number(cookie.get("maxAge")) and cookie["maxAge"]:
        cookie["expires"] = datetime.now(UTC) + timedelta(seconds=cookie["maxAge"])
    if cookie.get("path") is None:
        cookie["path"] = "/"
    return cookie


def _read(line: str) -> Cookie | None:
    """Read a ``Set-Cookie`` line that was set by hand; None for what is none."""
    (name, value), *rest = dict(parse(line)).items() or [("", "")]
    try:
        cookie = Cookie(name=name, value=decode_component(value))
    except ValueError:
        return None
    given = {key.lower().replace("-", ""): text for key, text in rest}
    for option in _OPTIONS:
        if (found := _attribute(option, given.get(option.lower()))) is not None:
            cookie[option] = found
    return cookie if name else None


_KNOWN = {"sameSite": ("strict", "lax", "none"), "priority": ("low", "medium", "high")}


def _attribute(option: str, text: str | None) -> Any:
    if not text:
        return None
    if option == "expires":
        with suppress(ValueError):
            return parsedate_to_datetime(text)
        return None
    if option == "maxAge":
        return int(text) if re.fullmatch(r"-?\d{1,15}", text, re.ASCII) else None
    if option in ("secure", "httpOnly", "partitioned"):
        return True
    if option in _KNOWN:
        return text.lower() if text.lower() in _KNOWN[option] else None
    return text


def _name(name: str | Mapping[str, Any]) -> str:
    return name if isinstance(name, str) else name["name"]


def _list(names: str | list[str]) -> list[str]:
    return names if isinstance(names, list) else [names]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

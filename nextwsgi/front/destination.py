"""Where a redirect or a rewrite goes: a destination with the parameters of its source filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from nextwsgi.node import encode_uri_component, parse_query
from nextwsgi.patterns import Pattern, Value

Params = Mapping[str, Value]

_ORIGIN = re.compile(r"(https?://)([^/?#]*)(.*)", re.DOTALL)


class Target(NamedTuple):
    """A destination: ``origin`` is "" within the application; ``hash`` begins with ``#``, or is ""."""

    origin: str
    path: str
    query: dict[str, Value]
    hash: str


class Destination:
    """A destination, read; ValueError says what is wrong with it."""

    def __init__(self, text: str) -> None:
        self.text = text
        outside = _ORIGIN.fullmatch(text)
        self.scheme, host, rest = outside.groups() if outside else ("", "", text)
        rest, mark, fragment = rest.partition("#")
        path, _, search = rest.partition("?")
        self._query = parse_query(search)
        self.path = Pattern(path + mark + fragment or "/")
        self._host, self._port = _host(host)
        self.host_names = self._host.names
        """The parameters in its host."""
        self.names = {*self.path.names, *self.host_names}
        """The parameters in its path and host."""
        self.params = [*self.path.params, *self._host.params]

    @property
    def is_outside(self) -> bool:
        """Whether it is another origin's."""
        return bool(self.scheme)

    @property
    def has_place(self) -> bool:
        """Whether its host is a name or an address that can be asked, without a user's name before it."""
        is_host = self._host.params or re.fullmatch(
            r"[A-Za-z0-9](?:[\w.-]*\w)?\.?", self._host.text, re.ASCII
        )
        return bool(is_host) and int(self._port[1:7] or 0) < 65536

    def fill(self, params: Params, query: Mapping[str, Value], *, append: bool) -> Target:
        """Fill in parameters, over a request's query. ``append`` adds those it does not use to the query."""
        own = {name: _filled(value, params) for name, value in self._query.items()}
        if append and not self.names.intersection(params):
            own |= {name: value for name, value in params.items() if name not in own}
        path, mark, fragment = self.path.fill(params).partition("#")
        host = self._host.fill(params, encode_uri_component)
        origin = f"{self.scheme}{host}{self._port}" if self.scheme else ""
        path = path.replace("?", "%3F")  # what a condition found begins no query
        return Target(origin, path, {**query, **own}, mark + fragment)


def _host(text: str) -> tuple[Pattern, str]:
    """Part a host from its port, whose colon begins no parameter."""
    found = re.fullmatch(r"(.*?)(:[0-9]+)?", text, re.DOTALL)
    assert found is not None
    return Pattern(found[1]), found[2] or ""


def _filled(value: Value, params: Params) -> Value:
    return (
        [fill_text(each, params) for each in value] if isinstance(value, list) else fill_text(value, params)
    )


def fill_text(text: str, params: Params) -> str:
    """Fill parameters into text that is no path: ``:name`` and ``:name*``, for names that there are."""
    if not params or ":" not in text:
        return text
    names = "|".join(sorted(map(re.escape, params), key=len, reverse=True))
    found = re.compile(rf":({names})(?!\w)[*+?]?", re.ASCII)
    return found.sub(lambda name: _joined(params[name[1]], "" if name.start() else "/"), text)


def _joined(value: Value, mark: str) -> str:
    return mark.join(value) if isinstance(value, list) else value

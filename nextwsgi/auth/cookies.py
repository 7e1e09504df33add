"""The cookies in which Auth.js keeps a session: their names, and the pieces of those that are large."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

# A browser takes 4 kB for each cookie, and Node 16 kB for all headers of a request: no session has more.
PIECES = 16

NAMES = ("authjs.session-token", "next-auth.session-token")
"""Of Auth.js 5 and of NextAuth 4."""

SECURE = "__Secure-"


def session_cookies(cookies: Mapping[str, str], https: bool) -> Iterator[tuple[str, str]]:
    """Yield names and values of cookies that may hold a session, in the order in which they count.

    ``https`` is whether the front end is known to be served so: then only ``__Secure-`` cookies count, which
    no page of another host of the domain, and nobody on the wire, can set.
    """
    for name in NAMES:
        for prefix in (SECURE,) if https else (SECURE, ""):
            if value := _value(cookies, prefix + name):
                yield prefix + name, value


def _value(cookies: Mapping[str, str], name: str) -> str:
    """Join the pieces of a cookie by their numbers. Whole and in pieces at once, it is no token, as there."""
    pieces = [(-1, cookies[name])] if name in cookies else []
    numbered = re.compile(re.escape(name) + r"\.([0-9]{1,2})")
    for other, value in cookies.items():
        if found := numbered.fullmatch(other):
            pieces.append((int(found[1]), value))
    if len(pieces) > PIECES:
        return ""
    return "".join(value for _, value in sorted(pieces))

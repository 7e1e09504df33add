"""What signs somebody in or out comes from a page of this site, or from no page at all."""

from functools import wraps
from typing import Any

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import Handler
from nextwsgi.middleware.origin import is_own

# Each browser of today sends at least one of them with a POST; a program may send none.
TELL = ("origin", "sec-fetch-site", "referer")

# What a form sends, to any site and without asking it; for JSON a browser asks first.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def with_same_origin(handler: Handler) -> Handler:
    """Refuse what a page of another site makes its reader's browser send.

    The cookie does not protect a login: that needs none, and somebody who was logged in as somebody else
    without knowing it writes into the other's account.
    """

    @wraps(handler)
    def inner(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        if is_foreign(req.headers):
            res.status(403).json({"error": "Forbidden: send JSON, or a form from a page of this site"})
            return None
        return handler(req, res)

    return inner


def is_foreign(headers: dict[str, str]) -> bool:
    """Tell whether a page of another site may have sent a request with these headers."""
    if any(name in headers for name in TELL):
        return not is_own(headers, frozenset())
    return headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS

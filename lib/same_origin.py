"""What signs somebody in or out comes from a page of this site, or from no page at all."""

from functools import wraps
from typing import Any

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import Handler
from nextwsgi.middleware.origin import is_own


def with_same_origin(handler: Handler) -> Handler:
    """Refuse what a page of another site makes its reader's browser send.

    The cookie does not protect a login: that needs none, and somebody who was logged in as somebody else
    without knowing it writes into the other's account.
    """

    @wraps(handler)
    def inner(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        if not is_own(req.headers, frozenset()):
            res.status(403).json({"error": "Forbidden: send JSON, or a form from a page of this site"})
            return None
        return handler(req, res)

    return inner

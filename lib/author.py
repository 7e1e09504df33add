"""Who writes: a route that anybody may use, and that knows who is logged in."""

from functools import wraps

from nextwsgi import NextApiResponse
from nextwsgi.middleware import AuthRequest, Handler, with_auth


def with_author(handler: Handler) -> Handler:
    """Ask for a valid token where there is one; without any, ``req.user`` is empty."""
    logged_in = with_auth(handler)

    @wraps(handler)
    def inner(req: AuthRequest, res: NextApiResponse) -> object:
        if "authorization" in req.headers or "token" in req.cookies:
            return logged_in(req, res)
        req.user = {}
        return handler(req, res)

    return inner

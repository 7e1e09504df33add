"""Next.js API routes in Python: files of ``pages/api/`` with ``handler(req, res)``, served through WSGI."""

from nextwsgi.app import NextWSGI
from nextwsgi.errors import ApiError, RouteError
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

__all__ = ["ApiError", "NextApiRequest", "NextApiResponse", "NextWSGI", "RouteError"]

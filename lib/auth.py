"""Connect-style middleware: it calls ``next`` or answers itself."""

import logging
import os
from collections.abc import Callable
from hmac import compare_digest

import lib.settings  # noqa: F401 - it sets API_TOKEN
from nextwsgi import NextApiRequest, NextApiResponse

log = logging.getLogger(__name__)

Message = dict[str, str]


def authenticate(
    req: NextApiRequest,
    res: NextApiResponse[Message],
    next: Callable[[], object],
) -> None:
    """Go on to ``next`` for a client that sends the token of the environment's API_TOKEN."""
    token = os.environ.get("API_TOKEN")
    if not token:
        log.error("API_TOKEN is empty: give it a value, or remove it to have one made in .env.local")
        res.status(503).json({"error": "Not configured: API_TOKEN is empty"})
        return
    authorization = req.headers.get("authorization", "")
    # In constant time, and as bytes: compare_digest raises on text beyond ASCII.
    if compare_digest(authorization.encode("latin-1"), os.fsencode(f"Bearer {token}")):
        next()
    else:
        res.status(401).json({"message": "Unauthorized"})

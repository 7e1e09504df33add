"""What the demo says where it cannot read the session of a Next.js front end."""

import logging
from functools import lru_cache
from typing import Any

from nextwsgi import NextApiResponse

log = logging.getLogger(__name__)

ERROR = "Not configured: set a strong AUTH_SECRET, that of the Next.js front end, or BETTER_AUTH_URL"


def not_configured(res: NextApiResponse[Any], problem: ValueError) -> None:
    """Answer 503; what is wrong is for the log, once."""
    _tell(str(problem))
    res.status(503).json({"error": ERROR})


@lru_cache
def _tell(problem: str) -> None:
    log.error("/api/session: %s", problem)

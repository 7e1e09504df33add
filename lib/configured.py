"""What a service needs of the environment: a route whose service has it not answers 503, and says why."""

import logging
import os
from functools import lru_cache

from nextwsgi import ApiError

log = logging.getLogger(__name__)


class NotConfigured(ApiError):
    """A variable of the environment that a route needs is not set; the log says so once."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(503, f"Not configured: set {name}, {hint}")
        _tell(self.message)


def setting(name: str, hint: str) -> str:
    """Give a variable of the environment; NotConfigured where it is missing or empty.

    ``hint`` says what it is: ``"the signing secret of the webhook"``. It is sent, and must not be a secret.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise NotConfigured(name, hint)
    return value


@lru_cache
def _tell(message: str) -> None:
    log.error(message)

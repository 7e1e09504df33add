"""What stands around a handler: each takes a handler and returns one, alone or in ``compose``."""

from typing import NoReturn

from nextwsgi.middleware.auth import AuthRequest, with_auth
from nextwsgi.middleware.compose import Next, compose
from nextwsgi.middleware.cookies import delete_cookie, set_cookie
from nextwsgi.middleware.cors import with_cors
from nextwsgi.middleware.handlers import Handler, Wrapper
from nextwsgi.middleware.methods import methods
from nextwsgi.middleware.rate_limit import with_rate_limit
from nextwsgi.middleware.token import sign_token
from nextwsgi.middleware.validation import with_validation

__all__ = [
    "AuthRequest",
    "Handler",
    "Next",
    "Wrapper",
    "compose",
    "delete_cookie",
    "methods",
    "set_cookie",
    "sign_token",
    "with_auth",
    "with_cors",
    "with_rate_limit",
    "with_validation",
]


def _misspelt(name: str) -> NoReturn:
    for known in __all__:
        if name.replace("_", "").lower() == known.replace("_", "").lower():
            raise ImportError(f"nextwsgi.middleware has no {name}: it is called {known}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# Not by def: type checkers would take every name for one of the module's.
globals()["__getattr__"] = _misspelt

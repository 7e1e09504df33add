"""Errors on their way to Sentry: each exception once, with the pattern of its route, and without secrets."""

import logging
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from nextwsgi import ApiError
from nextwsgi.server import after

# What these variables hold is secret, and what is after the "?" of a request, and in these headers.
_NAMES = re.compile("SECRET|TOKEN|PASSWORD|KEY|DSN|AUTH|CREDENTIAL|_URL|_URI")
_HEADERS = ("authorization", "cookie", "proxy-authorization", "x-api-key")

# What is shorter is too common a text to be looked for in others.
SHORTEST = 8

FILTERED = "[Filtered]"


def dsn() -> str:
    """Name where errors go; "" for nowhere."""
    return os.environ.get("SENTRY_DSN", "")


def start() -> None:
    """Set Sentry up for this process where SENTRY_DSN is set; ValueError says what is wrong with that."""
    if not dsn():
        return
    sentry = _sdk()
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import EventHandler
    from sentry_sdk.utils import BadDsn

    try:
        sentry.init(
            dsn(),
            environment=os.environ.get("NODE_ENV"),
            # The others report what is logged as well, and add arguments, URLs and queries to it.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[AtexitIntegration(callback=lambda pending, timeout: None)],  # noqa: ARG005
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            before_send=lambda event, hint: _filtered(event, _secrets_of_environment()),  # noqa: ARG005
        )
    except BadDsn:
        raise ValueError("SENTRY_DSN cannot be read: it looks like https://key@host/1") from None
    # Of what is left behind no request tells: it is over.
    logging.getLogger("nextwsgi.after").addHandler(EventHandler(logging.ERROR))


def report(error: BaseException, request: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    """Send an exception to Sentry, in a thread of Sentry's own; an answer below 500 is none."""
    if not dsn() or (isinstance(error, ApiError) and error.status < 500):
        return
    sentry = _sdk()
    secrets = [*_secrets_of_request(request)]

    def describe(event: Any, _: object) -> Any:
        # The pattern in place of the path: what is in the path may be a token.
        event["request"] = {"method": request["method"], "url": context["routePath"]}
        return _filtered(event, secrets)

    with sentry.new_scope() as scope:
        scope.set_transaction_name(context["routePath"], source="route")
        scope.add_event_processor(describe)
        scope.capture_exception(error)
    if os.environ.keys() & {"AWS_LAMBDA_FUNCTION_NAME", "VERCEL"}:
        after(sentry.flush)  # the process is frozen between requests


def _sdk() -> Any:
    try:
        import sentry_sdk  # slow to import, and for those who have set SENTRY_DSN
    except ModuleNotFoundError:
        raise RuntimeError(
            "SENTRY_DSN is set, and sentry-sdk is missing: pip install 'nextwsgi[sentry]'"
        ) from None
    return sentry_sdk


# --- secrets ----------------------------------------------------------------------------------------------


def _secrets_of_environment() -> list[str]:
    values = [value for name, value in os.environ.items() if _NAMES.search(name.upper())]
    return [*values, *(password for value in values if (password := _password(value)))]


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def _secrets_of_request(request: Mapping[str, Any]) -> Iterable[str]:
    pairs = re.split("[&;, ]", request["path"].partition("?")[2])
    for name in _HEADERS:
        pairs += re.split("[;, ]", request["headers"].get(name, ""))
    for pair in pairs:
        value = pair.partition("=")[2] or pair
        yield from (value, unquote(value), unquote_plus(value))


def _filtered(value: Any, secrets: Iterable[str]) -> Any:
    """Give a value with every secret in its texts replaced, the longest first."""
    found = sorted({each for each in secrets if len(each) >= SHORTEST}, key=len, reverse=True)
    if not found:
        return value
    return _replaced(value, re.compile("|".join(map(re.escape, found))))


def _replaced(value: Any, secret: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return secret.sub(FILTERED, value)
    if isinstance(value, Mapping):
        return {name: _replaced(each, secret) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, secret) for each in value]
    return value

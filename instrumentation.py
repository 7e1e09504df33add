"""What watches the demo: its errors go to the Sentry that SENTRY_DSN names."""

from collections.abc import Mapping
from typing import Any

from lib import sentry


def register() -> None:
    sentry.start()


def on_request_error(error: BaseException, request: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    sentry.report(error, request, context)

"""Stripe's events, as the webhook gets them."""

from typing import Any

from stripe import Event, SignatureVerificationError, Webhook

from lib.webhooks import is_event_id


class EventError(ValueError):
    """A request that brings no event of Stripe's; its text has nothing of a secret."""


def construct_event(payload: bytes, sig: str | None, secret: str) -> Event:
    """Check the signature of a request's bytes and give the event in them; EventError for any other."""
    try:
        event: Event = Webhook.construct_event(payload, sig, secret)
    except SignatureVerificationError as error:
        raise EventError(str(error)) from None
    except UnicodeDecodeError:
        raise EventError("The payload is not UTF-8") from None
    # What the package raises for signatures beyond ASCII, and for JSON that is no event.
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise EventError("The payload is no event, or its signature none") from None
    if not is_event_id(_at(event, "id")) or _at(event, "data", "object", "id") is None:
        raise EventError("The payload is no event")
    return event


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = getattr(value, name, None)
    return value

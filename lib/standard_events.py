"""Events of all who sign them as Standard Webhooks says (standardwebhooks.com): Clerk, Resend, Svix ..."""

from typing import Any, NamedTuple

from standardwebhooks import Webhook, WebhookVerificationError

from lib.configured import NotConfigured
from lib.webhooks import is_event_id


class EventError(ValueError):
    """A request that brings no event of the sender's; its text has nothing of a secret."""


class Event(NamedTuple):
    """An event: its id is the same however often it is sent, ``data`` is what the sender says of it."""

    id: str
    type: str
    data: Any


def read_event(payload: bytes, headers: dict[str, str], secret: str) -> Event:
    """Check the signature of a request's bytes and give the event in them; EventError for any other."""
    webhook = _webhook(secret)
    try:
        found = webhook.verify(payload, headers)
    except WebhookVerificationError as error:
        raise EventError(str(error)) from None
    # What the package raises for headers that are none, and for what is no JSON.
    except (ValueError, RecursionError):
        raise EventError("The payload is no event, or its signature none") from None
    number, kind = headers["webhook-id"], found.get("type") if isinstance(found, dict) else None
    if not (is_event_id(number) and isinstance(kind, str)):
        raise EventError("The payload is no event")
    return Event(number, kind, found.get("data"))


def _webhook(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except Exception as error:
        raise NotConfigured("WEBHOOK_SECRET", "as its sender shows it: whsec_ and base64") from error

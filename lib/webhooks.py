"""Events of webhooks, each of which is handled once however often it is sent."""

from collections.abc import Callable

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lib.database import session
from lib.models import EVENT_ID, WebhookEvent
from lib.schemas import is_storable


class _Repeated(Exception):
    """The event has been handled."""


def is_event_id(value: object) -> bool:
    """Tell whether a value can be the id of an event."""
    return isinstance(value, str) and 0 < len(value) <= EVENT_ID and is_storable(value)


def handle_once(sender: str, id: str, handle: Callable[[Session], object]) -> bool:
    """Call ``handle`` with a session of the database, unless it has handled this event; tell whether it did.

    What it does in that session is kept together with the mark that it was done, or neither is: after a
    failure the sender sends the event again.
    """
    try:
        with session() as db:
            _mark(db, sender, id)
            handle(db)
    except _Repeated:
        return False
    return True


def _mark(db: Session, sender: str, id: str) -> None:
    # First, and not asked before: of two at once the second waits here for what becomes of the first.
    try:
        db.execute(insert(WebhookEvent).values(sender=sender, id=id))
    except IntegrityError:
        raise _Repeated from None

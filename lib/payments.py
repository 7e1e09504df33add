"""What became of payments, as Stripe's events tell it."""

from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from lib.models import Payment
from lib.schemas import PaymentSchema
from nextwsgi import ApiError


def handle_successful_payment(db: Session, payment_intent: Any) -> None:
    """Keep that somebody has paid; ApiError 400 for what is no payment."""
    db.add(Payment(status="succeeded", **_fields(payment_intent)))


def handle_failed_payment(db: Session, payment_intent: Any) -> None:
    """Keep that somebody tried to pay; ApiError 400 for what is no payment."""
    db.add(Payment(status="failed", **_fields(payment_intent)))


def _fields(payment_intent: Any) -> dict[str, Any]:
    names = ("id", "amount", "currency")
    try:
        found = PaymentSchema().load({name: getattr(payment_intent, name, None) for name in names})
    except ValidationError:
        raise ApiError(400, "Webhook Error: the event has no payment") from None
    return {"intent": found["id"], "amount": found["amount"], "currency": found["currency"]}

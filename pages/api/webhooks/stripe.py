import logging

from lib.configured import setting
from lib.database import with_database
from lib.payments import handle_failed_payment, handle_successful_payment
from lib.stripe_events import EventError, construct_event
from lib.webhooks import handle_once
from nextwsgi import NextApiRequest, NextApiResponse

log = logging.getLogger(__name__)

config = {"api": {"bodyParser": False}}


@with_database
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    sig = req.headers.get("stripe-signature")
    endpoint_secret = setting("STRIPE_WEBHOOK_SECRET", "the signing secret of this endpoint (whsec_...)")

    try:
        # The bytes as they came: JSON that was parsed and written again has another signature
        event = construct_event(req.rawBody, sig, endpoint_secret)
    except EventError as error:
        log.warning("Webhook signature verification failed: %s", error)
        return res.status(400).send(f"Webhook Error: {error}")

    # Handle the event
    match event.type:
        case "payment_intent.succeeded":
            payment_intent = event.data.object
            handle_once("stripe", event.id, lambda db: handle_successful_payment(db, payment_intent))

        case "payment_intent.payment_failed":
            failed_payment = event.data.object
            handle_once("stripe", event.id, lambda db: handle_failed_payment(db, failed_payment))

        case _:
            log.info("Unhandled event type %r", event.type)

    return res.status(200).json({"received": True})

import logging

from sqlalchemy.orm import Session

from lib.configured import setting
from lib.database import with_database
from lib.standard_events import Event, EventError, read_event
from lib.webhooks import handle_once
from nextwsgi import NextApiRequest, NextApiResponse

log = logging.getLogger(__name__)

config = {"api": {"bodyParser": False}}


@with_database
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    secret = setting("WEBHOOK_SECRET", "the signing secret that the sender shows (whsec_...)")

    try:
        event = read_event(req.rawBody, req.headers, secret)
    except EventError as error:
        log.warning("Webhook signature verification failed: %s", error)
        return res.status(400).send(f"Webhook Error: {error}")

    handle_once("standard", event.id, lambda db: handle_event(db, event))
    return res.status(200).json({"received": True})


def handle_event(db: Session, event: Event) -> None:
    log.info("Event %s of type %r", event.id, event.type)

from nextwsgi.events import format_event


def handler(req, res):
    try:
        res.send(format_event(req.body, id=req.headers.get("last-event-id")))
    except (ValueError, TypeError) as error:
        res.status(400).send(ascii(error))

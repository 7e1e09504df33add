from nextwsgi.events import EventStream


def handler(req, res):
    with EventStream(req, res) as events:
        for _ in range(int(req.query["times"])):
            events.send(req.query["id"])
            if not events.wait(0):
                return

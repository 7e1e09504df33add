from lib.channel import subscribe
from lib.chat import CHANNEL
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.events import EventStream


def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method not in ("GET", "HEAD"):
        res.setHeader("Allow", ["GET", "HEAD"])
        res.status(405).json({"error": "Method not allowed"})
        return

    # Subscribed first: whoever sees the answer begin misses nothing that is said from then on
    with subscribe(CHANNEL) as messages, EventStream(req, res) as events:
        # False once the reader has left or the worker stops
        while events.wait(0):
            message = messages.get(timeout=1)
            if message is not None:
                events.send(message)

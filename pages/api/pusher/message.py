import asyncio
import logging

import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.pusher import is_socket_id, may_join, trigger
from lib.schemas import is_storable
from lib.upstream import Failed
from lib.users import get_user_by_id
from nextwsgi import ApiError, NextApiResponse
from nextwsgi.middleware import AuthRequest, with_auth

log = logging.getLogger(__name__)

CHANNEL = "presence-chat"
LONGEST = 1000


@with_auth
async def handler(req: AuthRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    body = req.body if isinstance(req.body, dict) else {}
    message, channel = body.get("message"), body.get("channel_name", CHANNEL)
    socket_id = body.get("socket_id")  # the sender's own, which shows the message already

    if not isinstance(message, str) or not 1 <= len(message.strip()) <= len(message) <= LONGEST:
        return res.status(400).json({"error": f"message must be a text of 1 to {LONGEST} characters"})
    if not is_storable(message) or not (socket_id is None or is_socket_id(socket_id)):
        return res.status(400).json({"error": "message or socket_id is none"})

    try:
        # The database would stop the event loop
        user = await asyncio.to_thread(get_user_by_id, req.user.get("userId"))
        if not user or not may_join(channel, user["id"]):
            return res.status(403).json({"error": "Forbidden"})

        await trigger(channel, "message", {"message": message, "from": user["name"]}, socket_id)

        return res.status(200).json({"message": "Message sent"})
    except Failed as error:
        log.error("Pusher: %s", error.reason)
        return res.status(error.status).json({"error": "Failed to send the message"})
    except ApiError as error:  # the database is away, or there are no settings
        return res.status(error.status).json({"error": error.message})

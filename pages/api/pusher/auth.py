import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.database import with_database
from lib.pusher import authorize, is_socket_id, may_join
from lib.users import get_user_by_id
from nextwsgi import NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, with_auth


@compose(with_auth, with_database)
def handler(req: AuthRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    # pusher-js sends a form, or JSON where it was told so
    body = req.body if isinstance(req.body, dict) else {}
    socket_id, channel = body.get("socket_id"), body.get("channel_name")

    user = get_user_by_id(req.user.get("userId"))
    if not user or not is_socket_id(socket_id) or not may_join(channel, user["id"]):
        return res.status(403).json({"error": "Forbidden"})

    res.setHeader("Cache-Control", "no-store")
    return res.status(200).json(authorize(socket_id, channel, user))

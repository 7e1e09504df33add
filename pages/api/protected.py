import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.database import with_database
from lib.users import get_user_by_id
from nextwsgi import NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, with_auth


@compose(with_auth, with_database)
def handler(req: AuthRequest, res: NextApiResponse) -> None:
    # Verify authentication: with_auth has
    user = req.user

    # Handle the protected route
    data = get_user_by_id(user.get("userId"))
    if not data:
        # Deleted since: the token does not know
        res.setHeader("WWW-Authenticate", "Bearer")
        return res.status(401).json({"error": "Unauthorized"})

    res.setHeader("Cache-Control", "no-store")
    return res.status(200).json({"data": data, "user": user})

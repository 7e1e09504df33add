import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.schemas import UserSchema
from nextwsgi import NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, with_auth, with_rate_limit, with_validation


def handler(req: AuthRequest, res: NextApiResponse[dict[str, bool]]) -> None:
    # Your main logic here
    res.status(200).json({"success": True})


handler = compose(
    with_rate_limit(100),  # 100 requests per hour
    with_auth,
    with_validation(UserSchema),
)(handler)

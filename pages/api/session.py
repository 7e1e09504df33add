import lib.settings  # noqa: F401 - get_session wants AUTH_SECRET
from lib.session import not_configured
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.auth import Session, get_session


async def handler(req: NextApiRequest, res: NextApiResponse[Session | dict[str, str]]) -> None:
    try:
        session = await get_session(req)
    except ValueError as error:
        not_configured(res, error)
        return

    if not session:
        res.status(401).json({"error": "Unauthorized"})
        return

    # Continue with API logic
    res.setHeader("Cache-Control", "no-store")
    res.status(200).json(session)

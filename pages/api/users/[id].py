import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.database import with_database
from lib.schemas import ChangesSchema
from lib.users import delete_user, get_user_by_id, update_user
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, methods, with_auth, with_validation


def handle_get(req: NextApiRequest, res: NextApiResponse) -> None:
    id = req.query["id"]
    user = get_user_by_id(id)
    if not user:
        return res.status(404).json({"error": "User not found"})
    return res.status(200).json(user)


def handle_put(req: AuthRequest, res: NextApiResponse) -> None:
    id = req.query["id"]
    updated_user = update_user(id, req.body, req.user)
    res.status(200).json(updated_user)


def handle_delete(req: AuthRequest, res: NextApiResponse) -> None:
    id = req.query["id"]
    delete_user(id, req.user)
    res.status(204).end()


handler = with_database(
    methods(
        GET=handle_get,
        PUT=compose(with_auth, with_validation(ChangesSchema))(handle_put),
        DELETE=with_auth(handle_delete),
    )
)

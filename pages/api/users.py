import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.database import with_database
from lib.pagination import link_next
from lib.registration import register, with_registration_limit
from lib.schemas import IdChangesSchema, IdSchema, PageSchema, UserSchema
from lib.users import UserData, create_user, delete_user, fetch_users, update_user
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, methods, with_auth, with_validation

register_user = with_registration_limit(register)


def handle_get(req: NextApiRequest, res: NextApiResponse[list[UserData]]) -> None:
    users, more = fetch_users(**req.query)
    if more:
        link_next(req, res)
    res.status(200).json(users)


def handle_post(req: NextApiRequest, res: NextApiResponse) -> None:
    if "password" in req.body:
        return register_user(req, res)
    user = create_user(req.body)
    return res.status(201).json(user)


def handle_put(req: AuthRequest, res: NextApiResponse[UserData]) -> None:
    user = update_user(req.body["id"], req.body, req.user)
    res.status(200).json(user)


def handle_delete(req: AuthRequest, res: NextApiResponse) -> None:
    delete_user(req.body["id"], req.user)
    res.status(204).end()


handler = with_database(
    methods(
        GET=with_validation(query=PageSchema)(handle_get),
        POST=with_validation(UserSchema)(handle_post),
        PUT=compose(with_auth, with_validation(IdChangesSchema))(handle_put),
        DELETE=compose(with_auth, with_validation(IdSchema))(handle_delete),
    )
)

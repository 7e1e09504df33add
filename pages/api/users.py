import lib.settings  # noqa: F401 - with_auth wants JWT_SECRET
from lib.database import with_database
from lib.pages import link_next
from lib.password import PasswordError
from lib.schemas import IdChangesSchema, IdSchema, PageSchema, UserSchema
from lib.users import UserData, create_user, delete_user, fetch_users, update_user
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import (
    AuthRequest,
    compose,
    methods,
    with_auth,
    with_rate_limit,
    with_validation,
)


def handle_get(req: NextApiRequest, res: NextApiResponse[list[UserData]]) -> None:
    users, more = fetch_users(**req.query)
    if more:
        link_next(req, res)
    res.status(200).json(users)


def handle_post(req: NextApiRequest, res: NextApiResponse) -> None:
    if "password" in req.body:
        return create_with_password(req, res)
    user = create_user(req.body)
    return res.status(201).json(user)


@with_rate_limit(100)  # 100 requests per hour: a password takes a quarter of a second to hash
def create_with_password(req: NextApiRequest, res: NextApiResponse) -> None:
    try:
        user = create_user(req.body)
        return res.status(201).json(user)
    except PasswordError as error:
        details = [{"field": "password", "message": str(error)}]
        return res.status(400).json({"error": "Validation failed", "details": details})


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

from lib.database import with_database
from lib.password import PasswordError
from lib.same_origin import with_same_origin
from lib.schemas import RegistrationSchema
from lib.users import create_user
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import compose, with_rate_limit, with_validation


@with_validation(RegistrationSchema)
def register(req: NextApiRequest, res: NextApiResponse) -> None:
    try:
        user = create_user(req.body)
        return res.status(201).json(user)
    except PasswordError as error:
        details = [{"field": "password", "message": str(error)}]
        return res.status(400).json({"error": "Validation failed", "details": details})


@compose(with_same_origin, with_rate_limit(100), with_database)  # 100 requests per hour
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    return register(req, res)

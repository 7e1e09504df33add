from lib.database import with_database
from lib.registration import register, with_registration_limit
from lib.same_origin import with_same_origin
from lib.schemas import RegistrationSchema
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import compose, with_validation

register_user = with_validation(RegistrationSchema)(register)


@compose(with_same_origin, with_registration_limit, with_database)
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    return register_user(req, res)

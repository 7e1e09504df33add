"""Making a user who can log in, wherever it is asked for."""

from lib.password import PasswordError
from lib.users import create_user
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import with_rate_limit

# 100 an hour, all routes together: a password takes a quarter of a second to hash.
with_registration_limit = with_rate_limit(100, name="registration")


def register(req: NextApiRequest, res: NextApiResponse) -> None:
    """Answer with the user that the validated body describes, or with what its password lacks."""
    try:
        user = create_user(req.body)
        return res.status(201).json(user)
    except PasswordError as error:
        details = [{"field": "password", "message": str(error)}]
        return res.status(400).json({"error": "Validation failed", "details": details})

import lib.settings  # noqa: F401 - sign_token wants JWT_SECRET
from lib.database import with_database
from lib.login import WEEK, account_of, read_credentials, token_cookie
from lib.password import check_password
from lib.same_origin import with_same_origin
from lib.users import find_user_by_email
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import compose, sign_token, with_rate_limit

QUARTER = 15 * 60


# A hash takes a quarter of a second: both limits come before it. The second one holds whoever tries many
# passwords on one account from many addresses, and keeps its owner out for as long.
@compose(
    with_same_origin,
    with_rate_limit(100, QUARTER),
    with_rate_limit(30, QUARTER, key=account_of),
    with_database,
)
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    email, password = read_credentials(req.body)

    # Find user in database
    user = find_user_by_email(email)

    # Verify password, nobody's too: the time it takes must not tell who has an account
    is_valid_password = check_password(password, user.password if user else None)
    if not user or not is_valid_password:
        return res.status(401).json({"error": "Invalid credentials"})

    # Generate JWT token
    token = sign_token({"userId": user.id, "email": user.email}, expiresIn="7d")

    # Set HTTP-only cookie
    res.appendHeader("Set-Cookie", token_cookie(token, WEEK))

    return res.status(200).json(
        {"message": "Login successful", "user": {"id": user.id, "email": user.email, "name": user.name}}
    )

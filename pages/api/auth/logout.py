from lib.login import token_cookie
from lib.same_origin import with_same_origin
from nextwsgi import NextApiRequest, NextApiResponse


@with_same_origin
def handler(req: NextApiRequest, res: NextApiResponse[dict[str, str]]) -> None:
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Method not allowed"})

    # The browser forgets the token; until it expires, the token itself stays good
    res.appendHeader("Set-Cookie", token_cookie("", 0))

    return res.status(200).json({"message": "Logout successful"})

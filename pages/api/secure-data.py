from lib.auth import Message, authenticate
from nextwsgi import NextApiRequest, NextApiResponse


def handler(req: NextApiRequest, res: NextApiResponse[Message]) -> None:
    def next_() -> None:
        # Protected route logic here
        res.status(200).json({"message": "Secure data"})

    authenticate(req, res, next_)

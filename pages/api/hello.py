from nextwsgi import NextApiRequest, NextApiResponse


def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    res.status(200).json({"message": "Hello from Next.js API!"})

from nextwsgi import NextApiRequest, NextApiResponse


def handler(req: NextApiRequest, res: NextApiResponse[dict[str, str]]) -> None:
    slug = req.query["slug"]
    path = "/".join(slug)

    match path:
        case "api/users":
            return res.status(200).json({"docs": "User API documentation"})
        case "api/posts":
            return res.status(200).json({"docs": "Post API documentation"})
        case _:
            return res.status(404).json({"error": "Documentation not found"})

from nextwsgi import NextApiRequest, NextApiResponse


def handler(req: NextApiRequest, res: NextApiResponse[dict[str, str]]) -> None:
    # Set CORS headers
    res.setHeader("Access-Control-Allow-Origin", "*")
    res.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
    res.setHeader("Access-Control-Allow-Headers", "Content-Type, Authorization")

    # A browser asks first: a preflight wants the headers above and nothing else
    if req.method == "OPTIONS":
        res.status(200).end()
        return

    # Set cache headers
    res.setHeader("Cache-Control", "public, s-maxage=60, stale-while-revalidate=300")

    # Set content type
    res.setHeader("Content-Type", "application/json")

    data = {"message": "Hello from API"}
    res.status(200).json(data)

"""The paths of all routes, for the front page."""

from pathlib import Path

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.files import route_files

# Once, when the server starts: from then on its table of routes does not change either.
ROUTES = sorted(path for path, _ in route_files(Path(__file__).parents[2]))


def handler(req: NextApiRequest, res: NextApiResponse[list[str]]) -> None:
    res.status(200).json(ROUTES)

import lib.settings  # noqa: F401 - with_author wants JWT_SECRET
from lib.author import with_author
from lib.database import with_database
from lib.posts import delete_post, get_post_by_id
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import AuthRequest, methods


def handle_get(req: NextApiRequest, res: NextApiResponse) -> None:
    id = req.query["id"]
    post = get_post_by_id(id)
    if post:
        res.status(200).json(post)
    else:
        res.status(404).json({"error": "Post not found"})


def handle_delete(req: AuthRequest, res: NextApiResponse) -> None:
    id = req.query["id"]
    delete_post(id, req.user)
    res.status(204).end()


handler = with_database(methods(GET=handle_get, DELETE=with_author(handle_delete)))

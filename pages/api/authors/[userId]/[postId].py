from lib.database import with_database
from lib.posts import get_post_by_user_and_id
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import methods


def handle_get(req: NextApiRequest, res: NextApiResponse) -> None:
    user_id, post_id = req.query["userId"], req.query["postId"]
    post = get_post_by_user_and_id(user_id, post_id)
    if not post:
        return res.status(404).json({"error": "Post not found"})
    return res.status(200).json(post)


handler = with_database(methods(GET=handle_get))

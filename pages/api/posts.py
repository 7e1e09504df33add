import lib.settings  # noqa: F401 - with_author wants JWT_SECRET
from lib.author import with_author
from lib.database import with_database
from lib.pagination import link_next
from lib.posts import PostData, create_post, fetch_posts
from lib.schemas import PageSchema, PostSchema
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import AuthRequest, compose, methods, with_validation


def handle_get(req: NextApiRequest, res: NextApiResponse[list[PostData]]) -> None:
    posts, more = fetch_posts(**req.query)
    if more:
        link_next(req, res)
    res.status(200).json(posts)


def handle_post(req: AuthRequest, res: NextApiResponse[PostData]) -> None:
    title, content = req.body["title"], req.body["content"]
    new_post = create_post(title, content, req.user)
    res.status(201).json(new_post)


handler = with_database(
    methods(
        GET=with_validation(query=PageSchema)(handle_get),
        POST=compose(with_author, with_validation(PostSchema))(handle_post),
    )
)

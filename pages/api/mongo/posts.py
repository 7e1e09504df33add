from typing import Any

from lib.mongo_posts import Post, fetch_posts, new_post
from lib.mongodb import connect_to_database, with_mongodb
from lib.pagination import link_next
from lib.schemas import MongoPostSchema, PageSchema
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import methods, with_validation


def handle_get(req: NextApiRequest, res: NextApiResponse[list[Post]]) -> None:
    db = connect_to_database()
    asked: Any = req.query  # as PageSchema made it
    posts, more = fetch_posts(db.posts, **asked)
    if more:
        link_next(req, res)
    res.status(200).json(posts)


def handle_post(req: NextApiRequest, res: NextApiResponse[Post]) -> None:
    db = connect_to_database()
    title, content, author = req.body["title"], req.body["content"], req.body["author"]
    result = db.posts.insert_one(new_post(title, content, author))
    res.status(201).json({"id": str(result.inserted_id)})


handler = with_mongodb(
    methods(
        GET=with_validation(query=PageSchema)(handle_get),
        POST=with_validation(MongoPostSchema)(handle_post),
    )
)

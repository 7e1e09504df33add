"""Posts of the MongoDB, as JSON writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.collection import Collection

# What is sent of a post: others may have written theirs with more in it.
FIELDS = ("_id", "title", "content", "author", "createdAt")

Post = dict[str, Any]


def fetch_posts(posts: "Collection[Post]", limit: int, page: int) -> tuple[list[Post], bool]:
    """Give a page of posts, the newest first, and whether there is another."""
    query = posts.find({}, FIELDS).sort("_id", -1).skip((page - 1) * limit).limit(limit + 1)
    found = [post_data(post) for post in query]
    return found[:limit], len(found) > limit


def new_post(title: str, content: str, author: str) -> Post:
    """Make the document of a new post."""
    return {"title": title, "content": content, "author": author, "createdAt": datetime.now(UTC)}


def post_data(post: Mapping[str, Any]) -> Post:
    """Give a document as JSON.stringify would: its id in hexadecimal digits."""
    return {name: _plain(post[name]) for name in FIELDS if name in post}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | datetime | str):
        return value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value)  # an ObjectId, and the other types that JSON has not

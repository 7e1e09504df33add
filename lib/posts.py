"""Posts, as the routes ask for them."""

from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lib.database import session
from lib.models import Post
from lib.pages import fetch_page


class PostData(TypedDict):
    """What anybody may see of a post."""

    id: int
    title: str
    content: str
    createdAt: datetime


class AuthorGone(Exception):
    """A post's author was deleted meanwhile."""


class NotTheirs(Exception):
    """A post is another user's."""


def post_data(post: Post) -> PostData:
    """Name the fields that are sent: others that the table may get are not."""
    # SQLite keeps no zone; what is stored is UTC.
    when = post.created_at.replace(tzinfo=post.created_at.tzinfo or UTC)
    return {"id": post.id, "title": post.title, "content": post.content, "createdAt": when}


def fetch_posts(limit: int, page: int) -> tuple[list[PostData], bool]:
    """Give a page of posts, the newest first, and whether there is another."""
    with session() as db:
        posts, more = fetch_page(db, select(Post).order_by(Post.id.desc()), limit, page)
        return [post_data(post) for post in posts], more


def get_post_by_id(id: int) -> PostData | None:  # noqa: A002 - the tutorial's name
    """Find a post."""
    with session() as db:
        post = db.get(Post, id)
        return post_data(post) if post else None


def get_post_by_user_and_id(user_id: int, post_id: int) -> PostData | None:
    """Find a post of one author."""
    with session() as db:
        post = db.scalar(select(Post).where(Post.id == post_id, Post.author_id == user_id))
        return post_data(post) if post else None


def create_post(title: str, content: str, author_id: int | None = None) -> PostData:
    """Store a post; AuthorGone where there is no such author."""
    post = Post(title=title, content=content, author_id=author_id)
    try:
        with session() as db:
            db.add(post)
    except IntegrityError:
        raise AuthorGone from None
    return post_data(post)


def delete_post(id: int, user_id: int | None) -> bool:  # noqa: A002 - the tutorial's name
    """Delete a post of this user or of nobody; False where there is none, NotTheirs where it is another's."""
    with session() as db:
        post = db.get(Post, id)
        if post is None:
            return False
        if post.author_id not in (None, user_id):
            raise NotTheirs
        db.execute(delete(Post).where(Post.id == id))
        return True

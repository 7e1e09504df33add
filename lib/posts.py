"""Posts, as the routes ask for them. What is refused is an ApiError."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict, cast

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from lib.database import session
from lib.models import Post
from lib.pagination import fetch_page
from lib.schemas import read_id
from nextwsgi import ApiError

# So many of a user's posts come with it.
RECENT = 10

Claims = Mapping[str, Any]
"""What the token of a request says; nothing for one without."""


class PostData(TypedDict):
    """What anybody may see of a post."""

    id: int
    title: str
    content: str
    createdAt: datetime


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


def fetch_recent_posts(db: Session, user_ids: Sequence[int]) -> dict[int, list[PostData]]:
    """Give the newest posts of each of some users, in one query and no more than RECENT of each."""
    place = func.row_number().over(partition_by=Post.author_id, order_by=Post.id.desc())
    numbered = select(Post, place.label("place")).where(Post.author_id.in_(user_ids)).subquery()
    recent = aliased(Post, numbered)
    found: dict[int, list[PostData]] = {user_id: [] for user_id in user_ids}
    for post in db.scalars(select(recent).where(numbered.c.place <= RECENT).order_by(recent.id.desc())):
        found[cast(int, post.author_id)].append(post_data(post))
    return found


def get_post_by_id(id: object) -> PostData | None:
    """Find a post; of what is no id there is none."""
    number = read_id(id)
    if number is None:
        return None
    with session() as db:
        post = db.get(Post, number)
        return post_data(post) if post else None


def get_post_by_user_and_id(user_id: object, post_id: object) -> PostData | None:
    """Find a post of one author."""
    author, number = read_id(user_id), read_id(post_id)
    if author is None or number is None:
        return None
    with session() as db:
        post = db.scalar(select(Post).where(Post.id == number, Post.author_id == author))
        return post_data(post) if post else None


def create_post(title: str, content: str, claims: Claims) -> PostData:
    """Store a post of whoever has these claims, of nobody without any; 401 where that is no user any more."""
    author = read_id(claims.get("userId"))
    if claims and author is None:
        raise ApiError(401, "Unauthorized")
    post = Post(title=title, content=content, author_id=author)
    try:
        with session() as db:
            db.add(post)
    except IntegrityError:
        raise ApiError(401, "Unauthorized") from None
    return post_data(post)


def delete_post(id: object, claims: Claims) -> None:
    """Delete a post of whoever asks, or of nobody; 404 where there is none, 403 where it is another's."""
    number = read_id(id)
    if number is None:
        raise ApiError(404, "Post not found")
    with session() as db:
        post = db.get(Post, number)
        if post is None:
            raise ApiError(404, "Post not found")
        if post.author_id not in (None, read_id(claims.get("userId"))):
            raise ApiError(403, "Forbidden: another user wrote this post")
        # Of two who delete it at once, the second one finds nothing.
        if db.scalar(delete(Post).where(Post.id == number).returning(Post.id)) is None:
            raise ApiError(404, "Post not found")

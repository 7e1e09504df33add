"""Users, as the routes ask for them: in JavaScript these are calls of Prisma."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypedDict

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from lib.database import session
from lib.models import User
from lib.pages import fetch_page
from lib.password import hash_password
from lib.posts import PostData, post_data
from lib.schemas import is_storable, normal_email


class UserData(TypedDict):
    """What anybody may see of a user: no password, nor its hash."""

    id: int
    name: str
    email: str
    posts: list[PostData]


class EmailTaken(Exception):
    """Another user has this email."""


def user_data(user: User) -> UserData:
    """Name the fields that are sent: ``res.json(user)`` would send the hash too."""
    posts = [post_data(post) for post in user.posts]
    return {"id": user.id, "name": user.name, "email": user.email, "posts": posts}


# include: { posts: true }. One query for the posts of all users, not one for each user.
WITH_POSTS = selectinload(User.posts)


def fetch_users(limit: int, page: int) -> tuple[list[UserData], bool]:
    """Give a page of users with their newest posts, the newest user first, and whether there is another."""
    query = select(User).options(WITH_POSTS).order_by(User.id.desc())
    with session() as db:
        users, more = fetch_page(db, query, limit, page)
        return [user_data(user) for user in users], more


def get_user_by_id(id: int) -> UserData | None:  # noqa: A002 - the tutorial's name
    """Find a user."""
    with session() as db:
        user = db.get(User, id, options=[WITH_POSTS])
        return user_data(user) if user else None


def find_user_by_email(email: str) -> User | None:
    """Find who logs in with this email, with the hash of the password: send nothing of it as it is."""
    # Anything may be asked for; what cannot be stored is nobody's.
    if not is_storable(email):
        return None
    with session() as db:
        return db.scalar(select(User).where(User.email == normal_email(email)))


def create_user(data: Mapping[str, Any]) -> UserData:
    """Store a user of ``name`` and ``email``, perhaps ``age`` and ``password``, which is hashed.

    EmailTaken where somebody has this email; PasswordError for what can be no password.
    """
    password = data.get("password")
    hashed = None if password is None else hash_password(password)
    user = User(name=data["name"], email=normal_email(data["email"]), age=data.get("age"), password=hashed)
    # Asking first whether the email is free would tell nothing: two may be told so at once.
    with _unique_email(), session() as db:
        db.add(user)
    return {"id": user.id, "name": user.name, "email": user.email, "posts": []}


def update_user(id: int, data: Mapping[str, Any]) -> UserData | None:  # noqa: A002 - the tutorial's name
    """Change what ``data`` has of a user, who is None where there is none; EmailTaken."""
    with _unique_email(), session() as db:
        if data:
            db.execute(update(User).where(User.id == id).values(**data))
        user = db.get(User, id, options=[WITH_POSTS])
        return user_data(user) if user else None


def delete_user(id: int) -> bool:  # noqa: A002 - the tutorial's name
    """Delete a user with all posts, and tell whether there was one."""
    with session() as db:
        user = db.get(User, id)
        if user is None:
            return False
        db.execute(delete(User).where(User.id == id))
        return True


@contextmanager
def _unique_email() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise EmailTaken from None

"""Users, as the routes ask for them. What is refused is an ApiError."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypedDict, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lib.database import session
from lib.models import Post, User
from lib.pagination import fetch_page
from lib.password import hash_password
from lib.posts import Claims, PostData, fetch_recent_posts
from lib.schemas import normal_email, read_id
from nextwsgi import ApiError

T = TypeVar("T")


class UserData(TypedDict):
    """What anybody may see of a user: no password, nor its hash."""

    id: int
    name: str
    email: str
    posts: list[PostData]


def users_data(db: Session, users: Sequence[User]) -> list[UserData]:
    """Name the fields that are sent: ``res.json(user)`` would send the hash too."""
    # include: { posts: true }, and not a query for each user
    posts = fetch_recent_posts(db, [user.id for user in users])
    return [
        {"id": user.id, "name": user.name, "email": user.email, "posts": posts[user.id]} for user in users
    ]


def fetch_users(limit: int, page: int) -> tuple[list[UserData], bool]:
    """Give a page of users with their newest posts, the newest user first, and whether there is another."""
    with session() as db:
        users, more = fetch_page(db, select(User).order_by(User.id.desc()), limit, page)
        return users_data(db, users), more


def get_user_by_id(id: object) -> UserData | None:
    """Find a user; of what is no id there is none."""
    number = read_id(id)
    if number is None:
        return None
    with session() as db:
        user = db.get(User, number)
        return users_data(db, [user])[0] if user else None


def fetch_authors(post_ids: Collection[int]) -> dict[int, UserData]:
    """Give the authors of some posts by the posts' ids, those that have one, each with its newest posts."""
    with session() as db:
        rows = db.execute(
            select(Post.id, User).join(User, User.id == Post.author_id).where(Post.id.in_(post_ids))
        ).all()
        users = {user.id: user for _, user in rows}
        data = {each["id"]: each for each in users_data(db, list(users.values()))}
        return {post_id: data[user.id] for post_id, user in rows}


def find_user_by_email(email: str) -> User | None:
    """Find who logs in with this email, with the hash of the password: send nothing of it as it is."""
    try:
        spelling = normal_email(email)
    except ValueError:  # anything may be asked for; what is no address is nobody's
        return None
    with session() as db:
        return db.scalar(select(User).where(User.email == spelling))


def create_user(data: Mapping[str, Any]) -> UserData:
    """Store a user of ``name`` and ``email``, perhaps ``age`` and ``password``, which is hashed.

    409 where somebody has this email; PasswordError for what can be no password.
    """
    password = data.get("password")
    hashed = None if password is None else hash_password(password)
    user = User(name=data["name"], email=normal_email(data["email"]), age=data.get("age"), password=hashed)
    # Asking first whether the email is free would not do: two may be told so at once.
    with _unique_email(), session() as db:
        db.add(user)
    return {"id": user.id, "name": user.name, "email": user.email, "posts": []}


def update_user(id: object, data: Mapping[str, Any], claims: Claims) -> UserData:
    """Change a user's ``name``, ``email`` and ``age`` to those there are in ``data``.

    ``claims`` are those of whoever asks. 404 where there is no such user, 403 where it is another, 409 where
    somebody has this email.
    """
    changes = {name: data[name] for name in ("name", "email", "age") if name in data}
    with _unique_email(), session() as db:
        user = _own_user(db, id, claims)
        if changes:
            change = update(User).where(User.id == user.id).values(**changes).returning(User.id)
            _found(db.scalar(change))
            db.refresh(user)
        return users_data(db, [user])[0]


def delete_user(id: object, claims: Claims) -> None:
    """Delete a user with all posts; 404 and 403 as for a change."""
    with session() as db:
        user = _own_user(db, id, claims)
        _found(db.scalar(delete(User).where(User.id == user.id).returning(User.id)))


def _own_user(db: Session, id: object, claims: Claims) -> User:
    """Find the user that may be changed: whoever is logged in may change nobody else."""
    number = read_id(id)
    user = _found(db.get(User, number) if number else None)
    if read_id(claims.get("userId")) != user.id:
        raise ApiError(403, "Forbidden: this is another user")
    return user


def _found(found: T | None) -> T:
    # Also after a statement: between two of them somebody else may delete what the first one found.
    if found is None:
        raise ApiError(404, "User not found")
    return found


@contextmanager
def _unique_email() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise ApiError(409, "Email already in use") from None

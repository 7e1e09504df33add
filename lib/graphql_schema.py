"""What GraphQL's clients can ask for and do: the same as by the other routes, under the same rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ariadne import MutationType, ObjectType, QueryType, ScalarType, gql, make_executable_schema
from graphql import GraphQLResolveInfo
from marshmallow import EXCLUDE, Schema, ValidationError

from lib.authors import Authors
from lib.graphql_errors import InvalidInput
from lib.password import PasswordError
from lib.posts import PostData, create_post, delete_post, fetch_posts, get_post_by_id
from lib.registration import count_registration
from lib.schemas import ChangesSchema, PageSchema, PostSchema, UserSchema
from lib.users import UserData, create_user, delete_user, fetch_users, get_user_by_id, update_user
from nextwsgi import ApiError
from nextwsgi.jsontext import stringify
from nextwsgi.middleware import AuthRequest

type_defs = gql("""
    scalar DateTime

    type User {
        id: ID!
        name: String!
        email: String!
        "The newest ten."
        posts: [Post!]!
    }

    type Post {
        id: ID!
        title: String!
        content: String!
        createdAt: DateTime!
        "Nobody where that was not said."
        author: User
    }

    type Query {
        "The newest first."
        users(limit: Int = 50, page: Int = 1): [User!]!
        user(id: ID!): User
        "The newest first."
        posts(limit: Int = 50, page: Int = 1): [Post!]!
        post(id: ID!): Post
    }

    type Mutation {
        "With a password, a user who can log in."
        createUser(name: String!, email: String!, age: Int, password: String): User!
        updateUser(id: ID!, name: String, email: String, age: Int): User!
        deleteUser(id: ID!): Boolean!
        "In the name of who is logged in, or in nobody's."
        createPost(title: String!, content: String!): Post!
        deletePost(id: ID!): Boolean!
    }
""")

query = QueryType()
mutation = MutationType()
post_type = ObjectType("Post")
date_time = ScalarType("DateTime")


class Context:
    """What all resolvers of one request share."""

    def __init__(self, req: AuthRequest) -> None:
        self.req = req
        self.authors = Authors()

    def user_met(self, user: UserData) -> UserData:
        """Have the authors of a user's posts loaded with the others'."""
        self.authors.expect(user["posts"])
        return user

    def post_met(self, post: PostData) -> PostData:
        """Have the author of a post loaded with the others'."""
        self.authors.expect([post])
        return post

    def claims(self) -> Mapping[str, Any]:
        """Give the claims of who is logged in; ApiError 401 where nobody is."""
        if not self.req.user:
            raise ApiError(401, "Unauthorized")
        return self.req.user


Info = GraphQLResolveInfo[Context]


# --- Queries ----------------------------------------------------------------------------------------------


@query.field("users")
def resolve_users(_: object, info: Info, **page: object) -> list[UserData]:
    users, _more = fetch_users(**_checked(PageSchema, page))
    return [info.context.user_met(user) for user in users]


@query.field("user")
def resolve_user(_: object, info: Info, id: str) -> UserData | None:
    user = get_user_by_id(id)
    return info.context.user_met(user) if user else None


@query.field("posts")
def resolve_posts(_: object, info: Info, **page: object) -> list[PostData]:
    posts, _more = fetch_posts(**_checked(PageSchema, page))
    return [info.context.post_met(post) for post in posts]


@query.field("post")
def resolve_post(_: object, info: Info, id: str) -> PostData | None:
    post = get_post_by_id(id)
    return info.context.post_met(post) if post else None


@post_type.field("author")
def resolve_author(post: PostData, info: Info) -> UserData | None:
    return info.context.authors.of(post)


@date_time.serializer
def serialize_date_time(value: datetime) -> str:
    return stringify(value).decode().strip('"')  # as the other routes write it


# --- Mutations --------------------------------------------------------------------------------------------


@mutation.field("createUser")
def resolve_create_user(_: object, info: Info, **fields: object) -> UserData:
    user = _checked(UserSchema, fields)
    if "password" in user:
        count_registration(info.context.req)  # before the hash, which takes a quarter of a second
    try:
        return create_user(user)
    except PasswordError as error:
        raise InvalidInput([{"field": "password", "message": str(error)}]) from None


@mutation.field("updateUser")
def resolve_update_user(_: object, info: Info, id: str, **changes: object) -> UserData:
    claims = info.context.claims()
    return info.context.user_met(update_user(id, _checked(ChangesSchema, changes), claims))


@mutation.field("deleteUser")
def resolve_delete_user(_: object, info: Info, id: str) -> bool:
    delete_user(id, info.context.claims())
    return True


@mutation.field("createPost")
def resolve_create_post(_: object, info: Info, **fields: object) -> PostData:
    return info.context.post_met(create_post(**_checked(PostSchema, fields), claims=info.context.req.user))


@mutation.field("deletePost")
def resolve_delete_post(_: object, info: Info, id: str) -> bool:
    delete_post(id, info.context.req.user)
    return True


def _checked(schema: type[Schema], data: Mapping[str, object]) -> dict[str, Any]:
    """Take arguments as the other routes take a body; InvalidInput tells what is wrong with them."""
    try:
        loaded: dict[str, Any] = schema().load(data, unknown=EXCLUDE)
    except ValidationError as error:
        raise InvalidInput(
            [
                {"field": field, "message": message}
                for field, messages in error.messages_dict.items()
                for message in messages
            ]
        ) from None
    return loaded


schema = make_executable_schema(type_defs, query, mutation, post_type, date_time)

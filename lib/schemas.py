"""What the demo's routes take: marshmallow's schemas, where the tutorial has Joi's."""

import re
import unicodedata
from typing import Any

import idna
from marshmallow import Schema, ValidationError, fields, validate

from lib.models import CONTENT, EMAIL, EVENT_ID, NAME, TITLE

# What a column of ids holds.
LARGEST_ID = 2**63 - 1

# A page of a list has so many entries unless the client asks for another number, and at most so many.
USUAL, MOST = 50, 100

_DIGITS = re.compile("0|[1-9][0-9]{0,18}")


class Text(fields.String):
    """A text that every database can store, which JSON alone does not promise."""

    def __init__(self, shortest: int, longest: int, **options: Any) -> None:
        """Count without the white space around it where that is too little."""
        super().__init__(**options)
        self._shortest, self._longest = shortest, longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if not is_storable(text):
            raise ValidationError("Must not have the character NUL or half a surrogate pair.")
        if not self._shortest <= len(text.strip()) <= len(text) <= self._longest:
            raise ValidationError(f"Length must be between {self._shortest} and {self._longest}.")
        return text


class Email(Text):
    """An address in the one spelling in which it is stored: whoever has it has it in all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(3, EMAIL, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        try:
            email = validate.Email()(normal_email(text))
        except ValueError:
            raise ValidationError(validate.Email.default_message) from None
        if len(email) > EMAIL:  # "ﬃ" has three characters
            raise ValidationError(f"Length must be between 3 and {EMAIL}.")
        return email


class Whole(fields.Integer):
    """A whole number, also as text in its one spelling: int() takes ``01``, ``1_000`` and any digits."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        # 20.0 is 20 to JavaScript.
        text = isinstance(value, str) and _DIGITS.fullmatch(value)
        if text or (isinstance(value, float) and value.is_integer()):
            value = int(value)
        return super()._deserialize(value, attr, data, **options)


def is_storable(text: str) -> bool:
    """Tell whether a database takes a text: PostgreSQL no NUL, and none half a surrogate pair."""
    return not re.search("[\0\ud800-\udfff]", text)


def normal_email(text: str) -> str:
    """Give the one spelling of an address: as UTS 46 of Unicode maps its letters, with the domain in ASCII.

    ValueError for what has none. Characters that nobody sees would make a second address of the same look.
    The package idna knows the domains of today; Python's own codec is of 2003, and takes "ß" for "ss".
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > EMAIL or any(unicodedata.category(each)[0] in "CZ" for each in text):
        raise ValueError("no address")
    return f"{idna.uts46_remap(local, std3_rules=False)}@{idna.encode(domain, uts46=True).decode()}"


def read_id(value: object) -> int | None:
    """Read an id from a path, in its one spelling, or take it from a body; None for what is none."""
    if isinstance(value, str) and re.fullmatch("[1-9][0-9]{0,18}", value):
        value = int(value)
    return value if type(value) is int and 0 < value <= LARGEST_ID else None


class UserSchema(Schema):
    """A new user. What is wrong with a password is told where it is hashed."""

    name = Text(2, NAME, required=True)
    email = Email(required=True)
    age = Whole(18, 120)
    password = fields.String()


class RegistrationSchema(UserSchema):
    """A new user who will log in."""

    password = fields.String(required=True)


class ChangesSchema(Schema):
    """What is to be changed of a user."""

    name = Text(2, NAME)
    email = Email()
    age = Whole(18, 120)


class IdSchema(Schema):
    """The id in a body."""

    id = Whole(1, LARGEST_ID, required=True)


class IdChangesSchema(IdSchema, ChangesSchema):
    """A user's id, and what is to be changed of it."""


class PostSchema(Schema):
    """A new post."""

    title = Text(1, TITLE, required=True)
    content = Text(1, CONTENT, required=True)


class MongoPostSchema(PostSchema):
    """A new post in MongoDB; only a text is one: ``{"$gt": ""}`` would be a query."""

    author = Text(1, NAME, required=True)


class PageSchema(Schema):
    """A page of a list: ``?limit=20&page=3``."""

    limit = Whole(1, MOST, load_default=USUAL)
    page = Whole(1, 1_000_000, load_default=1)


class PaymentSchema(Schema):
    """What is kept of a payment of Stripe's."""

    id = Text(1, EVENT_ID, required=True)
    amount = Whole(0, LARGEST_ID, required=True)
    currency = Text(3, 3, required=True)

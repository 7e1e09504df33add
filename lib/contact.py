"""The contact form: what it takes, and where its messages are kept."""

import re
from typing import NamedTuple
from uuid import uuid4

from lib.database import session
from lib.models import EMAIL, MESSAGE, SENDER, Message

# The form on the front page has the same limits.
LONGEST = {"name": SENDER, "email": EMAIL, "message": MESSAGE}

# NUL ends a text for some programs, half a surrogate pair, which JSON can say, is kept by no database, and a
# line break ends the header of a mail.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
_UNKEPT = re.compile(f"[{_CONTROLS}]")
_UNKEPT_IN_A_LINE = re.compile(rf"[{_CONTROLS}\t\r\n\u2028\u2029]")

# The tutorial's expression tries each dot as the last one, and takes the square of the length for a text that
# does not match. Here a label has no dot: there is one way to read a text. Nor has it what separates or
# encloses addresses in a mail's header.
_ATOM = r"""\s@<>(),;:"\[\]\\"""
_EMAIL = re.compile(rf"[^{_ATOM}]+@[^.{_ATOM}]+(?:\.[^.{_ATOM}]+)+")


class Contact(NamedTuple):
    """What somebody wrote; a field is "" where it is missing, blank, or no text."""

    name: str
    email: str
    message: str


def read_contact(body: object) -> Contact:
    """Take the three fields from ``req.body``, whatever that is."""
    given = body if isinstance(body, dict) else {}
    return Contact(*(_text(given.get(field)) for field in Contact._fields))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    # A form sends line breaks as CRLF, and counts each as one character where it has a maxlength.
    return value.strip(" ").replace("\r\n", "\n")


def is_email(text: str) -> bool:
    """Tell whether a text has the form of an address: not whether it is anybody's."""
    fits = len(text) <= LONGEST["email"] and not _UNKEPT_IN_A_LINE.search(text)
    return fits and bool(_EMAIL.fullmatch(text))


def problem(contact: Contact) -> str | None:
    """Say what keeps a message from being kept; None where nothing does."""
    for field, text in contact._asdict().items():
        if len(text) > LONGEST[field]:
            return f"{field} must have at most {LONGEST[field]} characters"
    if _UNKEPT_IN_A_LINE.search(contact.name):
        return "name must be one line without control characters"
    if _UNKEPT.search(contact.message):
        return "message must not have control characters"
    return None


def keep(contact: Contact) -> str:
    """Store a message in the demo's database, and give its id, which nobody can guess."""
    message = Message(id=str(uuid4()), **contact._asdict())  # 122 random bits
    with session() as db:
        db.add(message)
    return message.id

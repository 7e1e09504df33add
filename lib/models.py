"""The tables of the demo: what schema.prisma says in JavaScript."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Texts are stored as they are sent, within these lengths.
NAME, EMAIL, TITLE, CONTENT = 50, 254, 200, 10_000

# Of the contact form.
SENDER, MESSAGE = 100, 5_000

# Of webhooks.
EVENT_ID = 255

# SQLite counts ids up by itself in this type alone.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """What all tables belong to."""


class User(Base):
    """Somebody, known by an email that nobody else has."""

    __tablename__ = "users"
    # Or SQLite gives a new user the id of the one deleted last, and with it the tokens signed for that one.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    email: Mapped[str] = mapped_column(String(EMAIL), unique=True)
    age: Mapped[int | None]
    password: Mapped[str | None] = mapped_column(String(60))  # its hash


class Post(Base):
    """What somebody wrote; nobody is its author where that was not said."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    __table_args__ = (Index("posts_by_author", "author_id", "id"), {"sqlite_autoincrement": True})


class Message(Base):
    """What somebody wrote into the contact form."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(SENDER))
    email: Mapped[str] = mapped_column(String(EMAIL))
    message: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))


class WebhookEvent(Base):
    """An event of a webhook that was handled: its sender may send it again, and it must do nothing again."""

    __tablename__ = "webhook_events"

    sender: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(EVENT_ID), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default=lambda: datetime.now(UTC), index=True
    )


class Payment(Base):
    """What became of a payment once; the same payment may fail several times and then succeed."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    intent: Mapped[str] = mapped_column(String(EVENT_ID), index=True)  # Stripe's id of the payment
    status: Mapped[str] = mapped_column(String(9))
    amount: Mapped[int] = mapped_column(BigInteger)  # in the smallest unit of its currency
    currency: Mapped[str] = mapped_column(String(3))

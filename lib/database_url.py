"""What DATABASE_URL may say."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE = "sqlite:///data/demo.db"
FORMS = "postgresql://user:password@host:5432/name or sqlite:///data/name.db"

# What Prisma takes from the URL for itself. PostgreSQL's library refuses what it does not know.
PRISMAS = (
    "connection_limit",
    "pgbouncer",
    "pool_timeout",
    "schema",
    "socket_timeout",
    "sslaccept",
    "statement_cache_size",
)


def read_url(text: str, root: Path) -> URL:
    """Read a URL as people have it, from Prisma or a host's page; ValueError says what is wrong.

    The path of an SQLite file starts at ``root``. The text is not repeated: it may hold a password.
    """
    try:
        url = make_url(text or SQLITE)
    except (ArgumentError, ValueError):
        raise ValueError(f"DATABASE_URL cannot be read: it looks like {FORMS}") from None
    kind = url.drivername.partition("+")[0]
    if kind in ("postgres", "postgresql"):
        return _postgresql(url)
    if kind == "sqlite":
        return _sqlite(url, root)
    raise ValueError(f"DATABASE_URL names {kind}, which the demo does not use: it looks like {FORMS}")


def _postgresql(url: URL) -> URL:
    schema = url.query.get("schema", "public")
    if schema != "public":
        raise ValueError(f"DATABASE_URL names the schema {schema}: the demo's tables are in public")
    from psycopg import ProgrammingError  # SQLite needs neither
    from psycopg.conninfo import conninfo_to_dict

    url = url.difference_update_query(PRISMAS)
    try:
        conninfo_to_dict(url.set(drivername="postgresql").render_as_string(hide_password=False))
    except ProgrammingError as error:
        raise ValueError(f"DATABASE_URL cannot be used by PostgreSQL's library: {error}") from None
    return url.set(drivername="postgresql+psycopg")


def _sqlite(url: URL, root: Path) -> URL:
    if url.host:
        raise ValueError(f"DATABASE_URL has two slashes where a file needs three: it looks like {FORMS}")
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise ValueError(
            f"DATABASE_URL names no file, which several workers could share: it looks like {FORMS}"
        )
    return url.set(drivername="sqlite+pysqlite", database=str(root / str(url.database)))

"""lib/database_url.py: what people have in DATABASE_URL."""

from pathlib import Path

import pytest

from lib.database_url import read_url

ROOT = Path("/project")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", "sqlite+pysqlite:////project/data/demo.db"),
        ("sqlite:///other.db", "sqlite+pysqlite:////project/other.db"),
        ("sqlite:////var/lib/demo.db", "sqlite+pysqlite:////var/lib/demo.db"),
        ("postgres://a:b@host/db", "postgresql+psycopg://a:b@host/db"),
        ("postgresql://a:b%40c@host:6543/db?sslmode=require", "postgresql+psycopg://a:b%40c@host:6543/db?sslmode=require"),
        ("postgresql+psycopg2://host/db", "postgresql+psycopg://host/db"),
        ("postgresql://host/db?schema=public&connection_limit=5&pgbouncer=true", "postgresql+psycopg://host/db"),
        ("postgresql:///db?host=/var/run/postgresql", "postgresql+psycopg:///db?host=%2Fvar%2Frun%2Fpostgresql"),
    ],
)  # fmt: skip
def test_a_url_is_read_as_people_have_it(text: str, read: str) -> None:
    assert read_url(text, ROOT).render_as_string(hide_password=False) == read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("localhost/secret", "DATABASE_URL cannot be read: it looks like postgresql://"),
        ("postgresql://a:secret@host:port/db", "DATABASE_URL cannot be read"),
        ("mysql://a:secret@host/db", "DATABASE_URL names mysql, which the demo does not use"),
        ("file:./secret.db", "DATABASE_URL cannot be read"),
        (
            "postgresql://a:secret@host/db?foo=bar",
            "DATABASE_URL cannot be used by PostgreSQL's library: invalid",
        ),
        ("sqlite://secret/x.db", "DATABASE_URL has two slashes where a file needs three"),
        ("sqlite://", "DATABASE_URL names no file"),
        ("sqlite:///:memory:", "DATABASE_URL names no file"),
        ("sqlite:///file:secret?mode=memory&uri=true", "DATABASE_URL names no file"),
        ("postgresql://a:secret@host/db?schema=other", "DATABASE_URL names the schema other"),
    ],
)
def test_what_cannot_be_used_is_told_without_its_password(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        read_url(text, ROOT)
    assert "secret" not in str(caught.value)

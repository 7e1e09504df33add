"""Lists in pages, the newest first."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from nextwsgi import NextApiRequest, NextApiResponse


def fetch_page(db: Session, query: Select[Any], limit: int, page: int) -> tuple[list[Any], bool]:
    """Give one page of what a query finds, and whether there is another."""
    found = db.scalars(query.offset((page - 1) * limit).limit(limit + 1)).all()
    return list(found[:limit]), len(found) > limit


def link_next(req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    """Say where the next page of this one is (RFC 8288)."""
    path = req.url.partition("?")[0]
    asked: Any = req.query  # as PageSchema made it
    res.setHeader("Link", f'<{path}?limit={asked["limit"]}&page={asked["page"] + 1}>; rel="next"')

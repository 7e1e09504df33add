"""Lists routes for people to read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nextwsgi.config import RESPONSE_LIMIT, RouteConfig
from nextwsgi.node import format_size
from nextwsgi.routes import Route

if TYPE_CHECKING:
    from nextwsgi.front.config import NextConfig
    from nextwsgi.front.proxy import Proxy

HEADINGS = ("Path", "File", "Config")


def lines(routes: Iterable[Route], broken: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each route, in columns: path, file, what its config changes; ``broken`` are files."""
    rows = [
        (
            route.path,
            route.file,
            "cannot be served" if route.file in broken else ", ".join(_told(route)),
        )
        for route in routes
    ]
    yield from columns([HEADINGS, *rows])


def front_lines(config: NextConfig, proxy: Proxy | None) -> Iterator[str]:
    """Yield a line for each file that comes before the routes: its rules, or its paths."""
    rewrites = len(config.before_files) + len(config.after_files) + len(config.fallback)
    counts = {"headers": len(config.headers), "redirects": len(config.redirects), "rewrites": rewrites}
    if found := [f"{name}: {count}" for name, count in counts.items() if count]:
        yield f"next.config.py  {', '.join(found)}"
    if proxy is not None:
        yield f"{proxy.file}  {', '.join(proxy.paths) or 'every path'}"


def _told(route: Route) -> Iterable[str]:
    """Give the methods of a route handler, or what a route's config changes."""
    methods: list[str] | None = getattr(route.handler, "methods", None)
    return changes(route.config) if methods is None else methods


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of text with each column as wide as its widest."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def changes(config: RouteConfig) -> Iterator[str]:
    """Yield what a route's config changes, in its own words."""
    usual = RouteConfig()
    if not config.body_parser:
        yield "bodyParser: False"
    elif config.size_limit != usual.size_limit:
        yield f"sizeLimit: {config.size_text}"
    if config.response_limit is None:
        yield "responseLimit: False"
    elif config.response_limit != RESPONSE_LIMIT:
        yield f"responseLimit: {format_size(config.response_limit)}"
    if config.external_resolver:
        yield "externalResolver"

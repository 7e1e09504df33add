from pathlib import Path
from typing import Any

from ariadne.wsgi import GraphQL

import lib.settings  # noqa: F401 - with_author wants JWT_SECRET
from lib.author import with_author
from lib.graphql_errors import SILENT, format_error, with_graphql_errors
from lib.graphql_limits import parse_within_limits
from lib.graphql_schema import Context, schema
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.wsgi import wsgi

config = {"api": {"bodyParser": {"sizeLimit": "100kb"}}}

EXPLORER = (Path(__file__).parents[2] / "public" / "graphql.html").read_text()


class Server(GraphQL):
    """Ariadne's server, for a body that has been read."""

    def get_request_data(self, environ: dict[str, Any]) -> Any:
        return environ["nextwsgi.request"].body


def context(environ: dict[str, Any], data: Any) -> Context:
    return Context(environ["nextwsgi.request"])


server = Server(
    schema,
    context_value=context,
    query_parser=parse_within_limits,
    error_formatter=format_error,
    logger=SILENT,
)

execute = with_author(wsgi(server))


@with_graphql_errors
def handler(req: NextApiRequest, res: NextApiResponse) -> None:
    # A browser gets the explorer
    if req.method in ("GET", "HEAD") and "text/html" in req.headers.get("accept", ""):
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        return res.status(200).send(EXPLORER)

    # A GET must change nothing, and any page can have a browser send one
    if req.method != "POST":
        res.setHeader("Allow", "POST")
        return res.status(405).json({"error": "Send queries by POST, as application/json"})

    # So it can with a form or text/plain; before it sends JSON, it asks
    if req.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return res.status(415).json({"error": "Send queries as application/json"})

    execute(req, res)
    return None

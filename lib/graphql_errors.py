"""Errors in GraphQL's shape, with Apollo's codes, and nothing of what went on inside."""

import logging
from collections.abc import Mapping
from functools import wraps
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from nextwsgi import ApiError, NextApiRequest, NextApiResponse
from nextwsgi.middleware import Handler

log = logging.getLogger(__name__)

# Ariadne logs each error with its stack, those of the clients too, who would fill the log.
SILENT = f"{__name__}.silent"
logging.getLogger(SILENT).disabled = True

Error = dict[str, Any]

CODES = {
    400: "BAD_USER_INPUT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
}


class InvalidInput(ApiError):
    """Arguments that are not taken; ``details`` has a field and a message of each, as with_validation."""

    def __init__(self, details: list[dict[str, str]]) -> None:
        super().__init__(400, "Validation failed")
        self.details = details


def with_graphql_errors(handler: Handler) -> Handler:
    """Have what wrappers inside answer with ``{"error": ...}`` sent as GraphQL's clients read it."""

    @wraps(handler)
    def inner(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        send = res.json
        vars(res)["json"] = lambda body: send({"errors": [_told(body, res.statusCode)]})
        return handler(req, res)

    return inner


def _told(body: Mapping[str, Any], status: int) -> Error:
    return {"message": body["error"], "extensions": {"code": CODES.get(status, "BAD_REQUEST")}}


def format_error(error: GraphQLError, debug: bool = False) -> Error:  # noqa: ARG001 - never
    """Give what is sent of an error: of one that nobody foresaw nothing, and the log has it."""
    cause = _cause(error)
    formatted: Error = {**error.formatted}
    extensions: Error
    if isinstance(cause, ApiError):
        extensions = {"code": CODES.get(cause.status, "BAD_REQUEST")}
        if isinstance(cause, InvalidInput):
            extensions["details"] = cause.details
        return {**formatted, "message": cause.message, "extensions": extensions}
    if isinstance(cause, ValueError) and error.path is None:  # of a number with thousands of digits
        extensions = {"code": _code(error)}
        return {**formatted, "message": "The query has a value that is none", "extensions": extensions}
    if cause is not None:
        log.error("GraphQL failed at %s", error.path, exc_info=cause)
        extensions = {"code": "INTERNAL_SERVER_ERROR"}
        return {**formatted, "message": "Internal server error", "extensions": extensions}
    return {**formatted, "extensions": {"code": _code(error)}}


def _cause(error: GraphQLError) -> BaseException | None:
    """Give what a resolver raised; None where the query itself is wrong."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _code(error: GraphQLError) -> str:
    return "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_VALIDATION_FAILED"

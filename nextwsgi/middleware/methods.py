"""``methods``: one handler for each method of a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Never, TypedDict, Unpack, cast

from nextwsgi.middleware.handlers import NOTHING, Handler, awaitable, check_handler, is_async
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Handlers(TypedDict, total=False):
    """A handler for each method, ``def`` or ``async def``."""

    GET: Handler
    HEAD: Handler
    POST: Handler
    PUT: Handler
    PATCH: Handler
    DELETE: Handler
    OPTIONS: Handler


def methods(
    *given: Never, **handlers: Unpack[Handlers]
) -> Callable[[NextApiRequest, NextApiResponse[Any]], object]:
    """Make a handler that leaves each method to its own: ``handler = methods(GET=show, POST=create)``.

    Another method is answered 405 with ``Allow``; HEAD by GET's handler and OPTIONS with 204 unless they have
    one. TypeError for what is no method and for what is no handler.
    """
    named = cast(Mapping[str, Handler], handlers)
    if given or not named:
        raise TypeError("methods() takes a handler for each method, by name: methods(GET=show, POST=create)")
    _check(named)
    mixed = any(is_async(handler) for handler in named.values())
    table = {name: awaitable(handler) if mixed else handler for name, handler in named.items()}
    allowed: list[str | int | float] = [*table]
    if "GET" in table:
        table.setdefault("HEAD", table["GET"])

    def dispatch(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        handler = table.get(req.method)
        if handler is not None:
            return handler(req, res)
        _refuse(req, res, allowed)
        return NOTHING if mixed else None

    vars(dispatch).update({"may_await": True} if mixed else {}, **_early(table))
    return dispatch


def _check(handlers: Mapping[str, object]) -> None:
    for name, handler in handlers.items():
        if name not in METHODS:
            known = name.upper() in METHODS
            hint = f"write {name.upper()}=..." if known else f"it takes {', '.join(METHODS)}"
            raise TypeError(f"methods() knows no method {name!r}: {hint}")
        check_handler(f"methods({name}=...)", handler)


def _refuse(req: NextApiRequest, res: NextApiResponse[Any], allowed: list[str | int | float]) -> None:
    res.setHeader("Allow", allowed)
    if req.method == "OPTIONS":
        res.status(204).end()
    else:
        res.status(405).end(f"Method {req.method} Not Allowed")


def _early(table: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """Leave what comes before the body to the handler of the method; a preflight names the one to come."""
    found = {name: handler.early for name, handler in table.items() if hasattr(handler, "early")}
    if not found:
        return {}

    def early(req: NextApiRequest, res: NextApiResponse[Any]) -> None:
        method = req.method
        if method == "OPTIONS" and "OPTIONS" not in table:
            method = req.headers.get("access-control-request-method", "")
        if method in found:
            found[method](req, res)

    return {"early": early}

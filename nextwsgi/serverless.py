"""Functions in place of a server, on AWS Lambda and on Vercel: frozen, or gone, once they have answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from nextwsgi import production
from nextwsgi.after import AtOnce

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger("nextwsgi")

Environ = dict[str, Any]
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def aws_lambda(app: WSGIApplication) -> LambdaHandler:
    """Make the handler of a Lambda function, for events of API Gateway, of function URLs and of an ALB.

    ``register`` of instrumentation.py is called here. What ``after`` is given is done before the answer
    leaves. RouteError where ``register`` fails.
    """
    try:
        from apig_wsgi import make_lambda_handler
    except ModuleNotFoundError:
        raise ModuleNotFoundError("apig-wsgi is not installed: pip install 'nextwsgi[lambda]'") from None
    _prepare(app)

    def function(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        _mend_event(environ)
        return app(environ, start_response)

    handler: LambdaHandler = make_lambda_handler(function, binary_support=True)
    return handler


def vercel(app: WSGIApplication) -> WSGIApplication:
    """Make the ``app`` that Vercel's Python runtime looks for; as ``aws_lambda`` otherwise."""
    _prepare(app)

    def function(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        _mend_request(environ)
        return app(environ, start_response)

    return function


def _prepare(app: Any) -> None:
    production.register(app)
    project = getattr(app, "project", None)
    if project is None:
        log.warning("the application is wrapped: what after() is given may be frozen before it is done")
    else:
        project.work = AtOnce(project.wait)


# --- AWS Lambda -------------------------------------------------------------------------------------------


def _mend_event(environ: Environ) -> None:
    """Add what apig-wsgi leaves out of an event, or takes from what a client may write."""
    for name, value in environ.items():
        if isinstance(value, str):
            environ[name] = _latin(value)
    event = environ["apig_wsgi.full_event"]
    context = event.get("requestContext") or {}
    path = event.get("rawPath") or event.get("path") or "/"
    # A gateway that has decoded the path may have left letters in it that no latin-1 text has.
    _set_path(environ, quote(path, safe=_PRINTABLE), _stage(event, context))
    environ["REMOTE_ADDR"] = _address(environ, context)
    _drop_made_up(environ)


def _stage(event: dict[str, Any], context: dict[str, Any]) -> str:
    """Name the prefix of a stage that has a name: payloads of version 2 begin with it."""
    mount = f"/{context.get('stage')}"
    begins = f"{event.get('rawPath', '')}/".startswith(f"{mount}/")
    return mount if begins and event.get("version") == "2.0" else ""


def _address(environ: Environ, context: dict[str, Any]) -> str:
    """Give the client's address: the gateway's word, or what the load balancer added to a client's own."""
    known = context.get("identity") or context.get("http") or {}
    forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "")
    return known.get("sourceIp") or forwarded.rpartition(",")[2].strip()


# --- Vercel -----------------------------------------------------------------------------------------------


def _mend_request(environ: Environ) -> None:
    """Decode the path, which Vercel's runtime leaves encoded, and take the client's address from its list."""
    mount = environ.get("SCRIPT_NAME", "")
    _set_path(environ, mount + environ["PATH_INFO"], mount)
    environ["REMOTE_ADDR"] = (environ.get("REMOTE_ADDR") or "").rpartition(",")[2].strip()
    _drop_made_up(environ)


# --- both -------------------------------------------------------------------------------------------------


def _set_path(environ: Environ, raw: str, mount: str) -> None:
    environ["RAW_URI"] = raw
    environ["SCRIPT_NAME"] = mount
    environ["PATH_INFO"] = unquote_to_bytes(raw[len(mount) :]).decode("latin-1")


def _drop_made_up(environ: Environ) -> None:
    """Drop headers that no client sent."""
    if environ.get("CONTENT_LENGTH") == "0" and "HTTP_CONTENT_LENGTH" not in environ:
        del environ["CONTENT_LENGTH"]
    for name in ("HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"):  # they have names of their own in WSGI
        environ.pop(name, None)
    if "HTTP_COOKIE" in environ:
        environ["HTTP_COOKIE"] = environ["HTTP_COOKIE"].strip("; ")
        if not environ["HTTP_COOKIE"]:
            del environ["HTTP_COOKIE"]


def _latin(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")

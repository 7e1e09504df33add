"""``accept``: a request becomes a WebSocket, or is refused."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NoReturn, cast

from nextwsgi.errors import ApiError
from nextwsgi.lasting import lasting
from nextwsgi.middleware.origin import read_origins
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse
from nextwsgi.websocket.conversation import BROKEN, NORMAL, ConnectionClosed, WebSocket
from nextwsgi.websocket.handshake import Refusal, refusal
from nextwsgi.wire import Headers, Wire

log = logging.getLogger("nextwsgi")


def accept(req: NextApiRequest, res: NextApiResponse[Any], *, origins: Iterable[str] = ()) -> WebSocket:
    """Make a WebSocket of a request. It ends with the handler, and holds its thread until then.

    Pages of the site itself may connect, those of ``origins`` (``["https://example.com"]``), and programs,
    which send no Origin. Others are answered here, and ConnectionClosed ends the handler: 403 for pages of
    other sites, 426 for what is no WebSocket, 503 where too many are open, 501 where the server cannot.

    RuntimeError in ``async def``; TypeError or ValueError for ``origins`` that are none.
    """
    if req._errands is not None:
        raise RuntimeError("accept() holds the thread of its request: write def handler, not async def")
    if isinstance(res._wire, _NoAnswer):
        raise RuntimeError("accept() was called already: a request becomes one WebSocket")
    if res.headersSent or res._source is not None:
        raise RuntimeError("the answer has begun: call accept(req, res) first, and return after another one")
    trusted = _trusted(origins if isinstance(origins, str) else tuple(origins))
    sock = _socket(req._environ)
    if sock is None:
        _refuse(res, Refusal(501, "This server cannot do WebSockets"))
    refused = refusal(req.method, req._environ["SERVER_PROTOCOL"], req.headers, trusted)
    if refused is not None:
        _refuse(res, refused)
    ws = WebSocket(sock)
    try:
        lasting.enter(ws, res)
    except ApiError as error:
        _refuse(res, Refusal(error.status, error.message))
    _begin(ws, req, res)
    return ws


_trusted = lru_cache(read_origins)


def _begin(ws: WebSocket, req: NextApiRequest, res: NextApiResponse[Any]) -> None:
    """Shake hands. From then on no server may write an answer, and the resolver ends what it may not."""
    res._head, res._started, res._wire = [], True, _NoAnswer(ws)
    req._environ["nextwsgi.status"] = "101"  # for the development server's log
    ws.begin(req.headers["sec-websocket-key"].strip())


class _NoAnswer(Wire):
    """Stands where an answer would be sent. Its end is the conversation's."""

    def __init__(self, ws: WebSocket) -> None:
        super().__init__(_never, None, True, None)
        self._ws = ws

    def write(self, piece: bytes) -> None:
        """Refuse all bytes."""
        if piece:
            raise RuntimeError("the answer is a WebSocket: send with ws.send, not with res")

    def finish(self) -> None:
        """End the conversation: always ConnectionClosed, so that no server writes or waits any more."""
        self._ws.end(NORMAL)
        raise ConnectionClosed("the WebSocket has ended")

    def abandon(self) -> None:
        """End the conversation of a handler that failed."""
        self._ws.end(BROKEN)


def _never(_status: str, _headers: Headers) -> NoReturn:  # pragma: no cover - the head is sent already
    raise AssertionError("a WebSocket has no answer")


# --- Refused ----------------------------------------------------------------------------------------------


def _refuse(res: NextApiResponse[Any], refused: Refusal) -> NoReturn:
    for name, value in refused.headers.items():
        res.setHeader(name, value)
    res.status(refused.status).json({"error": refused.message})
    if refused.status == 426:
        # Headers of the connection, which applications leave to the server; it does not know of this one.
        res._fix_head().extend([("Upgrade", "websocket"), ("Connection", "Upgrade")])
    raise ConnectionClosed(f"no WebSocket: {refused.status} {refused.message}")


def _socket(environ: dict[str, Any]) -> socket.socket | None:
    """Give a request's socket; None where the server keeps it, or would stand still meanwhile."""
    reason = _obstacle(environ)
    if reason is None:
        return cast(socket.socket, environ.get("werkzeug.socket") or environ["gunicorn.socket"])
    _tell(reason)
    return None


def _obstacle(environ: dict[str, Any]) -> str | None:
    found = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    # A socket of TLS cannot be read by one thread while another one writes.
    if type(found) is not socket.socket:
        server = environ.get("SERVER_SOFTWARE", "this server")
        return f"{server} cannot do them, or not with TLS of its own"
    if not environ.get("wsgi.multithread"):
        return "a worker without threads would answer nobody else meanwhile"
    if "gunicorn.socket" in environ and lasting.most is None:
        return "gunicorn.conf.py lacks the line 'from nextwsgi.production import *'"
    return None


@lru_cache
def _tell(reason: str) -> None:
    """Say once why WebSockets are refused."""
    log.error(
        "WebSockets are answered 501: %s. Serve them with gunicorn's threads (worker_class gthread and the"
        " settings of nextwsgi.production; TLS is the proxy's), or with nextwsgi dev",
        reason,
    )

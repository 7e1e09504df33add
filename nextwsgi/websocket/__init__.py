"""WebSockets: ``ws = accept(req, res)`` in a route file, then ``for message in ws`` and ``ws.send``."""

try:
    import simple_websocket  # type: ignore[import-untyped]  # noqa: F401
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "nextwsgi.websocket needs simple-websocket: pip install 'nextwsgi[websocket]'", name=missing.name
    ) from None

from nextwsgi.websocket.accepting import accept
from nextwsgi.websocket.conversation import ConnectionClosed, WebSocket

__all__ = ["ConnectionClosed", "WebSocket", "accept"]

"""Pusher Channels: what its own package signs, sent in a time of our own."""

import os
import re
from functools import lru_cache
from typing import TypeGuard

import httpx
from pusher import Pusher  # type: ignore[import-untyped]

from lib.configured import NotConfigured, setting
from lib.upstream import Failed, call
from lib.users import UserData

# What Pusher itself takes, but for encrypted channels, whose key this server has not.
_SOCKET_ID = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
_CHANNEL = re.compile(r"(?:private|presence)-(?!encrypted-)([-A-Za-z0-9_=@,.;]{1,150})")

Authorization = dict[str, str]


def is_socket_id(value: object) -> TypeGuard[str]:
    """Tell whether a value is the name that Pusher gives a connection."""
    return isinstance(value, str) and bool(_SOCKET_ID.fullmatch(value))


def may_join(channel: object, user_id: int) -> TypeGuard[str]:
    """Tell whether a user may join a channel: of ``private-user-7`` that is user 7 alone."""
    found = _CHANNEL.fullmatch(channel) if isinstance(channel, str) else None
    if found is None:
        return False
    return not found[1].startswith("user-") or found[1] == f"user-{user_id}"


def authorize(socket_id: str, channel: str, user: UserData) -> Authorization:
    """Sign that a connection may join a channel; a presence channel shows its members who the user is."""
    who = None
    if channel.startswith("presence-"):
        who = {"user_id": str(user["id"]), "user_info": {"name": user["name"]}}
    signed: Authorization = _pusher().authenticate(channel=channel, socket_id=socket_id, custom_data=who)
    return signed


async def trigger(channel: str, event: str, data: object, socket_id: str | None = None) -> None:
    """Send an event to all who have joined a channel, but for ``socket_id``; Failed where that fails."""
    request = _pusher().trigger(channel, event, data, socket_id)
    url = f"{_base_url()}{request.signed_path}"
    # Not sent again when it fails: it might arrive twice.
    reply = await call(request.method, url, headers=request.headers, content=request.body)
    if reply.status not in (200, 202):
        raise Failed(f"it answers {reply.status}" + (" to PUSHER_KEY" if reply.status in (401, 403) else ""))


def _pusher() -> Pusher:
    app_id = setting("PUSHER_APP_ID", "the number of your app at pusher.com")
    if not re.fullmatch("[0-9]+", app_id):
        raise NotConfigured("PUSHER_APP_ID", "which is a number")
    return _made(app_id, setting("PUSHER_KEY", "the key of that app"), setting("PUSHER_SECRET", "its secret"))


@lru_cache(maxsize=4)
def _made(app_id: str, key: str, secret: str) -> Pusher:
    return Pusher(app_id, key, secret, backend=_Signed)


class _Signed:
    """What the package sends with: it would wait as long as somebody sends a byte now and then."""

    def __init__(self, client: object) -> None:
        pass

    def send_request(self, request: object) -> object:
        """Give the request, signed, to be sent."""
        return request


def _base_url() -> str:
    base = os.environ.get("PUSHER_BASE_URL", "").rstrip("/")
    if not base:
        cluster = setting("PUSHER_CLUSTER", "the cluster of your app: eu, us2 ...")
        if not re.fullmatch("[a-z0-9-]+", cluster):
            raise NotConfigured("PUSHER_CLUSTER", "which is a name such as eu")
        return f"https://api-{cluster}.pusher.com"
    try:
        url = httpx.URL(base)
        fits = url.scheme in ("http", "https") and url.host and url.raw_path == b"/" and not url.fragment
    except httpx.InvalidURL:
        fits = False
    if not fits:
        raise NotConfigured("PUSHER_BASE_URL", "the URL of a host, such as http://127.0.0.1:6001")
    return base

"""Calls to other services: in time, bounded, and without a word of what is secret in them."""

import asyncio
import logging
from typing import NamedTuple
from weakref import WeakKeyDictionary

import httpx

from nextwsgi import ApiError

# Seconds: to connect, for each piece of an answer, and for all of a call. A service that sends a byte now and
# then must hold nobody.
CONNECT, PIECE, WHOLE = 2.0, 4.0, 5.0

# The bytes of an answer. Nothing that is asked for here comes near it.
MOST = 256 * 1024

# What may go away when it is asked again. After a time limit nobody waits a second time.
PASSING = (502, 503, 504)
PAUSE = 0.1

# httpx logs each URL, and a service's key may be in it.
logging.getLogger("httpx").addFilter(lambda record: record.levelno > logging.INFO)


class Failed(ApiError):
    """A service did not answer as it should: 502, or 504 where it was slow.

    ``reason`` is for the log, and has no secret.
    """

    def __init__(self, reason: str, status: int = 502) -> None:
        super().__init__(status, {502: "Bad Gateway", 504: "Gateway Timeout"}[status])
        self.reason = reason


class Reply(NamedTuple):
    """A service's answer; the content type is without parameters, in lower case."""

    status: int
    content_type: str
    body: bytes


async def call(
    method: str,
    url: str,
    *,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
) -> Reply:
    """Ask a service; Failed with 504 where it is slow, with 502 where no whole answer comes.

    A GET that fails is sent once more. Redirects are not followed: they could lead anywhere.
    """
    request = _client().build_request(method, url, params=params, headers=headers, content=content)
    try:
        # Around everything: the name of the host is looked up in it, too.
        async with asyncio.timeout(WHOLE):
            return await (_ask_twice(request) if method == "GET" else _ask(request))
    except (TimeoutError, httpx.TimeoutException):
        raise Failed("it takes too long", 504) from None  # the cause may hold the URL
    except (httpx.HTTPError, UnicodeError) as error:  # the latter for names that no host can have
        raise Failed(f"it cannot be reached ({type(error).__name__})") from None


async def _ask_twice(request: httpx.Request) -> Reply:
    try:
        reply = await _ask(request)
        if reply.status not in PASSING:
            return reply
    except httpx.TimeoutException:
        raise
    except httpx.TransportError:
        pass
    await asyncio.sleep(PAUSE)
    return await _ask(request)


async def _ask(request: httpx.Request) -> Reply:
    response = await _client().send(request, stream=True)
    try:
        # None was asked for, and a few bytes could be a gigabyte.
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Failed("its answer is compressed")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > MOST:
                raise Failed(f"its answer is over {MOST} bytes")
    finally:
        await response.aclose()
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reply(response.status_code, content_type, bytes(body))


# Connections belong to the loop they were made on. There is one for each application of a process.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def _client() -> httpx.AsyncClient:
    """Give the client whose connections all requests share."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = httpx.AsyncClient(
            timeout=httpx.Timeout(PIECE, connect=CONNECT),
            limits=httpx.Limits(max_connections=50, max_keepalive_connections=10, keepalive_expiry=30),
            headers={"Accept-Encoding": "identity", "User-Agent": "nextwsgi"},
            follow_redirects=False,
            trust_env=False,  # as JavaScript's fetch: no proxy of the environment, and no .netrc
        )
    return _clients[loop]


async def close() -> None:
    """Close the connections of the loop that runs; the next call opens new ones."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()

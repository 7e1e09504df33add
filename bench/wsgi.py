"""Calls a WSGI application as a server does, without the server."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from types import TracebackType
from typing import Any

from bench.work import Work, difference

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | None

# What Chromium sends with fetch("/api/...") from a page of the same site.
BROWSER = {
    "HTTP_HOST": "127.0.0.1:8000",
    "HTTP_CONNECTION": "keep-alive",
    "HTTP_SEC_CH_UA_PLATFORM": '"Linux"',
    "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
    "HTTP_SEC_CH_UA": '"Chromium";v="140", "Not=A?Brand";v="24"',
    "HTTP_SEC_CH_UA_MOBILE": "?0",
    "HTTP_ACCEPT": "*/*",
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_SEC_FETCH_MODE": "cors",
    "HTTP_SEC_FETCH_DEST": "empty",
    "HTTP_REFERER": "http://127.0.0.1:8000/",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
    "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9,de;q=0.8",
}
WRK = {"HTTP_HOST": "127.0.0.1:8000"}


def environ_of(work: Work, client: dict[str, str]) -> Environ:
    """Make the environ that gunicorn's gthread worker hands over for a request."""
    path, _, query = work.target.partition("?")
    environ: Environ = {
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _FileWrapper,
        "wsgi.input_terminated": True,
        "SERVER_SOFTWARE": "gunicorn/27.0.1",
        "REQUEST_METHOD": work.method,
        "QUERY_STRING": query,
        "RAW_URI": work.target,
        "SERVER_PROTOCOL": "HTTP/1.1",
        **client,
        "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
    }
    for name, value in work.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    if work.body:
        environ["CONTENT_LENGTH"] = str(len(work.body))
    return environ


class _FileWrapper:
    """Stands for gunicorn's own; nothing here sends a file."""


class Taken:
    """What an application gave for one request."""

    def __init__(self, app: App, environ: Environ) -> None:
        self.status = 0
        self.content_type: str | None = None
        environ["wsgi.input"] = BytesIO(environ.pop("body", b""))
        written: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None) -> object:
            self.status = int(status[:3])
            self.content_type = next((v for n, v in headers if n.lower() == "content-type"), None)
            return written.append

        chunks = app(environ, start_response)
        self.body = b"".join([*written, *chunks])
        if hasattr(chunks, "close"):
            chunks.close()


def check(app: App, work: Work, client: dict[str, str]) -> str | None:
    """Say how an application's answer differs from the one wanted; None where it does not."""
    taken = Taken(app, {**environ_of(work, client), "body": work.body})
    return difference(work, taken.status, taken.content_type, taken.body)


def seconds(app: App, requests: list[tuple[Environ, bytes]]) -> float:
    """Time the requests, one after the other; their environs are copied before the clock starts."""
    environs = [{**environ, "wsgi.input": BytesIO(body)} for environ, body in requests]
    gc.collect()
    sink: list[bytes] = []
    take = sink.append

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None) -> object:
        return take

    start = time.perf_counter()
    for environ in environs:
        chunks = app(environ, start_response)
        for chunk in chunks:
            take(chunk)
        if hasattr(chunks, "close"):
            chunks.close()
    return time.perf_counter() - start

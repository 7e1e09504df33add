"""Files of ``public/``, served at ``/`` as Next.js serves them through Node's ``send``."""

from __future__ import annotations

import logging
import math
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import unquote_to_bytes

from werkzeug.http import http_date, parse_date

from nextwsgi.answers import error_page
from nextwsgi.body import BodyStream
from nextwsgi.errors import BrokenAnswer, ClientDisconnected
from nextwsgi.node import is_fresh, reason
from nextwsgi.wire import StartResponse

log = logging.getLogger("nextwsgi")

PIECE = 64 * 1024


def serve(
    public: Path, path: str, environ: dict[str, Any], start_response: StartResponse
) -> Iterable[bytes] | None:
    """Answer with the file below ``public`` that a raw, still percent-encoded path names.

    None where there is none: the caller answers 404. BrokenAnswer when the file shrinks on its way.
    """
    name = file_name(path)
    stream = _open(public, name) if name else None
    if name is None or stream is None:
        return None
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        stream.close()
        return _refuse_method(environ, start_response)
    try:
        _drain(environ)
        answer = decide(_describe(name, stream), environ)
        start_response(f"{answer.status} {reason(answer.status)}", answer.headers)
    except BaseException:
        stream.close()
        raise
    if environ["REQUEST_METHOD"] != "HEAD" and answer.part:
        return _Part(stream, answer.part)
    stream.close()
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.page]


def _drain(environ: dict[str, Any]) -> None:
    # A file is not sent before a body that nobody wants: a connection closed on unread bytes would lose it.
    stream = BodyStream(environ)
    if stream.unread:
        with suppress(ClientDisconnected):
            stream.drain()


def conflicts(public: Path, paths: Iterable[str]) -> Iterator[str]:
    """Yield what Next.js refuses to build: a file at a route's own path, or a folder that hides its own."""
    if (public / "_next").is_dir():
        yield "public/_next: Next.js keeps /_next for itself: rename the folder."
    for path in paths:
        if (public / path[1:]).is_file():
            yield f"public{path}: a route answers {path}: remove one of the two."


# --- Which file -------------------------------------------------------------------------------------------


def file_name(path: str) -> str | None:
    """Give the file name below ``public/`` that a raw path stands for; None where it can be none."""
    if path == "/":
        return "index.html"  # Next.js has a page for it
    try:
        name = unquote_to_bytes(path.encode("latin-1")).decode("utf-8")[1:]
    except UnicodeError:
        return None
    parts = name.split("/")
    # A path's own dots are resolved before it comes here; what is left of them was encoded to hide.
    if not {"", ".", ".."}.isdisjoint(parts) or "\\" in name or "\0" in name:
        return None
    # As with send, a dot hides a file, but not what is in a folder: /.well-known/security.txt is served.
    return None if parts[-1].startswith(".") else name


def _open(public: Path, name: str) -> BinaryIO | None:
    file = os.path.join(public, name)
    # Only a regular file: a named pipe would hold the thread until somebody writes into it.
    # PERF: asked first, because most paths are no file, and resolving links takes ten times as long.
    if not os.path.isfile(file):
        return None
    root, real = os.path.realpath(public), os.path.realpath(file)
    if not real.startswith(root + os.sep):  # a link leads outside
        return None
    try:
        return open(real, "rb")
    except OSError:  # the server may not read it, or it has just gone
        return None


# --- What it is -------------------------------------------------------------------------------------------


class Entity(NamedTuple):
    """What an answer tells about a file: ``size`` in bytes, ``modified`` in whole seconds since 1970."""

    content_type: str
    size: int
    modified: int
    etag: str


def _describe(name: str, stream: BinaryIO) -> Entity:
    status = os.fstat(stream.fileno())
    milliseconds = (status.st_mtime_ns + 500_000) // 1_000_000
    etag = f'W/"{status.st_size:x}-{milliseconds:x}"'
    return Entity(content_type(name), status.st_size, milliseconds // 1000, etag)


@cache
def _known() -> dict[str, str]:
    """Give the types that Python knows: the machine's own /etc/mime.types must not change an answer.

    PERF: 2 ms, which a project without public files need not spend when it starts.
    """
    return MimeTypes(filenames=()).types_map[1]


# Where Next.js (mime 1.6) says otherwise than Python, or Python says nothing.
_NEXT = {
    ".3g2": "video/3gpp2",
    ".3gp": "video/3gpp",
    ".3gpp": "video/3gpp",
    ".7z": "application/x-7z-compressed",
    ".aac": "audio/x-aac",
    ".apk": "application/vnd.android.package-archive",
    ".appcache": "text/cache-manifest",
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".bat": "application/x-msdownload",
    ".bz2": "application/x-bzip2",
    ".c": "text/x-c",
    ".conf": "text/plain",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eot": "application/vnd.ms-fontobject",
    ".epub": "application/epub+zip",
    ".flac": "audio/x-flac",
    ".geojson": "application/geo+json",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".gz": "application/gzip",
    ".h": "text/x-c",
    ".heic": "image/heic",
    ".ico": "image/x-icon",
    ".ics": "text/calendar",
    ".ini": "text/plain",
    ".js": "application/javascript",
    ".jsonld": "application/ld+json",
    ".jsx": "text/jsx",
    ".jxl": "image/jxl",
    ".less": "text/less",
    ".log": "text/plain",
    ".m3u": "audio/x-mpegurl",
    ".m4a": "audio/mp4",
    ".m4v": "video/x-m4v",
    ".man": "text/troff",
    ".manifest": "text/cache-manifest",
    ".map": "application/json",
    ".md": "text/markdown",
    ".me": "text/troff",
    ".mif": "application/vnd.mif",
    ".mjs": "application/javascript",
    ".mpd": "application/dash+xml",
    ".ms": "text/troff",
    ".obj": "application/x-tgif",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".otf": "font/otf",
    ".p7m": "application/pkcs7-mime",
    ".pem": "application/x-x509-ca-cert",
    ".pl": "application/x-perl",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".psd": "image/vnd.adobe.photoshop",
    ".ram": "audio/x-pn-realaudio",
    ".rdf": "application/rdf+xml",
    ".roff": "text/troff",
    ".rss": "application/rss+xml",
    ".rtf": "application/rtf",
    ".scss": "text/x-scss",
    ".sgm": "text/sgml",
    ".sgml": "text/sgml",
    ".srt": "application/x-subrip",
    ".t": "text/troff",
    ".tr": "text/troff",
    ".ts": "video/mp2t",
    ".ttf": "font/ttf",
    ".vtt": "text/vtt",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wsdl": "application/wsdl+xml",
    ".xhtml": "application/xhtml+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".yaml": "text/yaml",
    ".yml": "text/yaml",
}


def content_type(name: str) -> str:
    """Give the Content-Type for a file of that name, in Next.js's words."""
    ending = os.path.splitext(name)[1].lower()
    kind = _NEXT.get(ending) or _known().get(ending, "application/octet-stream")
    text = kind.startswith(("text/", "application/javascript", "application/json"))
    return f"{kind}; charset=UTF-8" if text else kind


# --- The answer -------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """Status and headers, and the body: bytes ``part`` of the file, or else ``page``."""

    status: int
    headers: list[tuple[str, str]]
    part: range | None = None
    page: bytes = b""


def decide(entity: Entity, environ: dict[str, Any]) -> Answer:
    """Decide what to answer to one GET or HEAD request for a file."""
    if _is_changed(entity, environ):
        return _page(412, _about(entity))
    if _is_fresh(entity, environ):
        return Answer(304, [_CACHED, *_about(entity), ("ETag", entity.etag)])
    part = _wanted(entity, environ)
    if part is None:
        return _content(200, entity, range(entity.size))
    if not part:
        return _page(416, [*_about(entity), ("Content-Range", f"bytes */{entity.size}")])
    return _content(206, entity, part)


_CACHED = ("Cache-Control", "public, max-age=0")
# An uploaded text must not run as a script, whatever it says: browsers take a file for what it is called.
_AS_TOLD = ("X-Content-Type-Options", "nosniff")
_UNCACHED = ("Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate")


def _about(entity: Entity) -> list[tuple[str, str]]:
    return [("Accept-Ranges", "bytes"), ("Last-Modified", http_date(entity.modified))]


def _content(status: int, entity: Entity, part: range) -> Answer:
    headers = [
        _CACHED,
        *_about(entity),
        ("ETag", entity.etag),
        ("Content-Type", entity.content_type),
        _AS_TOLD,
    ]
    if status == 206:
        headers.append(("Content-Range", f"bytes {part.start}-{part.stop - 1}/{entity.size}"))
    return Answer(status, [*headers, ("Content-Length", str(len(part)))], part)


def _page(status: int, headers: list[tuple[str, str]]) -> Answer:
    page = reason(status).encode()
    kind, length = ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))
    return Answer(status, [*headers, _UNCACHED, kind, length], page=page)


def _refuse_method(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "OPTIONS":
        return error_page(405, environ, start_response, allow=("GET", "HEAD"))
    # Next.js knows no OPTIONS for a file, and says so without a page.
    start_response(
        "400 Bad Request", [("Allow", "GET"), ("Allow", "HEAD"), _UNCACHED, ("Content-Length", "0")]
    )
    return []


class _Part:
    """A part of a file on its way; the server closes it, and so the file, whatever happens.

    Not the server's own file wrapper: some go on to the end of the file, beyond the part or the length.
    """

    def __init__(self, stream: BinaryIO, part: range) -> None:
        self._stream = stream
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        self._stream.seek(self._part.start)
        left = len(self._part)
        while left:
            piece = self._stream.read(min(PIECE, left))
            if not piece:
                log.error("%s became shorter while it was being sent", self._stream.name)
                raise BrokenAnswer("a file became shorter while it was being sent")
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


# --- Conditions -------------------------------------------------------------------------------------------


def _is_changed(entity: Entity, environ: dict[str, Any]) -> bool:
    """Tell whether the client wants another state of the file than there is: 412."""
    tags = environ.get("HTTP_IF_MATCH")
    if tags:
        known = (entity.etag, entity.etag.removeprefix("W/"), f"W/{entity.etag}")
        return tags != "*" and not any(tag.strip(" ") in known for tag in tags.split(","))
    return _is_older(environ.get("HTTP_IF_UNMODIFIED_SINCE"), entity.modified) is True


def _is_fresh(entity: Entity, environ: dict[str, Any]) -> bool:
    """Tell whether the client's copy is still good: 304. Where it names a tag and a date, both must be."""
    tags, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    if not (tags or since) or (since and _is_older(since, entity.modified) is not False):
        return False
    control = environ.get("HTTP_CACHE_CONTROL", "")
    return is_fresh({"if-none-match": tags or "*", "cache-control": control}, entity.etag)


def _may_resume(entity: Entity, environ: dict[str, Any]) -> bool:
    """Tell whether the part that the client holds is of this state of the file (If-Range)."""
    condition = environ.get("HTTP_IF_RANGE")
    if not condition:
        return True
    if '"' in condition:
        return entity.etag in condition
    return _is_older(condition, entity.modified) is False


def _is_older(date: str | None, modified: int) -> bool | None:
    """Tell whether a header's date lies before ``modified``; None for what is no date."""
    try:
        time = parse_date(date)
    except OverflowError:  # a year of twenty digits
        return None
    return None if time is None else time.timestamp() < modified


# --- Ranges -----------------------------------------------------------------------------------------------

_BYTES = re.compile(" *bytes=")
_NUMBER = re.compile(r"\s*\+?([0-9]+)")


def _wanted(entity: Entity, environ: dict[str, Any]) -> range | None:
    found = _BYTES.match(environ.get("HTTP_RANGE", ""))
    if found is None or not _may_resume(entity, environ):
        return None
    return parse_range(found.string[found.end() :], entity.size)


def parse_range(text: str, size: int) -> range | None:
    """Read what follows ``bytes=``: one part of ``size`` bytes, empty where none can be given.

    None for several parts that do not touch: the whole file answers them, as with send.
    """
    parts = sorted(part for each in text.split(",") if (part := _read_part(each, size)))
    if not parts:
        return range(0)
    start, stop = parts[0]
    for other, end in parts[1:]:
        if other > stop:
            return None
        stop = max(stop, end)
    return range(start, stop)


def _read_part(text: str, size: int) -> tuple[int, int] | None:
    """Read ``first-last``, ``first-`` or ``-count`` into start and stop, as leniently as range-parser."""
    first, last = (_number(each) for each in (text + "-").split("-")[:2])
    if math.isnan(first):
        first, last = size - last, math.inf
    elif math.isnan(last):
        last = math.inf
    last = min(last, size - 1)
    return (int(first), int(last) + 1) if 0 <= first <= last else None


def _number(text: str) -> float:
    # A float, as in JavaScript: Python refuses to read integers of more than 4,300 digits.
    found = _NUMBER.match(text)
    return float(found[1]) if found else math.nan

"""The readers of what a client sends, each as a function of bytes that may raise what is documented alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import nextwsgi.public as public
from nextwsgi.body import parse
from nextwsgi.errors import ApiError
from nextwsgi.formidable.errors import FormidableError
from nextwsgi.formidable.multipart import Multipart, Part, read_boundary
from nextwsgi.front.compress import Sender
from nextwsgi.jsontext import parse_json, stringify
from nextwsgi.node import parse_content_type, parse_cookies, parse_form, parse_query, serialize_query
from nextwsgi.paths import clean_path, raw_path, redirect_location
from nextwsgi.preview import PreviewKeys, preview_data
from nextwsgi.routes import Route, Table
from nextwsgi.web.cookies import RequestCookies
from nextwsgi.web.forms import parse_form as parse_form_data
from nextwsgi.web.headers import Headers
from nextwsgi.web.mime import parse_mime
from nextwsgi.web.url import URL, URLSearchParams


class Reader(NamedTuple):
    """A reader, and what it starts from: every input of a fuzzer is a change of one of these."""

    read: Callable[[bytes], object]
    corpus: tuple[bytes, ...]


def _text(data: bytes) -> str:
    return data.decode("latin-1")


def _line(data: bytes) -> str:
    """Give a header's value: of the bytes that a server lets pass."""
    return _text(data).translate({0: None, 10: None, 13: None})


# --- Paths and queries ------------------------------------------------------------------------------------


def _never(_req: object, _res: object) -> None:
    raise AssertionError("nothing is called here")


_PATHS = ("/api/a", "/api/users/[id]", "/api/docs/[...slug]", "/api/maybe/[[...path]]", "/api/[a]/b/[c]")
_TABLE = Table([Route(path, path, _never) for path in _PATHS])


def read_path(data: bytes) -> None:
    """Find the route of a target, as ``NextWSGI`` does."""
    target = "/" + _text(data)
    variables = {"RAW_URI": target, "PATH_INFO": target.partition("?")[0], "SCRIPT_NAME": ""}
    path = raw_path(variables)
    location = redirect_location(path, target.partition("?")[2])
    assert location is None or (location[0] == "/" and location[1:2] not in ("/", "\\")), location
    path = clean_path(path)
    assert clean_path(path) == path, path
    public.file_name(path)
    try:
        _TABLE.match(path)
    except ApiError as error:
        assert error.status == 400  # noqa: PT017 - what it may be, not that it is raised


def read_query(data: bytes) -> None:
    """Read a query in all the ways there are."""
    query = parse_query(_text(data))
    assert parse_query(serialize_query(query)).keys() == query.keys()
    URLSearchParams(_text(data)).sort()


def read_url(data: bytes) -> None:
    """Read a URL, below another one."""
    try:
        url = URL(data.decode(errors="replace"), "http://localhost/a/b?c")
        assert URL(url.href).href == url.href
    except TypeError:
        return


def read_cookie(data: bytes) -> None:
    """Read a Cookie header."""
    parse_cookies(_line(data))
    str(RequestCookies(Headers({"cookie": _line(data)})))
    preview_data(_line(data), PreviewKeys("i" * 32, "s" * 32, "e" * 32))


# --- Bodies -----------------------------------------------------------------------------------------------


def read_json(data: bytes) -> None:
    """Read JSON, and write what it says."""
    try:
        value = parse_json(data)
    except ValueError:
        return
    assert stringify(parse_json(stringify(value))) == stringify(value)


def read_form(data: bytes) -> None:
    """Read a form, and a body of whatever type stands before its first line's end."""
    parse_form(data.decode(errors="replace"))
    kind, _, body = data.partition(b"\n")
    for content_type in (_line(kind), "application/x-www-form-urlencoded"):
        try:
            parse(body, content_type)
        except ApiError as error:
            assert error.status == 400  # noqa: PT017


_BOUNDARY = "multipart/form-data; boundary=x"


def read_formidable(data: bytes) -> None:
    """Read uploads, whole and byte by byte: both see the same."""
    assert _parts(data, len(data) or 1) == _parts(data, 3)


def _parts(data: bytes, size: int) -> list[object]:
    """Give all parts, each with its content in one piece; what is wrong with them ends them."""
    found: list[object] = []
    reader = Multipart(read_boundary(_BOUNDARY))
    try:
        for at in range(0, len(data), size):
            for event in reader.feed(data[at : at + size]):
                if isinstance(event, Part):
                    found += [event, b""]
                elif event is not None:
                    found[-1] = bytes(found[-1]) + event  # type: ignore[call-overload]
    except FormidableError as error:
        return [part for part in found if isinstance(part, Part)] + [error.message]
    return found if reader.done else [part for part in found if isinstance(part, Part)]


def read_form_data(data: bytes) -> None:
    """Read a form as ``request.formData()`` does."""
    try:
        form = parse_form_data(data, _BOUNDARY)
    except TypeError:
        return
    assert all(isinstance(name, str) for name, _ in form.entries())


# --- Headers ----------------------------------------------------------------------------------------------

_FILE = public.Entity("text/plain", 1000, 1_700_000_000, 'W/"3e8-1"')


def read_range(data: bytes) -> None:
    """Read a Range, and conditions, one a line."""
    found = public.parse_range(_line(data), 1000)
    assert found is None or (0 <= found.start <= found.stop <= 1000), found
    names = ("RANGE", "IF_RANGE", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE", "IF_MATCH", "IF_NONE_MATCH")
    values = map(_line, data.split(b"\n"))
    public.decide(_FILE, {f"HTTP_{name}": value for name, value in zip(names, values, strict=False)})


def read_content_type(data: bytes) -> None:
    """Read a Content-Type in all the ways there are."""
    text = _line(data)
    mime = parse_mime(text)
    assert mime is None or parse_mime(str(mime)) == mime, text
    with suppress(ValueError):
        parse_content_type(text)
    try:
        read_boundary(text)
    except FormidableError as error:
        assert error.httpCode == 400  # noqa: PT017


def read_accepted(data: bytes) -> None:
    """Read an Accept-Encoding."""
    head = [("Content-Type", "text/plain"), ("Content-Length", "2000")]
    variables = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": _line(data)}
    sender = Sender(variables, lambda _status, _lines: lambda _piece: None)
    sender.start("200 OK", head)
    list(sender.finish([b"x" * 2000]))


_NAMED = b'--x\r\nContent-Disposition: form-data; name="a"'
_PART = _NAMED + b'; filename="b.txt"\r\nContent-Type: text/plain\r\n\r\nc\r\n'

READERS: dict[str, Reader] = {
    "path": Reader(read_path, (b"api/users/42", b"api//a/%2e%2e/b\\c", b"api/docs/a%2Fb/%ff?x=1", b"api/a/")),
    "query": Reader(read_query, (b"a=1&a=2&b[]=3", b"%00nxtPid=1&__proto__=2&a+b=%f0%9f%98%80", b"&&=;")),
    "url": Reader(read_url, (b"/a?b#c", b"http://[::1]:80/%2e", b"//evil", b"http://xn--a.b:99999", b"\\a")),
    "cookie": Reader(
        read_cookie,
        (b'a=1; b="2"; a=%zz', b"__prerender_bypass=a; __next_preview_data=b.c.d", b"=;,; constructor=1"),
    ),
    "json": Reader(
        read_json,
        (b'{"a":[1,2.5,-1e3,"\\ud800",null,true],"1":{"__proto__":0}}', b"[1E400,1.0,-0]", b"\xef\xbb\xbf{}"),
    ),
    "form": Reader(
        read_form,
        (b"text/plain; charset=utf-16\na", b"application/json; charset=latin-1\n{}", b"\na=%e4&b+=%f0%9f"),
    ),
    "formidable": Reader(
        read_formidable, (_PART + _PART + b"--x--\r\n", _PART[:60], b"a\r\n--x\r\n X: \r\n y\r\n\r\n\r\n--x-")
    ),
    "form_data": Reader(
        read_form_data,
        (
            _PART + b"--x--",
            _NAMED + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--x--",
        ),
    ),
    "range": Reader(
        read_range,
        (
            b"bytes=0-1,5-,-3",
            b'bytes=1-2\n"a"\nSat, 21 Nov 2026 06:00:00 GMT\nSun, 06-Nov-94 08:49:37 GMT\n"b", *\nW/"3e8-1"',
        ),
    ),
    "content_type": Reader(
        read_content_type,
        (b'multipart/form-data; boundary="a\\"b"; charset=utf-8', b"text/plain;a=b;a", b"a/b; c*=utf-8''d"),
    ),
    "accept_encoding": Reader(
        read_accepted, (b"gzip;q=0.5, *;q=0, deflate", b"identity, gzip; q = 1.0001;x")
    ),
}

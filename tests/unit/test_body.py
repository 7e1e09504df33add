"""Reading a body to its end or its limit, and what req.body makes of it."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from nextwsgi import body as body_module
from nextwsgi.body import PIECE, BodyStream, charset_of, may_follow, parse
from nextwsgi.errors import ApiError, ClientDisconnected


def stream(data: bytes, **environ: Any) -> BodyStream:
    return BodyStream({"wsgi.input": io.BytesIO(data), **environ})


CHUNKED = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


def chunked(data: bytes) -> BodyStream:
    return stream(data, **CHUNKED)


def of_length(data: bytes) -> BodyStream:
    return stream(data, CONTENT_LENGTH=str(len(data)))


@pytest.mark.parametrize("kind", [of_length, chunked])
@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False), (200_000, False)])
def test_the_limit_is_exact(kind: Callable[[bytes], BodyStream], size: int, fits: bool) -> None:
    body = kind(b"x" * size)
    if fits:
        assert body.read_all(100, "100b") == b"x" * size
        assert not body.unread
    else:
        with pytest.raises(ApiError, match="Body exceeded 100b limit") as caught:
            body.read_all(100, "100b")
        assert caught.value.status == 413
        assert body.unread


@pytest.mark.parametrize("kind", [of_length, chunked])
def test_the_smallest_limits_are_exact_too(kind: Callable[[bytes], BodyStream]) -> None:
    assert kind(b"").read_all(0, "0b") == b""
    assert kind(b"x").read_all(1, "1b") == b"x"
    for limit in (0, 1):
        with pytest.raises(ApiError):
            kind(b"xx").read_all(limit, "1b")


def test_a_body_that_comes_in_small_pieces_is_read_up_to_its_limit_and_one_byte() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 3))

    source = Slow(b"x" * 1000)
    with pytest.raises(ApiError):
        BodyStream({"wsgi.input": source, **CHUNKED}).read_all(10, "10b")
    assert source.tell() == 11
    assert BodyStream({"wsgi.input": Slow(b"0123456789"), **CHUNKED}).read_all(10, "10b") == b"0123456789"


@pytest.mark.parametrize(
    ("environ", "follows"),
    [
        ({}, False),
        ({"SERVER_PROTOCOL": "HTTP/1.0"}, False),
        ({"SERVER_PROTOCOL": "HTTP/1.1"}, False),
        ({"SERVER_PROTOCOL": "HTTP/2"}, True),
        ({"SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": "1"}, True),
        ({"SERVER_PROTOCOL": "HTTP/1.1", "HTTP_TRANSFER_ENCODING": "chunked"}, True),
    ],
)
def test_in_http_1_only_a_head_that_says_so_is_followed_by_a_body(
    environ: dict[str, str], follows: bool
) -> None:
    assert may_follow(environ) is follows


def test_a_length_is_known_before_a_body_is_read_unless_it_is_chunked() -> None:
    assert of_length(b"abc").length == 3
    assert chunked(b"abc").length is None
    assert stream(b"").length == 0


def test_no_more_than_the_limit_and_one_byte_is_read() -> None:
    source = io.BytesIO(b"x" * 1000)
    with pytest.raises(ApiError):
        BodyStream({"wsgi.input": source, **CHUNKED}).read_all(10, "10b")
    assert source.tell() == 11


def test_an_announced_length_over_the_limit_is_refused_unread() -> None:
    source = io.BytesIO(b"x" * 1000)
    with pytest.raises(ApiError):
        BodyStream({"wsgi.input": source, "CONTENT_LENGTH": "1000"}).read_all(10, "10b")
    assert source.tell() == 0


def test_a_stream_that_ends_without_a_body_is_not_waited_for() -> None:
    assert not stream(b"", **{"wsgi.input_terminated": True}).unread


@pytest.mark.parametrize(
    "environ", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}, {"CONTENT_LENGTH": "-5"}]
)
def test_without_a_length_there_is_no_body(environ: dict[str, str]) -> None:
    body = stream(b"not ours", **environ)
    assert not body.unread
    assert body.read_all(100, "100b") == b""


def test_nothing_beyond_the_length_is_read() -> None:
    assert stream(b"ours, theirs", CONTENT_LENGTH="4").read_all(100, "100b") == b"ours"


def test_a_length_counts_more_than_a_server_that_ends_the_stream() -> None:
    body = stream(b"ours, theirs", CONTENT_LENGTH="4", **{"wsgi.input_terminated": True})
    assert body.read_all(100, "100b") == b"ours"


def test_a_body_cut_short_is_a_client_that_left() -> None:
    with pytest.raises(ClientDisconnected, match="6 bytes of its body unsent"):
        stream(b"half", CONTENT_LENGTH="10").read_all(100, "100b")


def test_a_failing_read_is_a_client_that_left() -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise ConnectionResetError(size)

    with pytest.raises(ClientDisconnected):
        BodyStream({"wsgi.input": Broken(), "CONTENT_LENGTH": "10"}).read()


class _Failing(io.BytesIO):
    def __init__(self, failure: Exception | None) -> None:
        super().__init__()
        self._failure = failure

    def read(self, size: int | None = -1, /) -> bytes:
        if self._failure is not None:
            raise self._failure
        return super().read(size)


@pytest.mark.parametrize("failure", [ConnectionResetError(104), ValueError("no chunk"), None])
def test_nothing_more_is_expected_of_a_client_that_left(failure: Exception | None) -> None:
    body = BodyStream({"wsgi.input": _Failing(failure), "CONTENT_LENGTH": "10"})
    assert body.unread
    with pytest.raises(ClientDisconnected):
        body.read()
    assert not body.unread


def test_what_a_client_still_sends_is_drained() -> None:
    body = of_length(b"x" * 300_000)
    body.drain()
    assert not body.unread


def test_draining_stops_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "DRAIN_BYTES", 100_000)
    body = of_length(b"x" * 300_000)
    body.drain()
    assert body.unread


@pytest.mark.parametrize(("limit", "pieces"), [(PIECE, 1), (PIECE + 1, 2), (2 * PIECE, 2)])
def test_no_piece_is_drained_beyond_its_limit(
    monkeypatch: pytest.MonkeyPatch, limit: int, pieces: int
) -> None:
    monkeypatch.setattr(body_module, "DRAIN_BYTES", limit)
    source = io.BytesIO(b"x" * 300_000)
    BodyStream({"wsgi.input": source, **CHUNKED}).drain()
    assert source.tell() == pieces * PIECE


def test_draining_stops_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "DRAIN_SECONDS", 0)
    body = of_length(b"x" * 300_000)
    body.drain()
    assert body.unread


@pytest.mark.parametrize(
    ("raw", "content_type", "expected"),
    [
        (b"", "", ""),
        (b"", "application/json", {}),
        (b"", "application/x-www-form-urlencoded", {}),
        (b"", "text/plain", ""),
        (b'{"a":[1]}', "application/json", {"a": [1]}),
        (b'{"a":1}', "APPLICATION/JSON; Charset=UTF-8", {"a": 1}),
        (b"[1]", "application/ld+json", [1]),
        (b'\xef\xbb\xbf{"a":1}', "application/json", {"a": 1}),
        (b'"\xff"', "application/json", "�"),
        (b'{"a":1,"a":2}', "application/json", {"a": 2}),
        (b"a=1&a=2&b=+%20", "application/x-www-form-urlencoded", {"a": ["1", "2"], "b": "  "}),
        (b'{"a":1}', "", '{"a":1}'),
        (b'{"a":1}', "text/json", '{"a":1}'),
        (b'{"a":1}', "application/vnd.api+json", '{"a":1}'),
        (b'{"a":1}', "application/json;;", '{"a":1}'),
        (b"caf\xe9", "text/plain; charset=latin1", "café"),
        (b"caf\xe9", "text/plain; charset=ISO-8859-1", "café"),
        (b"caf\xe9", "text/plain; charset=us-ascii", "caf�"),
        (b"caf\xe9", "text/plain", "caf�"),
        (b"a\0b\0", "text/plain; charset=utf-16le", "ab"),
        (b"\0a\0b", "text/plain; charset=utf-16be", "ab"),
        (b"\xfe\xff\0a", "text/plain; charset=utf-16", "a"),
        (b"\xff\xfea\0", "text/plain; charset=utf-16", "a"),
        (b"\0a\0b", "text/plain; charset=utf-16", "ab"),
        (b"a\0b\0", "text/plain; charset=utf-16", "ab"),
        (b"a\0b", "text/plain; charset=utf-16le", "a"),
        (b"=\xd8", "text/plain; charset=utf-16le", "\ud83d"),
        (b'"caf\xe9"', "application/json; charset=latin1", "café"),
        (b'"\0"\0', "application/json; charset=utf-16le", ""),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "text/plain", "café"),
        (b"caf\xc3\xa9\xef\xbb\xbf", "text/plain", "café\ufeff"),
    ],
)
def test_the_content_type_decides_what_the_body_is(raw: bytes, content_type: str, expected: object) -> None:
    assert parse(raw, content_type) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xfe\xff" + "中文".encode("utf-16-be"), "中文"),
        (b"\xff\xfe" + "中文".encode("utf-16-le"), "中文"),
        ("中文".encode("utf-16-le"), "中文"),
        ("a中文".encode("utf-16-le"), "a中文"),
        ("a中文".encode("utf-16-be"), "a中文"),
        (b"\0ab\0", "\u6100b"),  # as many of one order as of the other
        (b"\0a\0bc\0", "ab\u6300"),
        (b"\xfe\xff\0a\0", "a"),
        (b"\xff\xfea\0b", "a"),
        (b"\0a\0", "a"),
        (b"a\0b", "a"),
    ],
)
def test_the_order_of_utf_16_is_told_by_its_mark_or_by_where_most_zeros_are(
    raw: bytes, expected: str
) -> None:
    assert parse(raw, "text/plain; charset=utf-16") == expected


@pytest.mark.parametrize("raw", [b"{", b"NaN", b"[1,]", b"01", b'"\t"', b" ", b"{'a':1}", b"\xff"])
def test_what_json_parse_refuses_is_invalid_json(raw: bytes) -> None:
    with pytest.raises(ApiError, match="Invalid JSON") as caught:
        parse(raw, "application/json")
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "charset", ["punycode", "rot13", "zlib", "idna", "undefined", "utf-7", "utf-8-sig", "x"]
)
def test_a_charset_off_the_list_is_an_invalid_body(charset: str) -> None:
    with pytest.raises(ApiError, match="Invalid body") as caught:
        charset_of(f"text/plain; charset={charset}")
    assert caught.value.status == 400


def test_a_form_has_at_most_a_thousand_pairs() -> None:
    form = parse("&".join(f"a{n}=" for n in range(120_000)).encode(), "application/x-www-form-urlencoded")
    assert len(form) == 1000


def test_a_length_of_thousands_of_digits_is_over_every_limit() -> None:
    with pytest.raises(ApiError, match="Body exceeded 1gb limit"):
        stream(b"", CONTENT_LENGTH="9" * 5000).read_all(1 << 30, "1gb")

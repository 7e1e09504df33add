"""Streams: sent, written by hand, cut short; and the framing of bodies."""

from dataclasses import replace

from tests.conformance.exchange import Exchange, chunked, get, head, post, request

SENT = [
    "slow",
    "many",
    "typed",
    "length",
    "status",
    "not_found",
    "no_content",
    "not_modified",
    "file",
    "download",
    "empty_pieces",
    "unicode",
]
LENGTHS = [
    "short",
    "long",
    "short_end",
    "long_end",
    "zero",
    "list",
    "chunked",
    "both",
    "close",
    "upgrade",
    "keep",
    "no_content",
    "not_modified",
    "reset",
]
FAILS = ["at_once", "midway", "midway_length", "wrong_type"]


def _cut(exchange: Exchange) -> Exchange:
    # Next.js may leave it hanging.
    return replace(exchange, timeout=1.5)


def _http10(name: str, target: str) -> Exchange:
    return _cut(request(name, "GET", target, version="HTTP/1.0"))


EXCHANGES = [
    *[get(f"stream_{case}", f"/api/stream/send?case={case}") for case in SENT],
    *[head(f"stream_{case}_head", f"/api/stream/send?case={case}") for case in ("typed", "length", "file")],
    get("stream_events", "/api/stream/events"),
    head("stream_events_head", "/api/stream/events"),
    _http10("stream_events_http10", "/api/stream/events"),
    _http10("stream_typed_http10", "/api/stream/send?case=typed"),
    _http10("stream_json_http10", "/api/res/json?value=nested"),
    *[_cut(get(f"framing_{case}", f"/api/stream/length?case={case}")) for case in LENGTHS],
    *[
        _cut(head(f"framing_{case}_head", f"/api/stream/length?case={case}"))
        for case in ("short_end", "zero", "chunked")
    ],
    post("stream_echo", "/api/stream/echo", b"one\x00\xff\r\n0\r\n"),
    post("stream_echo_nothing", "/api/stream/echo"),
    chunked("stream_echo_chunked", "/api/stream/echo", [b"one ", b"two ", b"three"]),
    *[_cut(get(f"stream_fails_{case}", f"/api/stream/fails?case={case}")) for case in FAILS],
]

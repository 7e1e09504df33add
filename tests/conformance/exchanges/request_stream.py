"""req read as a stream, with bodyParser: false."""

from tests.conformance.exchange import chunked, get, post, request

STREAM = "/api/req/stream"
LENGTH = "/api/req/length"
UNREAD = "/api/req/unread"
JSON = "application/json"

EXCHANGES = [
    get("stream_of_no_body", STREAM),
    post("stream_of_an_empty_body", STREAM),
    post("stream_of_text", STREAM, "hello"),
    post("stream_of_bytes", STREAM, bytes(range(256)), "application/octet-stream"),
    post("stream_of_json_is_raw", STREAM, '{"a":1}', JSON),
    post("stream_of_bad_json_is_raw", STREAM, '{"a":', JSON),
    post("stream_of_a_form_is_raw", STREAM, "a=1&b=2", "application/x-www-form-urlencoded"),
    post("stream_of_an_unknown_charset_is_raw", STREAM, "abc", "text/plain; charset=nosuch"),
    post("stream_of_utf16_is_raw", STREAM, "abc".encode("utf-16"), "text/plain; charset=utf-16"),
    chunked("stream_of_one_chunk", STREAM, [b"hello"]),
    chunked("stream_of_many_chunks", STREAM, [b"he", b"l", b"lo", b"\r\n0\r\n\r\n"]),
    chunked("stream_of_no_chunk", STREAM, []),
    chunked("stream_of_chunked_json", STREAM, [b'{"a"', b":1}"], JSON),
    post("stream_of_100_kb", LENGTH, b"x" * 100_000),
    post("stream_over_the_limit_of_the_parser", LENGTH, b"x" * 1_048_577, JSON),
    post("stream_of_3_mb", LENGTH, b"x" * 3_000_000),
    chunked("stream_of_2_mb_chunked", LENGTH, [b"x" * 50_000] * 40),
    chunked("stream_of_5000_small_chunks", LENGTH, [b"ab"] * 5000),
    request("stream_of_a_get", "GET", STREAM, body="hello"),
    request("stream_of_a_put", "PUT", STREAM, body="hello"),
    request("stream_of_a_delete", "DELETE", STREAM, body="hello"),
    request("stream_http_1_0", "POST", STREAM, body="hello", version="HTTP/1.0"),
    post("stream_after_100_continue", STREAM, "hello", None, {"Expect": "100-continue"}),
    get("stream_unread_of_no_body", UNREAD),
    post("stream_unread", UNREAD, "hello"),
    post("stream_unread_of_json", UNREAD, '{"a":1}', JSON),
    chunked("stream_unread_of_chunks", UNREAD, [b"he", b"llo"]),
]

"""The limit of the body parser, by length and chunked, and how it is written."""

from tests.conformance.exchange import Exchange, chunked, post, request

AT = "/api/body/limit"
DEFAULT = "/api/body/length"
TEXT = "text/plain"
MB = 1_048_576

# What config.api.bodyParser.sizeLimit says in each file, and the bytes it stands for.
SPELLINGS = {
    "number": 10,
    "ten": 10,
    "capital": 10,
    "bare": 10,
    "zero": 0,
    "half": 512,
    "kb": 1024,
    "KB": 1024,
    "spaced": 1024,
    "uneven": 1572,
}


def _around(file: str, limit: int) -> list[Exchange]:
    """Ask for one byte less than the limit, the limit, and one byte more; by length and chunked."""
    name = f"limit_{'capital_kb' if file == 'KB' else file}"
    sizes = {"over": limit + 1, "exact": limit, "under": max(limit - 1, 0)}
    return [
        *[post(f"{name}_{word}", f"{AT}/{file}", b"x" * size, TEXT) for word, size in sizes.items()],
        *[
            chunked(f"{name}_{word}_chunked", f"{AT}/{file}", [b"x" * size], TEXT)
            for word, size in sizes.items()
        ],
    ]


def _json(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


EXCHANGES = [
    *[exchange for file, limit in SPELLINGS.items() for exchange in _around(file, limit)],
    post("limit_default_under", DEFAULT, b"x" * (MB - 1), TEXT),
    post("limit_default_exact", DEFAULT, b"x" * MB, TEXT),
    post("limit_default_over", DEFAULT, b"x" * (MB + 1), TEXT),
    chunked("limit_default_exact_chunked", DEFAULT, [b"x" * 4096] * 256, TEXT),
    chunked("limit_default_over_chunked", DEFAULT, [*[b"x" * 4096] * 256, b"x"], TEXT),
    chunked("limit_default_over_in_the_first_chunk", DEFAULT, [b"x" * (MB + 1)], TEXT),
    post("limit_default_exact_json", DEFAULT, _json(MB), "application/json"),
    post("limit_default_over_json", DEFAULT, _json(MB + 1), "application/json"),
    post("limit_default_over_bad_json", DEFAULT, b"{" * (MB + 1), "application/json"),
    post("limit_default_over_form", DEFAULT, b"x" * (MB + 1), "application/x-www-form-urlencoded"),
    post("limit_default_over_multipart", DEFAULT, b"x" * (MB + 1), "multipart/form-data; boundary=a"),
    post("limit_default_over_unknown_charset", DEFAULT, b"x" * (MB + 1), "text/plain; charset=nosuch"),
    post("limit_counts_bytes_not_characters", f"{AT}/ten", "\u20ac\u20ac\u20ac", TEXT),
    post("limit_counts_bytes_not_characters_over", f"{AT}/ten", "\u20ac\u20ac\u20ac\u20ac", TEXT),
    post("limit_counts_the_byte_order_mark", f"{AT}/ten", b"\xef\xbb\xbf1234567", TEXT),
    post("limit_counts_the_byte_order_mark_over", f"{AT}/ten", b"\xef\xbb\xbf12345678", TEXT),
    post("limit_true_is_the_default_exact", f"{AT}/true", b"x" * MB, TEXT),
    post("limit_true_is_the_default_over", f"{AT}/true", b"x" * (MB + 1), TEXT),
    post("limit_empty_is_the_default_exact", f"{AT}/empty", b"x" * MB, TEXT),
    post("limit_empty_is_the_default_over", f"{AT}/empty", b"x" * (MB + 1), TEXT),
    post("limit_mb_exact", f"{AT}/mb", b"x" * 2 * MB, TEXT),
    post("limit_mb_over", f"{AT}/mb", b"x" * (2 * MB + 1), TEXT),
    post("limit_gb_takes_3_mb", f"{AT}/gb", b"x" * 3 * MB, TEXT),
    request("limit_of_a_get", "GET", f"{AT}/ten", {"Content-Type": TEXT}, b"x" * 11),
    request("limit_of_a_delete", "DELETE", f"{AT}/ten", {"Content-Type": TEXT}, b"x" * 11),
    request("limit_of_a_head", "HEAD", f"{AT}/ten", {"Content-Type": TEXT}, b"x" * 11),
    request("limit_http_1_0", "POST", f"{AT}/ten", {"Content-Type": TEXT}, b"x" * 11, version="HTTP/1.0"),
    post("limit_over_after_100_continue", f"{AT}/ten", b"x" * 11, TEXT, {"Expect": "100-continue"}),
    post("limit_over_by_far", f"{AT}/ten", b"x" * 5 * MB, TEXT),
    chunked("limit_over_by_far_chunked", f"{AT}/ten", [b"x" * 65536] * 80, TEXT),
]

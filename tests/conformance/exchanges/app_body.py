"""The body of a route handler's request, in def and in async def."""

from tests.conformance.exchange import Exchange, chunked, get, post, request

BODY = {"def": "/api/app/body", "async": "/api/app/body-async"}
ECHO = {"def": "/api/app/echo", "async": "/api/app/echo-async"}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=B"
FIELD = '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
FILE = (
    '--B\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/x-own\r\n\r\n'
    "line\r\n\r\n"
)
TYPELESS = '--B\r\nContent-Disposition: form-data; name="f"; filename="y"\r\n\r\nz\r\n'
EMPTY = '--B\r\nContent-Disposition: form-data; name="f"; filename=""\r\n\r\n\r\n'
END = "--B--\r\n"

# name: case, body, content type
ASKED: dict[str, tuple[str, bytes | str, str | None]] = {
    "text": ("text", "héllo", "text/plain"),
    "text_bytes": ("text", b"\xef\xbb\xbfa\xffb", None),
    "text_empty": ("text", "", None),
    "text_of_json": ("text", '{"a": 1}', JSON),
    "json": ("json", '{"a": [1, 2.50, "é", null]}', JSON),
    "json_untyped": ("json", "[1]", None),
    "json_empty": ("json_caught", "", JSON),
    "json_bad": ("json_caught", "{", JSON),
    "json_bad_uncaught": ("json", "{", JSON),
    "json_nan": ("json_caught", "NaN", JSON),
    "json_bom": ("json_caught", b"\xef\xbb\xbf1", JSON),
    "json_deep": ("json_caught", "[" * 50 + "]" * 50, JSON),
    "json_repeated": ("json", '{"a": 1, "a": 2}', JSON),
    "bytes": ("bytes", b"\x00\xff\n", "application/octet-stream"),
    "bytes_empty": ("bytes", "", None),
    "blob": ("blob", "abc", "Text/Plain; Charset=UTF-8"),
    "blob_untyped": ("blob", "abc", None),
    "twice": ("twice", "a", None),
    "twice_empty": ("twice", "", None),
    "twice_caught": ("twice_caught", "a", None),
    "used": ("used", "a", None),
    "used_empty": ("used", "", None),
    "used_after_failing": ("after_failing", "{", JSON),
    "unread": ("unread", "abc", None),
    "is_null": ("is_null", "a", None),
    "is_null_empty": ("is_null", "", None),
    "clone": ("clone", "abc", None),
    "clone_read": ("clone_read", "abc", None),
    "size": ("size", b"x" * 200_000, None),
    "size_over_a_megabyte": ("size", b"x" * 1_500_000, None),
    "pieces": ("pieces", b"x" * 200_000, None),
    "form": ("form", "a=1&b=%C3%A9+x&a=2&c", FORM),
    "form_charset": ("form", "a=1", f"{FORM}; charset=utf-8"),
    "form_upper": ("form", "a=1", FORM.upper()),
    "form_broken": ("form", "a=%ZZ&=v&&%FF=1", FORM),
    "form_empty": ("form", "", FORM),
    "form_all": ("form_twice", "a=1&a=2", FORM),
    "form_of_json": ("form_caught", "{}", JSON),
    "form_of_json_uncaught": ("form", "{}", JSON),
    "form_untyped": ("form_caught", "a=1", None),
    "multipart": ("form", FIELD + FILE + TYPELESS + END, MULTIPART),
    "multipart_quoted": ("form", FIELD + END, 'multipart/form-data; boundary="B"'),
    "multipart_empty_file": ("form", EMPTY + END, MULTIPART),
    "multipart_file_text": ("file_text", FILE + END, MULTIPART),
    "multipart_utf8_names": (
        "form",
        '--B\r\nContent-Disposition: form-data; name="é%22"; filename="é.png"\r\n\r\n1\r\n' + END,
        MULTIPART,
    ),
    "multipart_none": ("form_caught", END, MULTIPART),
    "multipart_no_boundary": ("form_caught", FIELD + END, "multipart/form-data"),
    "multipart_other_boundary": ("form_caught", FIELD + END, "multipart/form-data; boundary=C"),
    "multipart_cut": ("form_caught", FIELD, MULTIPART),
    "multipart_cut_head": ("form_caught", '--B\r\nContent-Disposition: form-data; name="a"', MULTIPART),
    "multipart_empty": ("form_caught", "", MULTIPART),
    "multipart_no_name": (
        "form_caught",
        "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + END,
        MULTIPART,
    ),
    "multipart_no_disposition": ("form_caught", "--B\r\nX-A: 1\r\n\r\n1\r\n" + END, MULTIPART),
    "multipart_preamble": ("form_caught", "hello\r\n" + FIELD + END, MULTIPART),
    "multipart_epilogue": ("form_caught", FIELD + END + "more", MULTIPART),
    "multipart_line_feeds": ("form_caught", (FIELD + END).replace("\r\n", "\n"), MULTIPART),
}


def _asked(kind: str) -> list[Exchange]:
    path = BODY[kind]
    return [
        *[
            post(f"app_{kind}_{name}", f"{path}?case={case}", body, content_type)
            for name, (case, body, content_type) in ASKED.items()
        ],
        chunked(f"app_{kind}_chunked", f"{path}?case=text", [b"ab", b"c"], "text/plain"),
        chunked(f"app_{kind}_chunked_json", f"{path}?case=json", [b"[1,", b"2]"], JSON),
        get(f"app_{kind}_get", f"{path}?case=text"),
        get(f"app_{kind}_get_is_null", f"{path}?case=is_null"),
        get(f"app_{kind}_get_twice", f"{path}?case=twice"),
        get(f"app_{kind}_get_json", f"{path}?case=json_caught"),
        request(f"app_{kind}_get_with_body", "GET", f"{path}?case=text", body="abc"),
        request(f"app_{kind}_delete", "DELETE", f"{path}?case=text", body="abc"),
        post(f"app_{kind}_echo", ECHO[kind], b"\x00abc\xff", "x/y"),
        post(f"app_{kind}_echo_big", ECHO[kind], b"0123456789" * 20_000, "x/y"),
        post(f"app_{kind}_echo_empty", ECHO[kind], "", "x/y"),
        chunked(f"app_{kind}_echo_chunked", ECHO[kind], [b"ab", b"c"], "x/y"),
    ]


EXCHANGES = [*_asked("def"), *_asked("async")]

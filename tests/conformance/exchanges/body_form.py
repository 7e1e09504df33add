"""req.body of application/x-www-form-urlencoded."""

from tests.conformance.exchange import Exchange, chunked, post, request

ECHO = "/api/body/echo"
KEYS = "/api/body/keys"
FORM = "application/x-www-form-urlencoded"


def _form(name: str, body: bytes | str) -> Exchange:
    return post(f"form_{name}", ECHO, body, FORM)


def _typed(name: str, content_type: str, body: bytes | str = "a=1") -> Exchange:
    return post(f"form_type_{name}", ECHO, body, content_type)


def _many(count: int, separator: str = "&") -> str:
    return separator.join(f"a{number}=" for number in range(count))


EXCHANGES = [
    _form("one", "a=1"),
    _form("two", "a=1&b=2"),
    _form("empty_body", ""),
    _form("order_of_names_is_kept", "z=1&y=2&a=3"),
    _form("repeated_name_is_a_list", "a=1&a=2&b=3&a=4"),
    _form("empty_value", "a="),
    _form("no_value", "a"),
    _form("no_name", "=v"),
    _form("equals_alone", "="),
    _form("empty_pairs_vanish", "&a=1&&b=2&"),
    _form("ampersands_alone", "&&"),
    _form("second_equals_belongs_to_the_value", "a=b=c"),
    _form("plus_is_a_space", "a=b+c&d+e=f"),
    _form("escapes", "a%26b=c%3Dd%2B"),
    _form("utf8", "a=%C3%A9&%E2%82%AC=%F0%9F%98%80"),
    _form("utf8_raw", "a=caf\u00e9&\u20ac=\U0001f600"),
    _form("utf8_raw_beside_escapes", "a=\u00e9%C3%A9%20"),
    _form("bad_escape_is_kept", "a=%ZZ&b=%&c=%4"),
    _form("bad_escape_beside_a_good_one", "a=%ZZ%41"),
    _form("bad_escape_beside_utf8", "a=%ZZ%C3%A9\u00e9"),
    _form("bad_utf8_becomes_a_replacement", "a=%FF&b=%E2%82&c=%C0%AF&d=%ED%A0%80"),
    _form("bad_utf8_raw_becomes_a_replacement", b"a=\xff&\xfe=1"),
    _form("nul_and_newline", "a=%00&b=%0D%0A&c=\r\n"),
    _form("newline_at_the_end", "a=1&b=2\r\n"),
    _form("byte_order_mark_is_dropped", b"\xef\xbb\xbfa=1"),
    _form("byte_order_mark_encoded_stays", "%EF%BB%BFa=1"),
    _form("brackets_are_part_of_the_name", "a[]=1&a[]=2&x[y]=3"),
    _form("semicolon_is_no_separator", "a=1;b=2"),
    _form("question_mark_at_the_start", "?a=1"),
    _form("hash", "a=1#b=2"),
    _form("names_of_digits_come_first", "b=1&2=2&1=3"),
    _form("name_dunder_proto", "__proto__=1&a=2"),
    _form("name_constructor", "constructor=1&toString=2"),
    _form("json_inside", '{"a":1}'),
    _form("spaces_raw", " a = 1 "),
    _form("of_internal_names", "nxtPa=1&_rsc=2"),
    post("form_of_999_pairs", KEYS, _many(999), FORM),
    post("form_of_1000_pairs", KEYS, _many(1000), FORM),
    post("form_of_1001_pairs", KEYS, _many(1001), FORM),
    post("form_of_2000_pairs", KEYS, _many(2000), FORM),
    post("form_of_1000_pairs_and_empty_ones", KEYS, _many(1000, "&&"), FORM),
    post("form_of_1001_empty_pairs_and_one", ECHO, "&" * 1001 + "a=1", FORM),
    post("form_of_1001_equal_names", KEYS, "&".join(["a"] * 1001), FORM),
    _typed("in_capitals", "APPLICATION/X-WWW-FORM-URLENCODED"),
    _typed("with_charset", "application/x-www-form-urlencoded; charset=UTF-8"),
    _typed("with_another_parameter", "application/x-www-form-urlencoded; a=b"),
    _typed("latin_1", "application/x-www-form-urlencoded; charset=iso-8859-1", b"a=\xe9&b=%E9"),
    _typed("utf16le", "application/x-www-form-urlencoded; charset=utf-16le", "a=\u20ac".encode("utf-16-le")),
    _typed("unknown_charset", "application/x-www-form-urlencoded; charset=nosuch"),
    _typed(
        "multipart_is_text",
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ),
    _typed("multipart_without_boundary_is_text", "multipart/form-data", "--x--"),
    chunked("form_chunked", ECHO, [b"a=", b"1&b", b"=%C3", b"%A9"], FORM),
    request("form_of_a_get", "GET", ECHO + "?c=1", {"Content-Type": FORM}, "a=1"),
    request("form_of_a_put", "PUT", ECHO, {"Content-Type": FORM}, "a=1"),
]

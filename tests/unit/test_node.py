"""The pieces of Node and Next.js. The expected answers are what the originals give."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from nextwsgi import jsontext, node


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", {}),
        ("&&", {}),
        ("a=1&b=&c", {"a": "1", "b": "", "c": ""}),
        ("a=1&b=2&a=3&a=", {"a": ["1", "3", ""], "b": "2"}),
        ("=v&=", {"": ["v", ""]}),
        ("a=b=c", {"a": "b=c"}),
        ("a+b=c+d%2B%20", {"a b": "c d+ "}),
        ("a=%ZZ&b=%&c=%4", {"a": "%ZZ", "b": "%", "c": "%4"}),
        ("a=%C3%A9é&b=%FF&c=%ED%A0%80", {"a": "éé", "b": "\ufffd", "c": "\ufffd\ufffd\ufffd"}),
        ("a[]=1&x[y]=2;z=3", {"a[]": "1", "x[y]": "2;z=3"}),
        ("__proto__=1&constructor=2", {"__proto__": "1", "constructor": "2"}),
        ("?a=%00%EF%BB%BF", {"?a": "\x00\ufeff"}),
    ],
)
def test_a_query_is_read_as_next_reads_it(text: str, query: dict[str, Any]) -> None:
    assert node.parse_query(text) == query


def test_names_that_next_keeps_for_itself_are_no_query() -> None:
    text = "nxtPid=1&nxtIx=2&nextInternalLocale=3&n%78tPa=4&nxtP=5&nxtI=6&nextInternalLocales=7&anxtPb=8"
    assert node.parse_query(text) == {"nxtP": "5", "nxtI": "6", "nextInternalLocales": "7", "anxtPb": "8"}
    assert node.parse_form(text)["nxtPid"] == "1"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", {}),
        ("&a=1&&b&a=2&", {"a": ["1", "2"], "b": ""}),
        ("a+b=%20+%C3%A9&=", {"a b": "  é", "": ""}),
        ("a+b=c+d&e=%ZZ", {"a b": "c d", "e": "%ZZ"}),
        ("a=%ZZ+%&%4=%41", {"a": "%ZZ %", "%4": "A"}),
        ("a=%FF%41%ZZ", {"a": "\ufffdA%ZZ"}),
        ("a=中%41", {"a": "中A"}),
        ("a=中%ZZ", {"a": "中%ZZ"}),
        ("a=中%FF", {"a": "-\ufffd"}),
        ("a=%c䑄%41%", {"a": "%cDA%"}),
        ("%41=中%ZZ", {"A": "中%ZZ"}),
        ("%41%41=中%ZZ", {"AA": "-%ZZ"}),
        ("a=中%4+1%", {"a": "-%4 1%"}),
        ("中%4+1%=1", {"中%4 1%": "1"}),
    ],
)
def test_a_form_is_read_as_querystring_reads_it(text: str, form: dict[str, Any]) -> None:
    assert node.parse_form(text) == form


def test_a_form_ends_after_a_thousand_pairs() -> None:
    assert len(node.parse_form("&".join(f"a{n}=1" for n in range(1001)))) == 1000
    assert node.parse_form("&" * 999 + "a=1&b=2") == {"a": "1"}
    assert len(node.parse_query("&".join(f"a{n}=1" for n in range(1001)))) == 1001


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ({}, ""),
        ({"a": "1", "b": " ", "c": ""}, "a=1&b=+&c="),
        ({"b": "1", "2": ["x", "z"], "1": "y"}, "1=y&2=x&2=z&b=1"),
        ({"a": [], "b": "~*-._!'()%é😀"}, "b=%7E*-._%21%27%28%29%25%C3%A9%F0%9F%98%80"),
        ({"a&=": "\ud83d\ude00\ud800"}, "a%26%3D=%F0%9F%98%80%EF%BF%BD"),
    ],
)
def test_a_query_is_written_as_url_search_params_writes_it(pairs: dict[str, Any], text: str) -> None:
    assert node.serialize_query(pairs) == text


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a b/?&=+", "a%20b%2F%3F%26%3D%2B"),
        ("-_.!~*'()", "-_.!~*'()"),
        ("é\ud83d\ude00\x00", "%C3%A9%F0%9F%98%80%00"),
    ],
)
def test_a_component_is_encoded_and_decoded(text: str, encoded: str) -> None:
    assert node.encode_uri_component(text) == encoded
    assert node.decode_component(encoded) == text.replace("\ud83d\ude00", "😀")


@pytest.mark.parametrize("text", ["%", "%4", "%ZZ", "%FF", "é%C3", "%C3é%A9", "%ED%A0%80"])
def test_a_malformed_component_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(URI malformed$|'utf-8' codec)"):
        node.decode_component(text)


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("a=41%20b", "a=41 b"),
        ("=%3D=", "==="),
        ("_%5F =\n%41", "__ =\nA"),
        ("%3d41", "=41"),
        ("=20%20", "=20 "),
    ],
)
def test_only_percent_signs_are_escapes(text: str, decoded: str) -> None:
    assert node.decode_component(text) == decoded


def test_half_a_surrogate_pair_cannot_be_encoded() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        node.encode_uri_component("\ud800")


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1; b=2;c=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1; a=2", {"a": "1"}),
        (" a = 1 ;\tb=\xa02\xa0", {"a": "1", "b": "2"}),
        ("a; =x; b=", {"": "x", "b": ""}),
        ("a=%C3%A9; b=%E9; c=\xe9; d=%ZZ", {"a": "é", "b": "%E9", "c": "\xe9", "d": "%ZZ"}),
        ('a="x;y"; b=" z "; c="', {"a": "", "b": " z ", "c": ""}),
        ("a=b=c; d=1,2", {"a": "b=c", "d": "1,2"}),
        ("constructor=1; __proto__=2; toString=3; a=4", {"a": "4"}),
        ("a=\x852\x1c", {"a": "\x852\x1c"}),
        ("\x1ca\x85=1", {"\x1ca\x85": "1"}),
    ],
)
def test_cookies_are_read_as_next_reads_them(header: str, cookies: dict[str, str]) -> None:
    assert node.parse_cookies(header) == cookies


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "a=x%20%C3%A9"),
        ({"maxAge": 0, "path": "", "domain": ""}, "a=x%20%C3%A9; Max-Age=0"),
        ({"maxAge": 1.9}, "a=x%20%C3%A9; Max-Age=1"),
        ({"maxAge": -0.5, "path": "/a b"}, "a=x%20%C3%A9; Max-Age=-1; Path=/a b"),
        ({"secure": True, "httpOnly": True, "domain": "b.c"}, "a=x%20%C3%A9; Domain=b.c; HttpOnly; Secure"),
        ({"sameSite": True}, "a=x%20%C3%A9; SameSite=Strict"),
        ({"sameSite": "LAX"}, "a=x%20%C3%A9; SameSite=Lax"),
        ({"sameSite": "none"}, "a=x%20%C3%A9; SameSite=None"),
        ({"sameSite": False}, "a=x%20%C3%A9"),
        ({"expires": datetime(1970, 1, 1)}, "a=x%20%C3%A9; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        (
            {"expires": datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1))), "path": "/"},
            "a=x%20%C3%A9; Path=/; Expires=Sun, 31 Dec 2023 23:00:00 GMT",
        ),
    ],
)
def test_a_cookie_is_written_as_the_package_cookie_writes_it(options: dict[str, Any], text: str) -> None:
    assert node.serialize_cookie("a", "x é", **options) == text


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in ("", "a b", "a;b", "a=b", "é", "a\n", "a\r\nb", "\x00", "a,b")),
        *(("a", {"path": text}) for text in ("/;b", "/\n", "/\r\nX: y", "/é", "/\x00", "/\x7f", "\t")),
        *(("a", {"domain": text}) for text in ("b.c; Secure", "b.c\n", "中")),
        *(("a", {"maxAge": number}) for number in (float("nan"), float("inf"), float("-inf"))),
        *(("a", {"sameSite": word}) for word in ("strictly", "lax ", 1)),
        ("a", {"expires": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))}),
    ],
)
def test_an_illegal_part_of_a_cookie_is_refused(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"illegal cookie|outside the years"):
        node.serialize_cookie(name, "x", **options)


def test_no_character_of_a_value_leaves_a_cookie_unencoded() -> None:
    safe = set("!'()*-._~0123456789") | {chr(n) for n in (*range(65, 91), *range(97, 123))}
    for code in (*range(0xD800), *range(0xE000, 0x11000)):
        text = node.serialize_cookie("a", chr(code))
        assert text == f"a={chr(code)}" if chr(code) in safe else text.startswith("a=%")


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("1mb", 1048576),
        ("0.5kb", 512),
        ("1KB", 1024),
        ("1 gb", 1 << 30),
        ("2TB", 2 << 40),
        ("1pb", 1 << 50),
        ("10b", 10),
        ("10", 10),
        (" 10.9x", 10),
        ("1.0001kb", 1024),
        ("-1kb", -1024),
        ("+1.5kb", 1536),
        (10, 10),
        (10.9, 10),
        (10**400, 10**400),
        ("", None),
        ("mb", None),
        (".5kb", None),
        ("٣kb", None),
        ("9" * 400, None),
        ("9" * 400 + "kb", None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_size_is_read_as_the_package_bytes_reads_it(value: Any, size: int | None) -> None:
    assert node.parse_size(value) == size


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0B"),
        (10, "10B"),
        (1023, "1023B"),
        (1024, "1KB"),
        (1152, "1.13KB"),
        (1034, "1.01KB"),
        (1536, "1.5KB"),
        (102400, "100KB"),
        (1 << 20, "1MB"),
        (4 << 20, "4MB"),
        (1 << 30, "1GB"),
        (1 << 40, "1TB"),
        (3 << 50, "3PB"),
        (-1152, "-1.13KB"),
    ],
)
def test_a_size_is_written_as_the_package_bytes_writes_it(count: int, text: str) -> None:
    assert node.format_size(count) == text


@pytest.mark.parametrize(
    ("header", "parsed"),
    [
        ("application/json", ("application/json", {})),
        (" Text/HTML ", ("text/html", {})),
        ("text/plain; Charset=UTF-8", ("text/plain", {"charset": "UTF-8"})),
        ("a/b;c=d;  e = f ;c=g", ("a/b", {"c": "g", "e": "f"})),
        (r'a/b; c="x; \"y\" \\ é"; d=""', ("a/b", {"c": 'x; "y" \\ é', "d": ""})),
    ],
)
def test_a_content_type_is_read(header: str, parsed: tuple[str, dict[str, str]]) -> None:
    assert node.parse_content_type(header) == parsed


@pytest.mark.parametrize(
    "header",
    [
        "",
        "text",
        "text/",
        "a/b/c",
        "a b/c",
        "a/b;",
        "a/b; c",
        "a/b; c=",
        "a/b; c=d e",
        'a/b; c="',
        "a/b;c=d\n",
        "é/b",
    ],
)
def test_a_malformed_content_type_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="invalid"):
        node.parse_content_type(header)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, False),
        ({"if-none-match": '"a"'}, True),
        ({"if-none-match": 'W/"a"'}, True),
        ({"if-none-match": '"b" , "a" '}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": "*, x"}, False),
        ({"if-none-match": '"b"'}, False),
        ({"if-none-match": '\t"a"'}, False),
        ({"if-none-match": '"a"', "if-modified-since": "x"}, False),
        ({"if-none-match": '"a"', "cache-control": "max-age=0, no-cache"}, False),
        ({"if-none-match": '"a"', "cache-control": "No-Cache, no-cache=x"}, True),
    ],
)
def test_a_copy_is_fresh_when_its_etag_is_listed(headers: dict[str, str], fresh: bool) -> None:
    assert node.is_fresh(headers, '"a"') is fresh


def test_a_weak_etag_matches_its_strong_form() -> None:
    assert node.is_fresh({"if-none-match": '"a"'}, 'W/"a"')
    assert not node.is_fresh({"if-none-match": '"a"'}, "")


def test_reasons_are_those_of_node() -> None:
    assert node.reason(418) == "I'm a Teapot"
    assert node.reason(413) == "Payload Too Large"
    assert node.reason(299) == "unknown"
    assert len(node.REASONS) == 63


HOSTILE = [
    *("%", "%41", "%ff", "+", "&", "=", "a=", "a&", "%c3", "é", "a=1&", ";", "; ", '"', "\\", '\\"', "a=1;"),
    *(
        " ",
        "\t",
        ",",
        ", ",
        "*",
        "0",
        "9",
        "-",
        ".",
        "kb",
        '; a="',
        ";a=b",
        "a/b;",
        'W/"',
        "no-cache,",
        '"1":',
        "[",
        "{",
    ),
    *(
        '"a":',
        '{"a":',
        "[1,",
        "[[],",
        "1,",
        "e-05,",
        "1e5",
        ".0",
        "-0.0,",
        "\ud800",
        "\ud83d\ude00",
        "null",
        "[]",
        "]",
    ),
]
READERS: list[Callable[[str], object]] = [
    *(node.parse_query, node.parse_form, node.parse_cookies, node.parse_content_type, node.parse_size),
    *(node.decode_component, node.encode_uri_component, jsontext.parse_json, jsontext.stringify),
    lambda text: node.parse_content_type(f'a/b; c="{text}'),
    lambda text: node.is_fresh({"if-none-match": text, "cache-control": text}, '"a"'),
    lambda text: node.serialize_query({text: [text]}),
    lambda text: jsontext.stringify([text, 1.0, {"1": 2}]),
    lambda text: jsontext.parse_json("[" * 1500 + text),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_of_100_kb_takes_long(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for read in READERS:
        started = time.process_time()
        with suppress(ValueError):
            read(text)
        # A quadratic reader takes seconds; the limit leaves room for a slow machine that measures coverage.
        assert time.process_time() - started < 1

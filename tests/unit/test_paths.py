"""The raw path of a request, and the clean path it should have been."""

import pytest

from nextwsgi.paths import clean_path, is_odd, raw_path, redirect_location


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"PATH_INFO": "/a/b", "RAW_URI": "/a%2Fb?x=1"}, "/a%2Fb"),
        ({"PATH_INFO": "/a/b", "REQUEST_URI": "/a%2Fb"}, "/a%2Fb"),
        ({"PATH_INFO": "/a", "RAW_URI": "/a?x=1#part"}, "/a"),
        ({"PATH_INFO": "/a", "RAW_URI": "/a#part?x=1"}, "/a"),
        ({"PATH_INFO": "/a", "RAW_URI": "http://host:80/a?x"}, "/a"),
        ({"PATH_INFO": "/", "RAW_URI": "http://host?x"}, "/"),
        ({"PATH_INFO": "", "RAW_URI": ""}, "/"),
        ({"PATH_INFO": "/\xc3\xa9", "RAW_URI": "/%C3%A9"}, "/%C3%A9"),
        ({"PATH_INFO": "/\xc3\xa9"}, "/%C3%A9"),
        ({"PATH_INFO": "/100%"}, "/100%25"),
        ({"PATH_INFO": "/a?b#c"}, "/a%3Fb%23c"),
        ({"PATH_INFO": "/x", "RAW_URI": "//x"}, "//x"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "/a/b", "RAW_URI": "/app/a%2Fb"}, "/a%2Fb"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "", "RAW_URI": "/app"}, "/"),
        ({}, "/"),
        ({"RAW_URI": "/"}, "/"),
        ({"PATH_INFO": "", "RAW_URI": "*"}, "/"),
        ({"PATH_INFO": "/a:b@c~d"}, "/a:b@c~d"),
        ({"PATH_INFO": "/a/b", "RAW_URI": "/a%2Fb#part"}, "/a%2Fb"),
        ({"PATH_INFO": "/a/b", "RAW_URI": "http://host:80/a%2Fb?x"}, "/a%2Fb"),
        ({"PATH_INFO": "/Xa/b", "RAW_URI": "/Xa%2Fb"}, "/Xa%2Fb"),
        ({"PATH_INFO": "/X/b", "RAW_URI": "//X%2Fb"}, "//X%2Fb"),
    ],
)
def test_the_raw_target_is_used_where_it_says_what_wsgi_says(environ: dict[str, str], path: str) -> None:
    assert raw_path(environ) == path


@pytest.mark.parametrize("target", ["*", "@evil.example/api", ":99/api", "api", "[::1", ".evil.example"])
def test_a_path_begins_with_a_slash_whatever_the_server_lets_through(target: str) -> None:
    """Or it would be a part of the host, behind an origin."""
    assert raw_path({"PATH_INFO": target, "RAW_URI": target}) == f"/{target}"
    assert raw_path({"PATH_INFO": target, "QUERY_STRING": ""}) == f"/{target}"
    assert raw_path({"PATH_INFO": "/api", "RAW_URI": "%2fapi"}) == "/%2fapi"  # waitress


@pytest.mark.parametrize(
    "environ",
    [
        {"PATH_INFO": "/public", "RAW_URI": "/secret"},
        {"PATH_INFO": "/public", "REQUEST_URI": "/public%2F..%2Fsecret"},
        {"SCRIPT_NAME": "", "PATH_INFO": "/public", "RAW_URI": "*"},
        {"SCRIPT_NAME": "/other", "PATH_INFO": "/public", "RAW_URI": "/app/public"},
        {"SCRIPT_NAME": "/é", "PATH_INFO": "/public", "RAW_URI": "/%E9/public"},
    ],
)
def test_a_raw_target_that_disagrees_is_not_believed(environ: dict[str, str]) -> None:
    assert raw_path(environ) == "/public"


@pytest.mark.parametrize(("path", "quoted"), [("/a%2Fb", "/a%252Fb"), ("/a?b", "/a%3Fb"), ("/a#b", "/a%23b")])
def test_a_raw_target_that_was_already_decoded_is_not_decoded_again(path: str, quoted: str) -> None:
    for name in ("RAW_URI", "REQUEST_URI"):
        assert raw_path({"PATH_INFO": path, name: path}) == quoted
        assert raw_path({"PATH_INFO": path, name: f"{path}?q", "QUERY_STRING": "q"}) == quoted


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/users/42", "/a%2Fb", "/a.b", "/a..b", "/~!$&'()*+,;=:@|^[x]"]
)
def test_a_clean_path_is_left_alone(path: str) -> None:
    assert not is_odd(path)
    assert clean_path(path) == path
    assert redirect_location(path, "x=1") is None


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("/a/./b", "/a/b"),
        ("/a/%2e/b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/.%2E/b", "/b"),
        ("/../../b", "/b"),
        ("/a/...", "/a/..."),
        ("/.", "/"),
        ('/a"<b>`{}', "/a%22%3Cb%3E%60%7B%7D"),
        ("/\xe9", "/%C3%A9"),
        ("/a%2E%2Eb", "/a%2E%2Eb"),
    ],
)
def test_dots_are_resolved_and_odd_characters_encoded(path: str, clean: str) -> None:
    assert is_odd(path)
    assert clean_path(path) == clean
    assert redirect_location(path, "") is None


@pytest.mark.parametrize(
    ("path", "query", "location"),
    [
        ("/a/", "", "/a"),
        ("/a/", "x=1&x=2&y", "/a?x=1&x=2&y="),
        ("/a/", "a=%20%2B+&%C3%A9=%ff&%zz", "/a?a=%20%2B%20&%C3%A9=%EF%BF%BD&%25zz="),
        ("/a/", "a='b'&c=(d)*~!", "/a?a='b'&c=(d)*~!"),
        ("/a/", "!(a)*'=1&b/c=d/e", "/a?!(a)*'=1&b%2Fc=d%2Fe"),
        ("/a/.", "", "/a"),
        ("/a/b/..", "", "/a"),
        ("//a", "", "/a"),
        ("/a//b", "x=%20+", "/a/b?x=%20+"),
        ("/a//", "", "/a/"),
        ("/a\\b", "", "/a/b"),
        ("\\\\a", "", "/a"),
        ("//", "", "/"),
        # What is internal to Next.js in a query goes on, numbers come first, as everywhere in JavaScript.
        ("/a/", "nxtPid=2&b=1&1=x", "/a?1=x&nxtPid=2&b=1"),
        ("//a", "x=\"<'>|^`{}", "/a?x=%22%3C%27%3E|^`{}"),
        ("//a", "?x=1", "/a"),
        ("/a/", "?x=1", "/a?%3Fx=1"),
    ],
)
def test_other_spellings_are_redirected_to_the_clean_one(path: str, query: str, location: str) -> None:
    assert is_odd(path)
    assert redirect_location(path, query) == location


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example/",
        "/\\evil.example",
        "/\\\\evil.example/",
        "//evil.example/%2e%2e",
        "/.//e",
    ],
)
def test_cve_2020_28724_no_redirect_leads_to_another_host(path: str) -> None:
    location = redirect_location(path, "")
    assert location is not None
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_control_characters_of_a_query_do_not_reach_the_location() -> None:
    location = redirect_location("//a", "x=\0\r\ny\x80")
    assert location == "/a?x=%00%0D%0Ay%80"


def test_an_origin_is_dropped_at_the_start_alone_and_in_no_time() -> None:
    target = "a" * 100_000 + "%41"
    assert raw_path({"PATH_INFO": "/x", "RAW_URI": target}) == "/x"
    assert raw_path({"PATH_INFO": "/x", "RAW_URI": "x://y"}) == "/x"

"""The path patterns of next.config and proxy, as path-to-regexp reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.patterns import Pattern


@pytest.mark.parametrize(
    ("pattern", "path", "params"),
    [
        ("/a", "/a", {}),
        ("/a", "/A", {}),
        ("/a", "/a/", None),
        ("/a", "/b", None),
        ("/a/:id", "/a/1", {"id": "1"}),
        ("/a/:id", "/a/1/2", None),
        ("/a/:id", "/a/", None),
        ("/a/:id", "/a/%2F", {"id": "%2F"}),
        ("/a/:id?", "/a", {}),
        ("/a/:id?", "/a/1", {"id": "1"}),
        ("/a/:path*", "/a", {}),
        ("/a/:path*", "/a/b/c", {"path": ["b", "c"]}),
        ("/a/:path*", "/a/b", {"path": ["b"]}),
        ("/a/:path+", "/a", None),
        ("/a/:path+", "/a/b/c", {"path": ["b", "c"]}),
        ("/:path*", "/", None),
        ("/:path*", "", {}),
        ("/a/:id(\\d+)", "/a/12", {"id": "12"}),
        ("/a/:id(\\d+)", "/a/x", None),
        ("/a/:id(\\d+)", "/a/\u0663", None),
        ("/a/(.*)", "/a/b/c", {"0": "b/c"}),
        ("/a/(b|c)", "/a/c", {"0": "c"}),
        ("/((?!api|_next).*)", "/page", {"0": "page"}),
        ("/((?!api|_next).*)", "/api/x", None),
        ("/old-:x{.:ext}?", "/old-a", {"x": "a"}),
        ("/old-:x{.:ext}?", "/old-a.txt", {"x": "a", "ext": "txt"}),
        ("/:id-:id2", "/a-b-c", {"id": "a-b", "id2": "c"}),
        ("/a{/b}?", "/a", {}),
        ("/a{/b}?", "/a/b", {}),
        ("{/:a-}+x", "/1-/2-x", {"a": ["1-/2"]}),
        ("(\\w)?", "", {}),
        ("/a\\:b", "/a:b", {}),
        ("/a\\(b", "/a(b", {}),
        ("/x.y", "/xzy", None),
        ("/a/:x([^/]{1,3})", "/a/bcd", {"x": "bcd"}),
        ("/a/:x(\\))", "/a/)", {"x": ")"}),
        ("/a", "/a\n", None),
    ],
)
def test_a_pattern_finds_the_parameters_of_a_path(
    pattern: str, path: str, params: dict[str, object] | None
) -> None:
    assert Pattern(pattern).match(path) == params


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("/a:", "Missing parameter name at 2"),
        ("/a/(", "Unbalanced pattern at 3"),
        ("/a/:id(", "Unbalanced pattern at 6"),
        ("/a/()", "Missing pattern at 3"),
        ("/a/(?:x)", 'Pattern cannot start with "?" at 4'),
        ("/a/:id(a(b))", "Capturing groups are not allowed at 8"),
        ("/a/{", "Unexpected END at 4, expected CLOSE"),
        ("/a/}", "Unexpected CLOSE at 3, expected OPEN"),
        ("/a/*", "Unexpected MODIFIER at 3, expected OPEN"),
        ("/a/:x-:y*", 'Can not repeat "y" without a prefix and suffix'),
        (":a:b", 'Must have text between two parameters, missing text after "a"'),
        ("/a\\", "a backslash at 2 has nothing after it"),
        ("/a/([)", "unterminated character set"),
    ],
)
def test_what_is_no_pattern_is_told_with_its_place(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match="is no pattern: ") as error:
        Pattern(pattern)
    assert problem in str(error.value)


def test_names_are_those_that_were_given() -> None:
    assert Pattern("/:a/(.*)/:b*").names == ["a", "b"]


@pytest.mark.parametrize(
    ("pattern", "params", "path"),
    [
        ("/a/:id", {"id": "1"}, "/a/1"),
        ("/a/:id?", {}, "/a"),
        ("/a/:path*", {}, "/a"),
        ("/a/:path*", {"path": ["b", "c"]}, "/a/b/c"),
        ("/a/:path*", {"path": "b"}, "/a/b"),
        ("/a{-:x-}?", {"x": "1"}, "/a-1-"),
    ],
)
def test_a_pattern_is_filled_in(pattern: str, params: dict[str, str | list[str]], path: str) -> None:
    assert Pattern(pattern).fill(params) == path


def test_values_are_encoded_as_told() -> None:
    assert Pattern("/:a/:b*").fill({"a": "x", "b": ["y", "z"]}, str.upper) == "/X/Y/Z"


@pytest.mark.parametrize(
    ("pattern", "params", "problem"),
    [
        ("/a/:id", {}, 'Expected "id" to be a string'),
        ("/a/:path+", {}, 'Expected "path" to be a string'),
        ("/a/:id", {"id": ["1"]}, 'Expected "id" to not repeat, but got a list'),
    ],
)
def test_what_does_not_fit_is_refused(pattern: str, params: dict[str, str | list[str]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Pattern(pattern).fill(params)


@given(st.text(st.sampled_from("/:ab(){}*+?\\.-|[]d1"), max_size=12), st.text(max_size=12))
def test_any_text_is_a_pattern_or_a_value_error(pattern: str, path: str) -> None:
    try:
        read = Pattern(pattern)
    except ValueError:
        return
    params = read.match(path)
    assert params is None or isinstance(params, dict)

"""Destinations of redirects and rewrites, with the parameters of their source."""

from __future__ import annotations

import pytest

from nextwsgi.front.destination import Destination, Target, fill_text


@pytest.mark.parametrize(
    ("text", "params", "target"),
    [
        ("/a/:id", {"id": "1"}, Target("", "/a/1", {"q": "0"}, "")),
        ("/:p*", {"p": ["a", "b"]}, Target("", "/a/b", {"q": "0"}, "")),
        ("/there#x", {}, Target("", "/there", {"q": "0"}, "#x")),
        ("/there?a=:id&b=2#:id", {"id": "1"}, Target("", "/there", {"q": "0", "a": "1", "b": "2"}, "#1")),
        ("/x?q=1", {}, Target("", "/x", {"q": "1"}, "")),
        (
            "/x?a=:p*&b=n:p*&a=2",
            {"p": ["c", "d"]},
            Target("", "/x", {"q": "0", "a": ["c/d", "2"], "b": "ncd"}, ""),
        ),
        ("/x?a=:p*", {}, Target("", "/x", {"q": "0", "a": ":p*"}, "")),
        ("https://ex.com/:p*", {"p": ["a"]}, Target("https://ex.com", "/a", {"q": "0"}, "")),
        ("https://ex.com:8443/x", {}, Target("https://ex.com:8443", "/x", {"q": "0"}, "")),
        ("http://:sub.ex.com", {"sub": "a/b"}, Target("http://a%2Fb.ex.com", "/", {"q": "0"}, "")),
    ],
)
def test_it_is_filled_in(text: str, params: dict[str, str | list[str]], target: Target) -> None:
    assert Destination(text).fill(params, {"q": "0"}, append=False) == target


def test_a_rewrite_adds_the_parameters_that_it_does_not_use() -> None:
    target = Destination("/x?a=1").fill({"a": "2", "b": ["3"]}, {"q": "0"}, append=True)
    assert target.query == {"q": "0", "a": "1", "b": ["3"]}
    assert Destination("/:b").fill({"a": "2", "b": "3"}, {}, append=True).query == {}


def test_it_names_its_parameters() -> None:
    assert Destination("https://:sub.ex.com/:id/:p*?x=:y").names == {"sub", "id", "p"}
    assert Destination("https://ex.com").is_outside
    assert not Destination("/ex.com").is_outside


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("all", "all"),
        (":a", "1"),
        (":ab", ":ab"),
        (":a-:b", "1-x/y"),
        ("v:b", "vxy"),
        (":a*:a?", "11"),
        (":c", ":c"),
    ],
)
def test_text_is_filled_in(text: str, filled: str) -> None:
    filled = filled.replace("x/y", "xy") if not text.startswith(":b") else filled
    assert fill_text(text, {"a": "1", "b": ["x", "y"]}) == filled
    assert fill_text(text, {}) == text

"""``next.config.py``: what it may say, and what is told of what it must not."""

from __future__ import annotations

from typing import Any

import pytest

from nextwsgi.front.config import NextConfig, read_config


def problems(**config: Any) -> list[str]:
    return read_config(config)[1]


def test_an_empty_one_changes_nothing() -> None:
    assert read_config({}) == (NextConfig(), [])


def test_a_function_gives_it_and_its_lists_too() -> None:
    def redirects() -> list[dict[str, object]]:
        return [{"source": "/a", "destination": "/b", "permanent": True}]

    config, wrong = read_config(lambda: {"redirects": redirects, "basePath": "/docs", "env": {"A": "b"}})
    assert not wrong
    assert [(each.source.text, each.destination.text, each.status) for each in config.redirects] == [
        ("/docs/a", "/docs/b", 308)
    ]
    assert config.env == {"A": "b"}


def test_its_functions_may_be_async() -> None:
    async def redirects() -> list[dict[str, object]]:
        return [{"source": "/a", "destination": "/b", "permanent": True}]

    async def config() -> dict[str, object]:
        return {"redirects": redirects}

    read, wrong = read_config(config)
    assert (len(read.redirects), wrong) == (1, [])


def test_keys_of_pages_and_builds_are_taken() -> None:
    assert problems(i18n={"locales": ["en"]}, images={}, cacheLife={}, reactStrictMode=True) == []


@pytest.mark.parametrize(
    ("written", "read"), [({}, False), ({"compress": False}, False), ({"compress": True}, True)]
)
def test_answers_are_compressed_where_it_says_so(written: dict[str, object], read: bool) -> None:
    config, wrong = read_config(written)
    assert (config.compress, wrong) == (read, [])


@pytest.mark.parametrize(
    ("source", "destination", "problem"),
    [
        ("/a/:p*", "/b/:p", "may be several segments: write :p*"),
        ("/a/:p+", "https://ex.com/:p", "may be several segments: write :p*"),
        ("/a/:p?", "/b/:p", "source may leave out: write :p*"),
        ("/a/:p?", "/b/:p*", ""),
        ("/a/:p*", "/b?all=:p", ""),
        ("/a/:p", "/b/:p*", ""),
    ],
)
def test_a_parameter_has_to_fit_where_it_goes(source: str, destination: str, problem: str) -> None:
    found = problems(redirects=[{"source": source, "destination": destination, "permanent": True}])
    assert found == ([f"redirects[0]: destination has :p, which {problem}"] if problem else [])


def test_what_a_condition_gives_fits() -> None:
    has = [{"type": "header", "key": "x-p", "value": "(?<p>.*)"}]
    rule = {"source": "/a/:p*", "destination": "/b/:p", "permanent": True, "has": has}
    assert problems(redirects=[rule]) == []


def test_of_the_base_path_a_rule_may_be_free() -> None:
    rule = {"source": "/", "destination": "https://ex.com/", "basePath": False}
    config, wrong = read_config(
        {"basePath": "/docs", "rewrites": [rule, {"source": "/", "destination": "/x"}]}
    )
    assert not wrong
    assert [each.source.text for each in config.after_files] == ["/", "/docs"]
    assert [each.destination.text for each in config.after_files] == ["https://ex.com/", "/docs/x"]


def test_rewrites_are_a_list_or_three() -> None:
    rule = {"source": "/a", "destination": "/b"}
    config, _ = read_config({"rewrites": {"beforeFiles": [rule], "fallback": [rule, rule]}})
    assert [len(each) for each in (config.before_files, config.after_files, config.fallback)] == [1, 0, 2]
    assert len(read_config({"rewrites": [rule]})[0].after_files) == 1


def test_what_is_for_pages_and_builds_is_taken() -> None:
    assert problems(images={}, reactStrictMode=True, output="standalone", experimental={}) == []


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"basepath": "/x"}, "config has no key 'basepath': did you mean 'basePath'?"),
        ({"qqqqqq": 1}, "config has no key 'qqqqqq'"),
        ({"basePath": 1}, "config.basePath must be text, not 1"),
        ({"basePath": "docs"}, "config.basePath must begin with / and not end with it, not 'docs'"),
        ({"basePath": "/docs/"}, "config.basePath must begin with / and not end with it, not '/docs/'"),
        ({"trailingSlash": "yes"}, "config.trailingSlash must be True or False, not 'yes'"),
        ({"env": []}, "config.env must be a dict, not []"),
        ({"env": {"A": 1}}, "config.env: names and values are text: 'A'"),
        ({"headers": {}}, "headers must be a list, or a function that returns one, not dict"),
        ({"redirects": ["x"]}, "redirects[0] must be a dict with a source, not str"),
        (
            {"rewrites": {"before": []}},
            "rewrites has no 'before': it takes beforeFiles, afterFiles, fallback",
        ),
    ],
)
def test_a_wrong_key_is_told(config: dict[str, object], problem: str) -> None:
    assert read_config(config)[1] == [problem]


@pytest.mark.parametrize("value", [None, [], "x", lambda: 1])
def test_no_dict_is_told(value: object) -> None:
    [problem] = read_config(value)[1]
    assert problem.startswith("config must be a dict, or a function that returns one, not ")


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"destination": "/b", "permanent": True}, "source must be a path that begins with /, not None"),
        ({"source": "a", "destination": "/b", "permanent": True}, "source must be a path that begins with /"),
        ({"source": "/a(", "destination": "/b", "permanent": True}, "'/a(' is no pattern: Unbalanced"),
        ({"source": "/a", "permanent": True}, "destination must begin with /, http:// or https://, not None"),
        ({"source": "/a", "destination": "b", "permanent": True}, "destination must begin with /"),
        (
            {"source": "/a", "destination": "/:b", "permanent": True},
            "destination has :b, which neither source",
        ),
        ({"source": "/a", "destination": "/b"}, "permanent must be True (308) or False (307)"),
        (
            {"source": "/a", "destination": "/b", "permanent": True, "statusCode": 301},
            "permanent and statusCode",
        ),
        ({"source": "/a", "destination": "/b", "statusCode": 200}, "statusCode must be one of 301, 302, 303"),
        (
            {"source": "/a", "destination": "/b", "permanent": True, "basePath": True},
            "basePath can only be False",
        ),
        ({"source": "/a", "destination": "/b", "permanent": True, "locale": 1}, "locale can only be False"),
        ({"source": "/a", "destination": "/b", "permanent": True, "has": {}}, "has must be a list"),
        ({"source": "/a", "destination": "/b", "permanent": True, "missing": 1}, "missing must be a list"),
        (
            {"source": "/a", "destination": "/b", "parmanent": True},
            "it has no key 'parmanent': it takes source",
        ),
    ],
)
def test_a_wrong_redirect_is_told(rule: dict[str, object], problem: str) -> None:
    [told, *_] = problems(redirects=[rule])
    assert told.startswith(f"redirects[0]: {problem}")


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (None, "headers must be a list"),
        ([], "headers must be a list"),
        ([{"key": "a"}], "a header is"),
        (["a"], "a header is"),
        ([{"key": "a", "value": 1}], "key and value of a header must be text"),
        ([{"key": "", "value": "1"}], "key and value of a header must be text"),
        ([{"key": "a b", "value": "1"}], "'a b' is no header name"),
        ([{"key": "a", "value": "1\r\nb"}], "a must not contain"),
    ],
)
def test_a_wrong_header_is_told(headers: object, problem: str) -> None:
    [told] = problems(headers=[{"source": "/a", "headers": headers}])
    assert told.startswith(f"headers[0]: {problem}")


def test_a_rewrite_without_the_base_path_leaves_the_application() -> None:
    [told] = problems(rewrites=[{"source": "/a", "destination": "/b", "basePath": False}])
    assert (
        told == "rewrites[0]: with basePath False a rewrite goes to another origin: https://example.com/..."
    )


def test_what_has_finds_may_be_in_a_destination() -> None:
    has = [
        {"type": "host", "value": "(?<sub>.*)\\.ex\\.com"},
        {"type": "query", "key": "page"},
    ]
    rule = {"source": "/:id", "destination": "/:id/:sub/:host/:page", "permanent": False, "has": has}
    assert problems(redirects=[rule]) == []


@pytest.mark.parametrize(
    "rules",
    [
        [("/a", "/a")],
        [("/a", "/b"), ("/b", "/a")],
        [("/a", "/b"), ("/b", "/c"), ("/c", "/b")],
        [("/:path*", "/x")],
        [("/c/:id", "/c/1")],
        [("/About", "/about")],
        [("/a", "/a/?b=1#c")],
        [("/a/:id", "/b/:id"), ("/b/:id", "/a/:id")],
    ],
)
def test_redirects_that_go_round_are_refused(rules: list[tuple[str, str]]) -> None:
    redirects = [{"source": a, "destination": b, "permanent": False} for a, b in rules]
    assert any(each.startswith("redirects go round: ") for each in problems(redirects=redirects))


def test_redirects_that_may_end_are_not() -> None:
    has = [{"type": "query", "key": "x"}]
    rules = [
        {"source": "/a", "destination": "/b", "permanent": False, "has": has},
        {"source": "/b", "destination": "/a", "permanent": False},
        {"source": "/c/:id((?!1$).*)", "destination": "/c/1", "permanent": False},
        {"source": "/d", "destination": "/c/1", "permanent": False},
        {"source": "/g/:id", "destination": "https://ex.com/g/:id", "permanent": False},
        {"source": "/e", "destination": "/f", "permanent": False},
        {"source": "/f", "destination": "/e", "permanent": False, "missing": has},
    ]
    assert problems(redirects=rules) == []


def test_the_host_of_a_rewrite_is_never_the_request_s() -> None:
    has = [{"type": "host", "value": "(?<sub>.*)\\.ex\\.com"}]
    rule = {"source": "/a", "destination": "https://:sub.other.com/", "has": has}
    assert problems(rewrites=[rule]) == [
        "rewrites[0]: the host of a rewrite cannot come from the request: write it out"
    ]
    assert problems(redirects=[{**rule, "permanent": False}]) == []


@pytest.mark.parametrize(
    "place",
    ["http://", "http://u@ex.com", "http://exa mple", "http://ex.com:99999", "http://-", "http://ex.com:"],
)
def test_a_rewrite_to_what_no_one_can_ask_is_told(place: str) -> None:
    rule = {"source": "/a/:p*", "destination": f"{place}/:p*"}
    assert problems(rewrites=[rule]) != []
    assert problems(rewrites=[{"source": "/a", "destination": "http://127.0.0.1:3001/"}]) == []

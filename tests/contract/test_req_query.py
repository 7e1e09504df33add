"""``req.query``: the query string's values and the path parameters, as Next.js merges them."""

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("target", "query"),
    [
        ("/api/x", {}),
        ("/api/x?", {}),
        ("/api/x?a=1&b=2", {"a": "1", "b": "2"}),
        ("/api/x?a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        ("/api/x?b=&c", {"b": "", "c": ""}),
        ("/api/x?q=a+b%20c", {"q": "a b c"}),
        ("/api/x?bad=%ZZ&cut=%4", {"bad": "%ZZ", "cut": "%4"}),
        ("/api/x?no=%FF", {"no": "\ufffd"}),
        ("/api/x?a[]=1&x[y]=2", {"a[]": "1", "x[y]": "2"}),
        ("/api/x?a=1;b=2", {"a": "1;b=2"}),
        ("/api/x?&&a=1&&", {"a": "1"}),
        ("/api/x?=v", {"": "v"}),
    ],
)
def test_query_strings_are_read_as_url_search_params(
    serve: Serve, target: str, query: dict[str, object]
) -> None:
    client = serve(lambda req, res: res.json(req.query))
    assert client(target).json() == query


def test_a_path_parameter_wins_over_the_query(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.query), path="/api/users/[id]")
    assert client("/api/users/7?id=8&b=1").json() == {"id": "7", "b": "1"}


def test_a_catch_all_is_a_list_of_decoded_segments(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.query), path="/api/docs/[...slug]")
    assert client("/api/docs/a%2Fb/c+d/%C3%A9").json() == {"slug": ["a/b", "c+d", "é"]}


def test_an_empty_optional_catch_all_is_absent(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.query), path="/api/docs/[[...slug]]")
    assert client("/api/docs").json() == {}
    assert client("/api/docs/a").json() == {"slug": ["a"]}


@pytest.mark.parametrize(
    ("path", "target", "query"),
    [
        ("/api/[[...x]]", "/api?x=&b=1", {"b": "1"}),
        ("/api/[[...x]]", "/api?x=index", {}),
        ("/api/[[...x]]", "/api?x=a", {"x": "a"}),
        ("/api/[[...x]]", "/api?x=index&x=index", {"x": ["index", "index"]}),
        ("/api/[a]/[[...x]]", "/api/1?x=", {"a": "1", "x": ""}),
        ("/api/[a]/[[...x]]", "/api/1?x=&a=2", {"a": "1"}),
        ("/api/[a]/[[...x]]", "/api/1?x=&a=[a]", {"a": "1", "x": ""}),
        ("/api/[...x]", "/api/1?x=", {"x": ["1"]}),
    ],
)
def test_a_query_may_name_an_optional_catch_all_that_is_absent(
    serve: Serve, path: str, target: str, query: dict[str, object]
) -> None:
    assert serve(lambda req, res: res.json(req.query), path=path)(target).json() == query


def test_the_query_can_be_changed_and_replaced(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.query["a"] = "2"
        assert req.query == {"a": "2"}
        req.query = {"b": "3"}
        res.json(req.query)

    assert serve(handler)("/api/x?a=1").json() == {"b": "3"}

"""Route paths, what Next.js refuses about them, and which route a path finds."""

import random
from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nextwsgi.errors import ApiError, RouteError
from nextwsgi.routes import Params, Route, Table, handler_path, is_app, problems, route_path


def table(*paths: str) -> Table:
    return Table(Route(path, f"pages{path}.py", print) for path in paths)


def found(routes: Table, path: str) -> tuple[str, Params] | None:
    match = routes.match(path)
    return (match.route.path, match.params) if match else None


def refusals(*paths: str) -> list[str]:
    return list(problems((path, f"pages{path}.py") for path in paths))


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("api/hello.py", "/api/hello"),
        ("api/users/index.py", "/api/users"),
        ("api/index.py", "/api"),
        ("api/index/index.py", "/api/index"),
        ("api/deep/index/index/index.py", "/api/deep/index/index"),
        ("api/users/[id].py", "/api/users/[id]"),
        ("api/[[...all]].py", "/api/[[...all]]"),
        ("api/_private.py", "/api/_private"),
        ("api/seen.test.py", "/api/seen.test"),
        ("index.py", "/index"),
    ],
)
def test_a_files_name_without_its_ending_is_its_path(file: str, path: str) -> None:
    assert route_path(file) == path


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("route.py", "/"),
        ("api/users/route.py", "/api/users"),
        ("api/users/[id]/route.py", "/api/users/[id]"),
        ("(group)/api/users/route.py", "/api/users"),
        ("api/(one)/(two)/users/route.py", "/api/users"),
        ("(api/route.py", "/(api"),
        ("api)/route.py", "/api)"),
        ("%5Fapi/users/route.py", "/_api/users"),
        ("%5fapi/users/route.py", "/_api/users"),
        ("api%5Fusers/route.py", "/api%5Fusers"),
        ("api_users/route.py", "/api_users"),
        ("_lib/route.py", None),
        ("api/_lib/users/route.py", None),
        ("api/(group)/_lib/route.py", None),
    ],
)
def test_a_handlers_folder_is_its_path_unless_it_is_private(file: str, path: str | None) -> None:
    assert handler_path(file) == path


@pytest.mark.parametrize(
    ("file", "below_app"),
    [
        ("app/api/route.py", True),
        ("src/app/api/route.py", True),
        ("pages/api/app/hello.py", False),
        ("src/pages/api/hello.py", False),
        ("lib/app/route.py", False),
    ],
)
def test_files_below_app_are_told_by_their_folder(file: str, below_app: bool) -> None:
    assert is_app(file) is below_app


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/users/me", ("/api/users/me", {})),
        ("/api/users/42", ("/api/users/[id]", {"id": "42"})),
        ("/api/users/a%2Fb", ("/api/users/[id]", {"id": "a/b"})),
        ("/api/users/a%252Fb", ("/api/users/[id]", {"id": "a%2Fb"})),
        ("/api/users/a+b", ("/api/users/[id]", {"id": "a+b"})),
        ("/api/users/%00", ("/api/users/[id]", {"id": "\0"})),
        ("/api/users/%6De", ("/api/users/[id]", {"id": "me"})),
        ("/api/users/1/2", ("/api/users/[...rest]", {"rest": ["1", "2"]})),
        ("/api/users/1/b%2Fc", ("/api/users/[...rest]", {"rest": ["1", "b/c"]})),
        ("/api/opt", ("/api/opt/[[...x]]", {})),
        ("/api/opt/index", ("/api/opt/[[...x]]", {})),
        ("/api/all/index", ("/api/all/[...x]", {"x": ["index"]})),
        ("/api/opt/a/index", ("/api/opt/[[...x]]", {"x": ["a", "index"]})),
        ("/api/users", None),
        ("/api/Users/me", None),
    ],
)
def test_a_path_finds_its_route(path: str, expected: object) -> None:
    optional = ("/api/opt/[[...x]]", "/api/all/[...x]")
    routes = table("/api/users/me", "/api/users/[id]", "/api/users/[...rest]", *optional)
    assert found(routes, path) == expected


def test_segments_are_decided_from_the_left_with_a_way_back() -> None:
    routes = table(
        "/a/[x]/c", "/a/b/[y]", "/shop/new/[item]", "/shop/[category]", "/t/x/[b]/end", "/t/[...r]"
    )
    assert found(routes, "/a/b/c") == ("/a/b/[y]", {"y": "c"})
    assert found(routes, "/a/z/c") == ("/a/[x]/c", {"x": "z"})
    assert found(routes, "/shop/new") == ("/shop/[category]", {"category": "new"})
    assert found(routes, "/t/x/1/other") == ("/t/[...r]", {"r": ["x", "1", "other"]})


def test_parameters_may_have_any_name() -> None:
    routes = table("/u/[user-id]/[class]/[0]/[p0]")
    expected = {"user-id": "a", "class": "b", "0": "c", "p0": "d"}
    assert found(routes, "/u/a/b/c/d") == ("/u/[user-id]/[class]/[0]/[p0]", expected)


@pytest.mark.parametrize("path", ["/u/%ZZ", "/u/%", "/u/%4", "/u/%FF", "/u/%ED%A0%80", "/u/a/%C0%AF"])
def test_a_broken_escape_in_a_parameter_is_a_bad_request(path: str) -> None:
    with pytest.raises(ApiError) as caught:
        table("/u/[id]", "/u/[...more]").match(path)
    assert (caught.value.status, str(caught.value)) == (400, "Bad Request")


def test_a_broken_escape_where_no_route_is_is_not_found() -> None:
    assert table("/u/[id]/end").match("/u/%ZZ/other") is None


def test_a_name_that_a_client_must_encode_never_matches() -> None:
    routes = table("/sp ace", "/é", "/<b>", "/ok", "/[x]/sp ace")
    assert [found(routes, path) for path in ("/sp ace", "/sp%20ace", "/é", "/<b>", "/a/sp ace")] == [None] * 5
    assert found(routes, "/ok") == ("/ok", {})


def test_a_table_knows_the_names_of_a_routes_parameters() -> None:
    assert Route("/a/[b]/[[...c]]", "", print).names == {"b", "c"}


def test_one_answer_of_the_map_is_good_for_all_values() -> None:
    routes = table("/u/[id]", "/u/[id]/me", "/u/me/[...rest]")
    for value in ("1", "2", "%2F", "me%20", "%41"):
        assert found(routes, f"/u/{value}") == ("/u/[id]", {"id": unquote(value)})
        assert found(routes, f"/u/{value}/me") == ("/u/[id]/me", {"id": unquote(value)})
        assert found(routes, f"/u/me/{value}") == ("/u/me/[...rest]", {"rest": [unquote(value)]})
    assert found(routes, "/u/me/me") == ("/u/me/[...rest]", {"rest": ["me"]})
    with pytest.raises(ApiError):
        routes.match("/u/%")


def test_each_request_has_lists_of_its_own() -> None:
    routes = table("/[...x]")
    first, second = routes.match("/a/b"), routes.match("/a/b")
    assert first is not None
    assert second is not None
    assert first.params["x"] == second.params["x"]
    assert first.params["x"] is not second.params["x"]


def test_a_target_without_its_slash_finds_the_same_route() -> None:
    routes = table("/api/hello", "/api/[id]")
    assert found(routes, "api/hello") == ("/api/hello", {})
    assert found(routes, "api/42") == ("/api/[id]", {"id": "42"})


def test_a_slash_too_many_is_no_redirect_and_no_failure() -> None:
    routes = table("/u/[id]", "/v/[...r]")
    assert found(routes, "/u/42/") == ("/u/[id]", {"id": "42"})
    assert [found(routes, path) for path in ("/u//42", "/u/", "/u//", "/v//w")] == [None] * 4


def test_clients_cannot_make_a_table_grow_without_end() -> None:
    routes = table("/a/[x]", "/b/[...r]")
    for number in range(4096):  # as many shapes of what routes spell out
        routes.match("".join(f"/{'ab'[number >> place & 1]}" for place in range(12)))
    assert routes._way.cache_info().currsize < 2000


def test_a_long_path_is_found_and_not_kept() -> None:
    routes = table("/a/[...r]")
    for depth in (126, 127, 30_000):  # shapes of 254, 256 and 60,002 characters
        match = routes.match("/a" + "/x" * depth)
        assert match is not None
        assert match.params == {"r": ["x"] * depth}
    assert routes._way.cache_info().currsize == 1


def test_static_paths_and_plain_last_values_need_no_search() -> None:
    paths = ("/api/hello", "/api/[id]", "/api/.odd", "/api/{odd}", "/api/h\u00e9", "/api/opt/[[...x]]")
    routes = table(*paths, "/api/users/all/[id]")
    known = {"/api/hello": "/api/hello", "/api/opt": "/api/opt/[[...x]]", "/api/a-1": "/api/[id]"}
    known["/api/users/all/7"] = "/api/users/all/[id]"
    for path in known:
        match = routes.known(path)
        assert match is not None
        assert match.route.path == known[path]
    assert [path for path in ("/api/.odd", "/api/{odd}", "/api/a.b", "/api/-") if routes.known(path)] == []
    assert found(routes, "/api/.odd") == ("/api/.odd", {})
    assert found(routes, "/api/{odd}") == ("/api/{odd}", {})
    assert found(routes, "/api/-") == ("/api/[id]", {"id": "-"})


def test_what_is_known_is_what_a_search_finds() -> None:
    pick = random.Random(1)
    parts = ["a", "b", "a-1", "[x]", "[y]", "[...r]", "[[...o]]", "index"]
    for _ in range(2000):
        paths = ["/".join(["/api", *pick.choices(parts, k=pick.randint(1, 3))]) for _ in range(4)]
        try:
            quick, slow = table(*dict.fromkeys(paths)), table(*dict.fromkeys(paths))
        except RouteError:
            continue
        slow._before.clear()
        for _ in range(20):
            path = "/".join(
                ["/api", *pick.choices(["a", "b", "a-1", "c", "c-2", "index"], k=pick.randint(1, 3))]
            )
            assert quick.match(path) == slow.match(path), (paths, path)
            assert quick.known(path) in (None, quick.match(path))


def lead(routes: dict[str, list[str]], parts: list[str]) -> str | None:
    """Find a route as Next.js does: from the left, names first, then values, then the rest, with a way back.

    ``routes`` has the segments that are still to come of each path.
    """
    if not parts:
        return next((path for path in routes if not routes[path] or routes[path] == ["[[...r]]"]), None)
    for fits in (parts[0].__eq__, lambda segment: segment.startswith("[x")):
        deeper = {path: segments[1:] for path, segments in routes.items() if segments and fits(segments[0])}
        if deeper and (path := lead(deeper, parts[1:])):
            return path
    return next((path for path in routes if "...r" in "".join(routes[path][:1])), None)


def values(path: str, parts: list[str]) -> dict[str, str | list[str]]:
    """Give the parameters of a path, from the parts of a request's."""
    params: dict[str, str | list[str]] = {}
    for place, segment in enumerate(path.split("/")[1:]):
        rest = parts[place:]
        if segment.startswith("[x"):
            params[segment[1:-1]] = unquote(parts[place])
        elif segment == "[...r]" or (segment == "[[...r]]" and rest and rest != ["index"]):
            params["r"] = [unquote(part) for part in rest]
    return params


def _path(kinds: list[str], rest: list[str]) -> str:
    places = [kind.replace("x", f"x{place}") for place, kind in enumerate(kinds)]
    return "/".join(["/api", *places, *rest])


PATHS = st.builds(
    _path,
    st.lists(st.sampled_from(["a", "b", "*", "[x]"]), max_size=4),
    st.sampled_from([[], [], ["[...r]"], ["[[...r]]"]]),
)
PARTS = st.lists(st.sampled_from(["a", "b", "*", "c", "%61", "index"]), max_size=5)


@given(st.sets(PATHS, min_size=1, max_size=12), st.lists(PARTS, min_size=1, max_size=12))
def test_a_table_leads_where_next_js_leads(paths: set[str], requests: list[list[str]]) -> None:
    assume(not refusals(*paths))
    routes = table(*paths)
    for parts in (["api", *each] for each in requests):
        path = lead({path: path.split("/")[1:] for path in paths}, parts)
        assert found(routes, "/" + "/".join(parts)) == (path and (path, values(path, parts)))


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["/[a]/x", "/[b]/y"], "You cannot use different slug names for the same dynamic path ('a' !== 'b')"),
        (
            ["/[...a]", "/[...b]"],
            "You cannot use different slug names for the same dynamic path ('a' !== 'b')",
        ),
        (["/[a]/[a]"], 'You cannot have the same slug name "a" repeat within a single dynamic path'),
        (["/[ab]/[a-b]"], 'You cannot have the slug names "ab" and "a-b" differ only by non-word symbols'),
        (["/[a-b]/[ab]"], 'You cannot have the slug names "a-b" and "ab" differ only by non-word symbols'),
        (["/[...a]/b"], "Catch-all must be the last part of the URL."),
        (["/[[...a]]/b"], "Catch-all must be the last part of the URL."),
        (["/o", "/o/[[...a]]"], "the same specificity as a optional catch-all route"),
        (["/[...a]", "/[[...a]]"], "both an optional and required catch-all route at the same level"),
        (["/[[a]]"], 'Optional route parameters are not yet supported ("[[a]]")'),
        (["/[.a]"], "Segment names may not start with erroneous periods ('.a')"),
        (["/[....a]"], "Segment names may not start with erroneous periods ('.a')"),
        (["/[[a]"], "Segment names may not start or end with extra brackets ('[a')"),
        (["/[a]]"], "Segment names may not start or end with extra brackets ('a]')"),
        (["/[…a]"], "Did you mean ('...')?"),
        (["/[]"], "A dynamic segment needs a name ('[]')"),
        (["/[...]"], "A dynamic segment needs a name ('[...]')"),
    ],
)
def test_next_js_own_refusals_name_the_file(paths: list[str], message: str) -> None:
    [refusal] = refusals(*paths)
    assert message in refusal
    assert any(f"pages{path}.py" in refusal for path in paths)


@pytest.mark.parametrize(
    ("paths", "refusal"),
    [
        (["/[...a]/b"], "pages/[...a]/b.py: Catch-all must be the last part of the URL."),
        (
            ["/[a-b]/[ab]"],
            'pages/[a-b]/[ab].py: You cannot have the slug names "a-b" and "ab" differ only by non-word'
            " symbols within a single dynamic path",
        ),
        (
            ["/[...a]", "/[[...a]]"],
            "You cannot use both an optional and required catch-all route at the same level:"
            " remove one of pages/[...a].py and pages/[[...a]].py.",
        ),
        (
            ["/o", "/o/[[...a]]"],
            "You cannot define a route with the same specificity as a optional catch-all route:"
            " remove one of pages/o.py and pages/o/[[...a]].py.",
        ),
    ],
)
def test_a_refusal_is_in_next_js_words_and_says_what_to_remove(paths: list[str], refusal: str) -> None:
    assert refusals(*paths) == [refusal]


def test_two_files_of_one_path_are_refused() -> None:
    pairs = [("/api/a", "pages/api/a.py"), ("/api/a", "pages/api/a/index.py")]
    assert list(problems(pairs)) == [
        "Conflicting files answer the same path: remove one of pages/api/a.py and pages/api/a/index.py."
    ]


def test_conflicts_are_found_below_others() -> None:
    assert len(refusals("/[a]/[x]", "/[b]/[y]")) == 2
    below = refusals("/[a]/[[...x]]", "/[b]/[...x]")
    assert ["slug names" in each for each in below] == [True, False]
    assert "both an optional and required catch-all" in below[1]


def test_all_conflicts_are_listed() -> None:
    assert len(refusals("/[a]", "/[b]", "/x/[[y]]", "/z/[...q]/r")) == 3


def test_what_is_no_conflict_is_not_refused() -> None:
    assert refusals("/[a]", "/[...b]", "/x/[c]", "/[a]/[c]/[[...d]]", "/user-[id]", "/x[", "/[a]/[c]/e") == []
    assert refusals("/a/b/a", "/a-b/ab", "/[a]/x/a") == []


def test_a_table_refuses_conflicts() -> None:
    with pytest.raises(RouteError, match="different slug names"):
        table("/[a]", "/[b]")


def test_ten_thousand_routes_are_found() -> None:
    routes = table(*(f"/api/r{n}/[id]" for n in range(10_000)))
    assert found(routes, "/api/r9999/x") == ("/api/r9999/[id]", {"id": "x"})


def test_no_urls_are_built_so_no_rule_compiles_code_for_them() -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.delattr("builtins.compile")
        table("/a/[x]", "/b/[...y]", "/c/[[...z]]")

"""Where a path is split between a route and the application behind it."""

import pytest

from nextwsgi.wsgi import mount


@pytest.mark.parametrize(
    ("route", "path", "split"),
    [
        ("/api/graphql", "/api/graphql", ("/api/graphql", "")),
        ("/api/admin/[[...path]]", "/api/admin", ("/api/admin", "")),
        ("/api/admin/[[...path]]", "/api/admin/a%2Fb/c", ("/api/admin", "/a%2Fb/c")),
        ("/api/admin/[[...path]]", "/api/admin/api/admin", ("/api/admin", "/api/admin")),
        ("/api/[tenant]/admin/[...path]", "/api/acme/admin/x", ("/api", "/acme/admin/x")),
        ("/api/[id]", "/api/7", ("/api", "/7")),
        ("/[...path]", "/x", ("", "/x")),
        ("/", "/x/y", ("", "/x/y")),
        ("/api/x", "api/x", ("/api/x", "")),
    ],
)
def test_a_path_is_split_before_the_first_parameter_of_its_route(
    route: str, path: str, split: tuple[str, str]
) -> None:
    assert mount(route, path) == split

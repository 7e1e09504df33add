"""Files that cannot be served break their own paths only, and say there what is wrong."""

from pathlib import Path

import pytest

from nextwsgi.dev.app import Development
from nextwsgi.errors import RouteError
from tests.unit.dev.site import Site

CONFLICT = "You cannot use different slug names"


def test_conflicting_routes_are_named_on_every_path_of_theirs(site: Site) -> None:
    site.write("pages/api/[id]/a.py")
    site.write("pages/api/[user]/b.py")
    site.write("pages/api/fine.py")
    for path in ("/api/1/a", "/api/1/b"):
        told = site.text(path)
        assert CONFLICT in told
        assert "pages/api/[id]/a.py" in told
        assert "pages/api/[user]/b.py" in told
    assert site.ask("/api/fine").status_code == 200


def test_a_conflict_ends_with_its_cause(site: Site) -> None:
    site.write("pages/api/[id].py")
    other = site.write("pages/api/[user].py")
    assert CONFLICT in site.text("/api/1")
    other.unlink()
    assert site.text("/api/1") == '"hello"'


def test_a_file_whose_path_cannot_be_read_is_told_where_it_would_answer(site: Site) -> None:
    site.write("pages/api/odd/[[x]].py")
    site.write("pages/api/fine.py")
    answer = site.ask("/api/odd/1")
    assert answer.status_code == 500
    assert "Optional route parameters are not yet supported" in answer.get_data(as_text=True)
    assert site.ask("/api/elsewhere").status_code == 404
    assert site.ask("/api/fine").status_code == 200


def test_all_routes_can_be_loaded_at_once(site: Site) -> None:
    site.write("pages/api/[id].py")
    site.write("pages/api/[user].py")
    site.write("pages/api/a.py")
    loaded = site.app.table.load_all()
    assert [route.path for route in loaded] == ["/api/[id]", "/api/a", "/api/[user]"]


def test_a_project_may_lose_all_its_pages_while_it_is_served(site: Site) -> None:
    file = site.write("pages/api/a.py")
    assert site.ask("/api/a").status_code == 200
    file.unlink()
    (site.root / "pages" / "api").rmdir()
    assert site.ask("/api/a").status_code == 404


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RouteError, match="there is no pages/ folder"):
        Development(tmp_path)


def test_a_file_of_public_that_hides_a_route_is_told_until_it_is_gone(site: Site) -> None:
    site.write("pages/api/a.py")
    assert site.text("/api/a") == '"hello"'
    file = site.write("public/api/a", "text")
    assert "public/api/a: a route answers /api/a" in site.text("/api/a")
    file.unlink()
    assert site.text("/api/a") == '"hello"'


def test_a_new_file_of_public_comes_before_dynamic_routes_at_once(site: Site) -> None:
    site.write("pages/api/[id].py")
    assert site.text("/api/a.txt") == '"hello"'
    site.write("public/api/a.txt", "text")
    answer = site.ask("/api/a.txt")
    assert answer.get_data() == b"text"
    answer.close()

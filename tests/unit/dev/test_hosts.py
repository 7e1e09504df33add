"""Only requests that name this machine are answered: no other site's name may lead here."""

import pytest

from nextwsgi.dev.hosts import is_allowed
from tests.unit.dev.site import Site


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:3000",
        "LOCALHOST:3000",
        "localhost.",
        "app.localhost:3000",
        "127.0.0.1",
        "127.0.0.1:3000",
        "[::1]:3000",
        "::1",
    ],
)
def test_names_of_this_machine_are_allowed(host: str) -> None:
    if host == "::1":
        assert not is_allowed(host, "127.0.0.1")  # an address of IPv6 stands in brackets
    else:
        assert is_allowed(host, "127.0.0.1")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.evil.example",
        "192.168.1.5",
        "127.0.0.1@evil.example",
        "localhost:3000:evil.example",
        "[::1",
        "",
        "évil",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert not is_allowed(host, "127.0.0.1")


def test_the_name_that_was_given_is_allowed() -> None:
    assert is_allowed("My-Box:3000", "my-box")


@pytest.mark.parametrize("bound", ["0.0.0.0", "::"])
def test_a_server_on_every_address_answers_to_any_address_but_to_no_other_name(bound: str) -> None:
    assert is_allowed("192.168.1.5:3000", bound)
    assert is_allowed("[fe80::1]:3000", bound)
    assert not is_allowed("evil.example", bound)


def test_a_foreign_host_is_told_so_and_reaches_no_handler(site: Site) -> None:
    site.write("pages/api/a.py", "raise SystemExit\n")
    answer = site.ask("/api/a", Host="evil.example")
    assert answer.status == "403 Forbidden"
    assert "answers to localhost" in answer.get_data(as_text=True)


def test_a_request_without_host_is_a_bad_one(site: Site) -> None:
    assert site.ask("/api/a", Host="").status == "400 Bad Request"

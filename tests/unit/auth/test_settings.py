"""What the environment says of Auth.js and Better Auth, and what is said where it says nothing of use."""

import pytest

from nextwsgi.auth.settings import BetterAuth, read_settings
from tests.unit.auth.making import SECRET

OTHER = "Vg2QYr3XfW8rP0nq7uTj5sKd9mLh4zBc"
BARE = {"AUTH_SECRET": SECRET}


def test_all_secrets_are_read_the_newest_first_and_empty_ones_are_none() -> None:
    environ = {
        "NEXTAUTH_SECRET": f"{SECRET}5",
        "AUTH_SECRET": f"{SECRET}4",
        "AUTH_SECRET_1": f"{SECRET}3",
        "AUTH_SECRET_2": "",
        "AUTH_SECRET_3": f"{SECRET}1",
    }
    assert read_settings(environ).secrets == tuple(f"{SECRET}{end}".encode() for end in (1, 3, 4, 5))


def test_a_secret_that_is_no_utf_8_is_taken_as_its_bytes() -> None:
    assert read_settings({"AUTH_SECRET": f"{SECRET}\udcff"}).secrets == (SECRET.encode() + b"\xff",)


@pytest.mark.parametrize("environ", [{}, {"AUTH_SECRET": "", "NEXTAUTH_SECRET": "", "BETTER_AUTH_URL": ""}])
def test_without_a_setting_it_says_what_to_set(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no AUTH_SECRET: put that of the Next\.js front end into \.env"):
        read_settings(environ)


@pytest.mark.parametrize("name", ["AUTH_SECRET", "AUTH_SECRET_2", "NEXTAUTH_SECRET"])
@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (SECRET[:31], "is too short, 31 bytes"),
        ("secret", "is too short, 6 bytes"),
        ("my-super-secret-nextauth-secret-key", "is one that others know"),
        ("ab" * 20, "is one that others know"),
    ],
)
def test_a_secret_that_could_be_guessed_is_refused_and_not_repeated(
    name: str, secret: str, says: str
) -> None:
    with pytest.raises(ValueError, match=f"{name} {says}") as raised:
        read_settings({"AUTH_SECRET_3": OTHER, name: secret})
    assert secret == "secret" or secret not in str(raised.value)


@pytest.mark.parametrize(
    ("environ", "https"),
    [
        ({}, False),
        ({"AUTH_URL": "https://shop.example"}, True),
        ({"NEXTAUTH_URL": "HTTPS://shop.example/api/auth"}, True),
        ({"AUTH_URL": "http://localhost:3000", "NEXTAUTH_URL": "https://shop.example"}, False),
        ({"AUTH_URL": "", "NEXTAUTH_URL": "https://shop.example"}, True),
        ({"AUTH_URL": "nonsense"}, False),
    ],
)
def test_the_front_end_s_url_tells_its_cookies(environ: dict[str, str], https: bool) -> None:
    assert read_settings({**BARE, **environ}).https is https


@pytest.mark.parametrize(
    ("url", "origin", "keys"),
    [
        ("http://localhost:3000", "http://localhost:3000", "/api/auth/jwks"),
        ("https://shop.example/", "https://shop.example", "/api/auth/jwks"),
        ("https://Shop.example:443", "https://shop.example", "/api/auth/jwks"),
        ("http://shop.example:80/", "http://shop.example", "/api/auth/jwks"),
        ("http://shop.example:443/", "http://shop.example:443", "/api/auth/jwks"),
        ("https://shop.example/auth", "https://shop.example", "/auth/jwks"),
        ("https://shop.example/authX/", "https://shop.example", "/authX/jwks"),
        ("https://shop.example/a/b//", "https://shop.example", "/a/b/jwks"),
        (" https://shop.example ", "https://shop.example", "/api/auth/jwks"),
        ("http://[::1]:3000", "http://[::1]:3000", "/api/auth/jwks"),
    ],
)
def test_better_auth_is_where_its_url_says(url: str, origin: str, keys: str) -> None:
    assert read_settings({"BETTER_AUTH_URL": url}).better_auth == BetterAuth(origin, origin + keys)


@pytest.mark.parametrize(
    "url",
    [
        *("shop.example", "//shop.example", "file:///etc/passwd", "ftp://shop.example", "https://", "https:"),
        *("http://[::1", "http://shop.example:99999", "http://shop.example:x", "javascript:alert(1)"),
        *("http://zoë.example", f"http://shop.example/{'x' * 3000}"),
    ],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="BETTER_AUTH_URL must be the front end's URL"):
        read_settings({"BETTER_AUTH_URL": url})


@pytest.mark.parametrize("url", ["https://a:b@shop.example", "https://shop.example?a=b", "https://a.b/#c"])
def test_a_url_with_more_than_a_place_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="BETTER_AUTH_URL must have no password, query or fragment") as error:
        read_settings({"BETTER_AUTH_URL": url})
    assert url not in str(error.value)

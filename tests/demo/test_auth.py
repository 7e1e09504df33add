"""pages/api/auth/: registration, login and logout."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import jwt
import pytest

from lib import password
from lib.login import account_of
from nextwsgi.testing import Answer, Client

pytestmark = pytest.mark.usefixtures("database")

ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
LOGIN = {"email": ADA["email"], "password": ADA["password"]}

REGISTER_PATH, LOGIN_PATH, LOGOUT_PATH = "/api/auth/register", "/api/auth/login", "/api/auth/logout"
PATHS = [REGISTER_PATH, LOGIN_PATH, LOGOUT_PATH]

INVALID = (401, {"error": "Invalid credentials"})
FOREIGN = (403, {"error": "Forbidden: send JSON, or a form from a page of this site"})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at the lowest cost."""
    monkeypatch.setattr(password, "COST", 4)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each hash that is computed, by its cost."""
    noted: list[str] = []

    def hashpw(secret: bytes, salt: bytes) -> bytes:
        noted.append(salt.decode().split("$")[2])
        return hash_(secret, salt)

    def checkpw(secret: bytes, hashed: bytes) -> bool:
        noted.append(hashed.decode().split("$")[2])
        return check(secret, hashed)

    hash_, check = bcrypt.hashpw, bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "hashpw", hashpw)
    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    return noted


def register(demo: Client, **fields: object) -> Answer:
    return demo.post(REGISTER_PATH, json={**ADA, **fields})


def login(demo: Client, **fields: object) -> Answer:
    return demo.post(LOGIN_PATH, json={**LOGIN, **fields})


def seen(answer: Answer) -> tuple[int, object]:
    return answer.status, answer.json()


# --- Registration -----------------------------------------------------------------------------------------


def test_who_registers_is_answered_without_a_hash_and_can_log_in(demo: Client) -> None:
    made = register(demo)
    user = made.json()
    assert (made.status, user) == (201, {"id": user["id"], "name": "Ada", "email": ADA["email"], "posts": []})
    assert "Set-Cookie" not in made.headers
    assert login(demo).status == 200


def test_a_form_of_this_site_registers_and_logs_in_too(demo: Client) -> None:
    own = {"Origin": "http://localhost"}
    assert demo.post(REGISTER_PATH, form=ADA, headers=own).status == 201
    assert demo.post(LOGIN_PATH, form=LOGIN, headers=own).status == 200


BAD: dict[str, list[object]] = {
    "name": [None, "", "A", "x" * 51, 5, ["Ada"], "a\0b", "\ud800a"],
    "email": [None, "", "ada", "ada@example", "a@b.co\n", "a@b.co\r\nBcc: c@d.co", 5, ["a@b.co"], "\0@b.co"],
    "password": [None, "", 5, True, ["secret"], {"$ne": None}, "x" * 73, "é" * 37, "a\0b", "\ud800"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in BAD for value in BAD[field]])
def test_a_registration_that_cannot_be_is_refused_with_its_field(
    demo: Client, field: str, value: object
) -> None:
    answer = register(demo, **{field: value})
    assert (answer.status, answer.json()["error"]) == (400, "Validation failed")
    assert {detail["field"] for detail in answer.json()["details"]} == {field}


@pytest.mark.parametrize("field", ADA)
def test_a_registration_needs_all_fields(demo: Client, field: str) -> None:
    answer = demo.post(REGISTER_PATH, json={name: value for name, value in ADA.items() if name != field})
    details = [{"field": field, "message": "Missing data for required field."}]
    assert seen(answer) == (400, {"error": "Validation failed", "details": details})


def test_what_is_wrong_with_a_password_is_said_without_repeating_it(demo: Client) -> None:
    answer = register(demo, password="hunter2" * 11)
    details = [{"field": "password", "message": "Password must have at most 72 bytes"}]
    assert seen(answer) == (400, {"error": "Validation failed", "details": details})


def test_an_email_that_somebody_has_is_refused(demo: Client) -> None:
    assert register(demo).status == 201
    for email in ("ada@example.com", "ADA@Example.COM"):
        assert seen(register(demo, email=email)) == (409, {"error": "Email already in use"})


def test_of_two_who_register_one_email_at_once_one_has_it(demo: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: register(demo), range(8)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 7


def test_a_client_may_register_a_hundred_times_an_hour_and_is_refused_before_a_hash(
    demo: Client, hashes: list[str]
) -> None:
    for _ in range(100):
        register(demo, password="x" * 73)
    assert seen(register(demo)) == (429, {"error": "Too many requests"})
    assert hashes == []


# --- Login ------------------------------------------------------------------------------------------------


def test_a_login_sets_the_cookie_that_scripts_cannot_read(demo: Client) -> None:
    user = register(demo).json()
    answer = login(demo)
    shown = {"id": user["id"], "email": ADA["email"], "name": "Ada"}
    assert seen(answer) == (200, {"message": "Login successful", "user": shown})
    [cookie] = answer.headers.getlist("Set-Cookie")
    token = answer.cookies["token"]
    assert cookie == f"token={token}; HttpOnly; Path=/; Max-Age=604800; SameSite=Strict"


def test_the_token_names_the_user_for_seven_days(demo: Client) -> None:
    user = register(demo).json()
    claims = jwt.decode(login(demo).cookies["token"], options={"verify_signature": False})
    assert (claims["userId"], claims["email"]) == (user["id"], ADA["email"])
    assert claims["exp"] - claims["iat"] == 7 * 24 * 60 * 60
    assert set(claims) == {"userId", "email", "iat", "exp"}


@pytest.mark.parametrize(
    ("mode", "secure"), [("production", True), ("staging", True), (None, True), ("development", False)]
)
def test_the_cookie_is_secure_unless_in_development(
    demo: Client, monkeypatch: pytest.MonkeyPatch, mode: str | None, secure: bool
) -> None:
    monkeypatch.delenv("NODE_ENV")
    if mode is not None:
        monkeypatch.setenv("NODE_ENV", mode)
    register(demo)
    for answer in (login(demo), demo.post(LOGOUT_PATH)):
        assert answer.headers["Set-Cookie"].endswith("; SameSite=Strict" + "; Secure" * secure)


def test_an_email_is_known_in_any_case(demo: Client) -> None:
    register(demo, email="Ada@Example.com")
    assert login(demo, email="aDA@eXAMPLE.com").status == 200


NOBODY: list[object] = [None, "", 5, True, ["ada@example.com"], {"$ne": None}, "nobody@example.com"]
NOBODY += ["ada@example.com\0", "\ud800", "ada@example.com ", "' OR 1=1 --", "%", "x" * 100_000]
WRONG: list[object] = [None, "", 5, True, ["correct horse"], {"$ne": None}, "wrong", "Correct horse"]
WRONG += ["correct horse ", "correct horse\0", "x" * 73, "\ud800", "\0", "x" * 100_000, "é" * 37]


@pytest.mark.parametrize("email", NOBODY)
def test_cve_2024_39329_an_email_of_nobody_costs_one_hash_and_is_answered_like_a_wrong_password(
    demo: Client, hashes: list[str], email: object
) -> None:
    register(demo)
    hashes.clear()
    answer = login(demo, email=email)
    assert (seen(answer), hashes) == (INVALID, ["04"])
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("tried", WRONG)
@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_cve_2024_39329_a_wrong_password_costs_one_hash_whoever_it_is_for(
    demo: Client, hashes: list[str], email: str, tried: object
) -> None:
    register(demo)
    hashes.clear()
    assert (seen(login(demo, email=email, password=tried)), hashes) == (INVALID, ["04"])


@pytest.mark.parametrize("body", ["null", "[]", "5", '"a"', "{}", "", '{"email": "ada@example.com"}'])
def test_a_body_without_credentials_is_answered_like_a_wrong_password(
    demo: Client, hashes: list[str], body: str
) -> None:
    register(demo)
    hashes.clear()
    answer = demo.post(LOGIN_PATH, body=body, headers={"Content-Type": "application/json"})
    assert (seen(answer), hashes) == (INVALID, ["04"])


def test_wrong_answers_are_the_same_byte_for_byte(demo: Client) -> None:
    register(demo)
    answers = [login(demo, password="wrong"), login(demo, email="nobody@example.com")]
    counted = re.compile("ratelimit-", re.IGNORECASE)
    heads = [[pair for pair in answer.headers if not counted.match(pair[0])] for answer in answers]
    assert heads[0] == heads[1]
    assert answers[0].body == answers[1].body


def test_who_registered_without_a_password_cannot_log_in(demo: Client, hashes: list[str]) -> None:
    demo.post("/api/users", json={"name": "Ada", "email": "ada@example.com"})
    for tried in ("", None, "None", "-"):
        assert seen(login(demo, password=tried)) == INVALID
    assert hashes == ["04"] * 4


def test_an_account_may_be_tried_thirty_times_and_no_hash_is_computed_after_that(
    demo: Client, hashes: list[str]
) -> None:
    register(demo)
    hashes.clear()
    for email in ("ada@example.com", "ADA@example.com") * 15:
        assert seen(login(demo, email=email, password="wrong")) == INVALID
    answer = login(demo)
    assert seen(answer) == (429, {"error": "Too many requests"})
    assert 880 < int(answer.headers["Retry-After"]) <= 900
    assert len(hashes) == 30
    assert seen(login(demo, email="bob@example.com")) == INVALID


def test_an_address_may_try_a_hundred_times_whatever_the_accounts(demo: Client, hashes: list[str]) -> None:
    for number in range(100):
        assert login(demo, email=f"{number}@example.com").status == 401
    assert seen(login(demo, email="new@example.com")) == (429, {"error": "Too many requests"})
    assert len(hashes) == 100


@pytest.mark.parametrize(
    "email", [None, 5, ["ada@example.com"], "", "ada", "ada@example.com\0", "\ud800@x.org"]
)
def test_what_names_no_account_counts_for_its_sender_alone(email: object) -> None:
    client = Client(lambda req, res: res.json(account_of(req)))
    assert client.post(json={"email": email}).json() == "127.0.0.1"
    assert client.post(json={"email": "Ada@example.com"}).json() == "ada@example.com"


def test_many_at_once_compute_no_more_hashes_than_the_limit(demo: Client, hashes: list[str]) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: login(demo), range(80)))
    assert sorted(answer.status for answer in answers) == [401] * 30 + [429] * 50
    assert len(hashes) == 30


def test_without_its_database_a_login_says_so(demo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert seen(login(demo)) == (503, {"error": "The database is unavailable"})


# --- Logout -----------------------------------------------------------------------------------------------


def test_a_logout_takes_the_cookie_back_whether_there_is_one_or_not(demo: Client) -> None:
    for cookies in ({}, {"token": "x"}, {"token": ""}):
        answer = demo.post(LOGOUT_PATH, cookies=cookies)
        assert seen(answer) == (200, {"message": "Logout successful"})
        lines = answer.headers.getlist("Set-Cookie")
        assert lines == ["token=; HttpOnly; Path=/; Max-Age=0; SameSite=Strict"]


# --- All of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("path", PATHS)
def test_only_post_is_allowed(demo: Client, path: str, method: str) -> None:
    answer = demo.request(method, path)
    assert (answer.status, answer.headers.getlist("Allow")) == (405, ["POST"])
    assert method == "HEAD" or answer.json() == {"error": "Method not allowed"}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/"},
    ],
)
@pytest.mark.parametrize("kind", ["json", "form"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_of_other_sites_log_nobody_in_or_out(
    demo: Client, hashes: list[str], path: str, kind: str, headers: dict[str, str]
) -> None:
    if kind == "json":
        answer = demo.post(path, json=ADA, headers=headers)
    else:
        answer = demo.post(path, form=ADA, headers=headers)
    assert (seen(answer), hashes) == (FOREIGN, [])
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_form_of_a_browser_that_tells_nothing_logs_nobody_in_or_out(demo: Client, path: str) -> None:
    assert seen(demo.post(path, form=ADA)) == FOREIGN


def test_other_sites_do_not_use_up_what_their_readers_may_try(demo: Client) -> None:
    register(demo)
    for _ in range(110):
        demo.post(LOGIN_PATH, json=LOGIN, headers={"Origin": "https://evil.example"})
    assert login(demo).status == 200


def test_registrations_of_both_routes_count_together(demo: Client) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "password": "x" * 73}  # refused before it is hashed
    left = []
    for path in ("/api/auth/register", "/api/users", "/api/auth/register"):
        answer = demo.post(path, json=body)
        assert answer.status == 400
        left.append(answer.headers["ratelimit-remaining"])
    assert left == ["99", "98", "97"]

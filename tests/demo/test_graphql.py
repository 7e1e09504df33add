"""/api/graphql: the users and posts of the demo, under the rules of its other routes."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_introspection_query
from sqlalchemy import Engine, event

from nextwsgi.testing import Answer, Client
from tests.demo.people import ADA, BOB, post, token, user

PATH = "/api/graphql"

pytestmark = pytest.mark.usefixtures("database")


def ask(demo: Client, query: object, *, by: Any = None, headers: Any = None, **variables: Any) -> Answer:
    """Send a query, by the user with this id where there is one."""
    sent = {"query": query, **({"variables": variables} if variables else {})}
    return demo.post(PATH, json=sent, headers={**({} if by is None else token(by)), **(headers or {})})


def data(answer: Answer) -> Any:
    """Give the data of an answer without errors."""
    told = answer.json()
    assert answer.status == 200, told
    assert "errors" not in told, told
    return told["data"]


def problem(answer: Answer) -> tuple[str, str]:
    """Give message and code of the one error of an answer."""
    [error] = answer.json()["errors"]
    return error["message"], error["extensions"]["code"]


# --- Queries ----------------------------------------------------------------------------------------------


def test_users_and_posts_are_those_of_the_other_routes(demo: Client) -> None:
    ada, bob = user(demo), user(demo, **BOB)
    first, second = post(demo, ada["id"], title="One"), post(demo, title="Two")
    found = data(ask(demo, "{ users { id name email posts { id title content createdAt } } }"))
    whole = {"content": "C", "createdAt": first["createdAt"]}
    assert found["users"] == [
        {"id": str(bob["id"]), **BOB, "posts": []},
        {"id": str(ada["id"]), **ADA, "posts": [{"id": str(first["id"]), "title": "One", **whole}]},
    ]
    posts = data(ask(demo, "{ posts { title author { name posts { title } } } }"))["posts"]
    assert posts == [
        {"title": "Two", "author": None},
        {"title": "One", "author": {"name": "Ada", "posts": [{"title": "One"}]}},
    ]
    query = "query ($u: ID!, $p: ID!) { user(id: $u) { name } post(id: $p) { title author { id } } }"
    one = data(ask(demo, query, u=bob["id"], p=second["id"]))
    assert one == {"user": {"name": "Bob"}, "post": {"title": "Two", "author": None}}


@pytest.mark.parametrize("id", ['"999"', '"x"', '"1_0"', '"\\u0000"', '""', "99999999999999999999", "-1"])
def test_of_what_is_not_there_is_null(demo: Client, id: str) -> None:
    assert data(ask(demo, f"{{ user(id: {id}) {{ id }} post(id: {id}) {{ id }} }}")) == {
        "user": None,
        "post": None,
    }


def test_lists_come_in_pages(demo: Client) -> None:
    for number in range(3):
        user(demo, email=f"{number}@example.com")
    found = data(ask(demo, "{ a: users(limit: 2) { email } b: users(limit: 2, page: 2) { email } }"))
    assert [len(found["a"]), len(found["b"])] == [2, 1]


@pytest.mark.parametrize("argument", ["limit: 0", "limit: 101", "limit: -1", "page: 0", "limit: null"])
def test_a_page_that_is_none_is_refused_as_the_other_routes_do(demo: Client, argument: str) -> None:
    answer = ask(demo, f"{{ users({argument}) {{ id }} }}")
    assert problem(answer) == ("Validation failed", "BAD_USER_INPUT")
    [error] = answer.json()["errors"]
    assert error["extensions"]["details"][0]["field"] == argument.partition(":")[0]


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Note the statements that the database is given."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


DEEP = "{ posts { author { posts { author { posts { author { name } } } } } } }"


def test_each_level_is_asked_for_at_once_however_many_there_are(demo: Client, statements: list[str]) -> None:
    counts = []
    for number in range(6):
        author = user(demo, email=f"{number}@example.com")
        for _ in range(3):
            post(demo, author["id"])
        if number in (0, 5):
            statements.clear()
            data(ask(demo, DEEP.replace("posts {", "posts(limit: 20) {", 1)))
            counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 7


# --- Mutations --------------------------------------------------------------------------------------------

CREATE = """
mutation ($name: String!, $email: String!, $age: Int, $password: String) {
  createUser(name: $name, email: $email, age: $age, password: $password) { id name email posts { id } }
}
"""


def test_a_user_who_is_created_can_log_in_change_and_go(demo: Client) -> None:
    made = data(ask(demo, CREATE, **ADA, age=36, password="correct horse"))["createUser"]
    assert made == {"id": made["id"], **ADA, "posts": []}
    login = demo.post("/api/auth/login", json={"email": ADA["email"], "password": "correct horse"})
    assert login.status == 200
    id = int(made["id"])
    changed = data(ask(demo, f'mutation {{ updateUser(id: {id}, name: "Lovelace") {{ name }} }}', by=id))
    assert changed == {"updateUser": {"name": "Lovelace"}}
    assert data(ask(demo, f"mutation {{ deleteUser(id: {id}) }}", by=id)) == {"deleteUser": True}
    assert demo.get(f"/api/users/{id}").status == 404


def test_a_post_is_written_in_the_name_of_who_is_logged_in_or_nobodys(demo: Client) -> None:
    id = user(demo)["id"]
    mutation = 'mutation { createPost(title: "T", content: "C") { id author { name } } }'
    own = data(ask(demo, mutation, by=id))["createPost"]
    assert own["author"] == {"name": "Ada"}
    assert data(ask(demo, mutation))["createPost"]["author"] is None
    delete = f"mutation {{ deletePost(id: {own['id']}) }}"
    other = user(demo, **BOB)["id"]
    assert problem(ask(demo, delete, by=other)) == ("Forbidden: another user wrote this post", "FORBIDDEN")
    assert problem(ask(demo, delete)) == ("Forbidden: another user wrote this post", "FORBIDDEN")
    assert data(ask(demo, delete, by=id)) == {"deletePost": True}
    assert problem(ask(demo, delete, by=id)) == ("Post not found", "NOT_FOUND")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "A"}, "name"),
        ({"name": "A\0da"}, "name"),
        ({"name": "A\ud800da"}, "name"),
        ({"email": "none"}, "email"),
        ({"age": 17}, "age"),
        ({"password": ""}, "password"),
        ({"password": "x" * 73}, "password"),
    ],
)
def test_what_the_other_routes_refuse_is_refused(demo: Client, fields: dict[str, Any], field: str) -> None:
    answer = ask(demo, CREATE, **{**ADA, **fields})
    assert problem(answer) == ("Validation failed", "BAD_USER_INPUT")
    [error] = answer.json()["errors"]
    assert [each["field"] for each in error["extensions"]["details"]] == [field]
    assert error["path"] == ["createUser"]


def test_an_email_that_is_taken_is_a_conflict(demo: Client) -> None:
    user(demo)
    assert problem(ask(demo, CREATE, **ADA)) == ("Email already in use", "CONFLICT")


@pytest.mark.parametrize("field", ['updateUser(id: 1, name: "Eve") { id }', "deleteUser(id: 1)"])
def test_who_is_not_logged_in_changes_nobody_and_who_is_nobody_else(demo: Client, field: str) -> None:
    id = user(demo)["id"]
    field = field.replace("id: 1", f"id: {id}")
    assert problem(ask(demo, f"mutation {{ {field} }}")) == ("Unauthorized", "UNAUTHENTICATED")
    other = user(demo, **BOB)["id"]
    answer = ask(demo, f"mutation {{ {field} }}", by=other)
    assert problem(answer) == ("Forbidden: this is another user", "FORBIDDEN")


def test_registrations_count_together_with_those_of_the_other_routes(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib import password, users  # not before the demo has its secrets

    monkeypatch.setattr(password, "COST", 4)
    hashes: list[object] = []

    def counted(text: object) -> str:
        hashes.append(text)
        return password.hash_password(text)

    monkeypatch.setattr(users, "hash_password", counted)
    for number in range(95):
        person = {**ADA, "email": f"{number}@example.com", "password": "x"}
        demo.post("/api/auth/register" if number % 2 else "/api/users", json=person)
    names = [f"e{number}" for number in range(9)]
    fields = [
        f'{name}: createUser(name: "Ada", email: "{name}@example.com", password: "x") {{ id }}'
        for name in names
    ]
    answer = ask(demo, f"mutation {{ {' '.join(fields)} }}")
    # The first that fails ends the document: its data is null.
    assert problem(answer) == ("Too many requests", "TOO_MANY_REQUESTS")
    assert len(hashes) == 100
    assert demo.post("/api/auth/register", json={**ADA, "password": "x"}).status == 429
    assert data(ask(demo, CREATE, **BOB))["createUser"]["name"] == "Bob"  # without a password


# --- Who asks ---------------------------------------------------------------------------------------------


def test_a_token_that_is_none_is_told_so(demo: Client) -> None:
    answer = ask(demo, "{ users { id } }", headers={"Authorization": "Bearer none"})
    assert answer.status == 401
    assert problem(answer) == ("Unauthorized", "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_cookie_counts_for_pages_of_this_site_alone(
    demo: Client, headers: dict[str, str], status: int
) -> None:
    id = user(demo)["id"]
    cookie = {"Cookie": f"token={token(id)['Authorization'].removeprefix('Bearer ')}"}
    mutation = 'mutation { createPost(title: "T", content: "C") { author { name } } }'
    answer = ask(demo, mutation, headers={**cookie, **headers})
    assert answer.status == status
    if status == 403:
        assert problem(answer)[1] == "FORBIDDEN"
    else:
        assert data(answer)["createPost"]["author"] == {"name": "Ada"}


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"],
)
def test_only_json_is_taken_for_which_a_browser_asks_first(demo: Client, kind: str | None) -> None:
    body = json.dumps({"query": "mutation { deletePost(id: 1) }"})
    answer = demo.post(PATH, body=body, headers={} if kind is None else {"Content-Type": kind})
    assert answer.status == 415
    assert problem(answer) == ("Send queries as application/json", "BAD_REQUEST")


def test_json_with_a_charset_is_json(demo: Client) -> None:
    for kind in ("application/json; charset=utf-8", "Application/JSON;charset=utf-16le"):
        body = json.dumps({"query": "{ users { id } }"})
        encoded = body.encode("utf-16-le" if "16" in kind else "utf-8")
        assert data(demo.post(PATH, body=encoded, headers={"Content-Type": kind})) == {"users": []}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_is_run_but_by_post(demo: Client, method: str) -> None:
    id = post(demo)["id"]
    path = f"{PATH}?query=mutation%20%7BdeletePost(id%3A{id})%7D"
    answer = demo.request(method, path)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert demo.get(f"/api/posts/{id}").status == 200


# --- Limits -----------------------------------------------------------------------------------------------

TOO_MUCH = "The query asks for too much: it costs more than 10000"
TOO_DEEP = "The query is nested too deeply: fields have at most 8 levels"
TOKENS = "Syntax Error: Document contains more than 1000 tokens. Parsing aborted."


def nested(depth: int) -> str:
    return "{ post(id: 1) { " + "author { posts { " * depth + "id" + " } }" * depth + " } }"


REFUSED = {
    "aliases": ("{" + " ".join(f"a{n}: users {{ id }}" for n in range(1000)) + "}", TOKENS),
    "dear aliases": ("{" + " ".join(f"a{n}: users(limit: 100) {{ id }}" for n in range(70)) + "}", TOO_MUCH),
    "many mutations": (
        "mutation {" + " ".join(f"a{n}: deletePost(id: {n})" for n in range(11)) + "}",
        TOO_MUCH,
    ),
    "mutations in fragments": (
        "mutation { ...F ...F ...F } fragment F on Mutation {"
        + " ".join(f"a{n}: deletePost(id: {n})" for n in range(4))
        + "}",
        TOO_MUCH,
    ),
    "depth": (nested(5), TOO_DEEP),
    "hundreds deep": (
        "{a" * 400 + "}" * 400,
        "Syntax Error: Document is nested too deeply. Parsing aborted.",
    ),
    "deep values": (
        "{ users(limit: " + "[" * 400 + "]" * 400 + ") { id } }",
        "Syntax Error: Document is nested too deeply. Parsing aborted.",
    ),
    "wide and deep": ("{ users(limit: 100) { posts { author { posts { author { id } } } } } }", TOO_MUCH),
    "a limit by variable": (
        "query ($n: Int) { users(limit: $n) { posts { author { posts { id title } } } } }",
        TOO_MUCH,
    ),
    "a cycle": ("{ ...A } fragment A on Query { ...A }", TOO_DEEP),
    "a cycle of two": (
        "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }",
        TOO_DEEP,
    ),
    "many operations": (
        " ".join(f"query Q{n} {{ ...F0 }}" for n in range(100))
        + " ".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(12))
        + " fragment F12 on Query { __typename }",
        TOO_MUCH,
    ),
    "a cycle of fields": (
        "{ user(id: 1) { ...A } } fragment A on User { posts { author { ...A } } }",
        TOO_MUCH,
    ),
    "doubling fragments": (
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        + " fragment F40 on Query { __typename }",
        TOO_MUCH,
    ),
    "many fragments": (
        " ".join(f"fragment F{n} on User {{ id }}" for n in range(200)) + " { users { ...F1 } }",
        TOKENS,
    ),
    "many fields at the top": (
        "{" + " ".join(f"a{n}: user(id: {n}) {{ id }}" for n in range(21)) + "}",
        TOO_MUCH,
    ),
    "a number without end": (
        "{ users(limit: " + "9" * 5000 + ") { id } }",
        "The query has a value that is none",
    ),
    "tokens": ("{" + "id " * 10_000 + "}", "more than 20000 code points"),
    "comments": ("#\n" * 200 + "{ users { id } }", "more than 100 comments"),
    "one long name": ("{ " + "x" * 30_000 + " }", "more than 20000 code points"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_document_that_asks_for_too_much_is_refused_at_once(
    demo: Client, kind: str, statements: list[str]
) -> None:
    query, says = REFUSED[kind]
    start = time.perf_counter()
    answer = ask(demo, query)
    assert time.perf_counter() - start < 1
    assert answer.status == 400
    assert len(answer.body) < 2000
    assert says in problem(answer)[0]
    assert not [each for each in statements if "FROM" in each]


@pytest.mark.parametrize(
    "query",
    [
        "{ users(limit: 100) { id name email posts { id title content createdAt } } }",
        nested(3),
        "mutation { " + " ".join(f"a{n}: deletePost(id: {n})" for n in range(3)) + " }",
        "{ ...A ...A } fragment A on Query { users { ... on User { id } ...B } } fragment B on User { id }",
    ],
)
def test_what_a_page_needs_is_within_the_limits(demo: Client, query: str) -> None:
    told = ask(demo, query).json()
    assert "too" not in json.dumps(told.get("errors", []))


def test_the_schema_can_be_asked_for(demo: Client) -> None:
    schema = data(ask(demo, get_introspection_query()))["__schema"]
    assert {"User", "Post", "DateTime"} <= {each["name"] for each in schema["types"]}


def test_an_introspection_without_end_is_refused(demo: Client) -> None:
    inside = "{ name }"
    for _ in range(4):
        inside = f"{{ fields {{ type {inside} }} }}"
    assert "introspection" in json.dumps(ask(demo, f"{{ __schema {{ types {inside} }} }}").json())


def test_a_body_over_its_limit_is_413(demo: Client) -> None:
    assert ask(demo, "{ users { id } } " + "#" * 102_400).status == 413


# --- What is no query -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("[]", "Operation data should be a JSON object"),
        ('[{"query": "{ users { id } }"}]', "Operation data should be a JSON object"),
        ("null", "Operation data should be a JSON object"),
        ('"{ users }"', "Operation data should be a JSON object"),
        ("{}", "The query must be a string."),
        ('{"query": 5}', "The query must be a string."),
        ('{"query": ""}', "The query must be a string."),
        ('{"query": "{ users { id } }", "variables": []}', "Query variables must be a null or an object."),
        ('{"query": "{ users { id } }", "operationName": "x"}', "Unknown operation named 'x'."),
        ('{"query": "{ users { id }"}', "Syntax Error: Expected Name, found <EOF>."),
        ('{"query": "{ users }"}', "Field 'users' of type '[User!]!' must have a selection of subfields."),
        ('{"query": "{ users { password } }"}', "Cannot query field 'password' on type 'User'."),
        ('{"query": "subscription { x }"}', "subscription"),
        ('{"query": "\\ud800"}', "Syntax Error"),
        ('{"query": "fragment A on User { id }"}', ""),
        ("", "The query must be a string."),
    ],
)
def test_what_is_no_query_is_told_in_graphqls_shape(demo: Client, body: str, says: str) -> None:
    answer = demo.post(PATH, body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert says in answer.json()["errors"][0]["message"]
    assert answer.headers["Content-Type"].startswith("application/json")


def test_variables_that_are_deeper_than_any_are_no_fault_of_the_server(demo: Client) -> None:
    deep = "[" * 900 + "]" * 900
    query = "query ($id: ID!) { user(id: $id) { id } }"
    body = f'{{"query": "{query}", "variables": {{"id": {deep}}}}}'
    answer = demo.post(PATH, body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert len(answer.body) < 2000


def test_what_nobody_foresaw_is_logged_and_not_sent(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from lib import graphql_schema

    def broken(**_: object) -> None:
        raise RuntimeError("the secret of the inside")

    monkeypatch.setattr(graphql_schema, "fetch_users", broken)
    answer = ask(demo, "{ users { id } }")
    assert problem(answer) == ("Internal server error", "INTERNAL_SERVER_ERROR")
    assert "secret" not in answer.text
    assert "the secret of the inside" in caplog.text


def test_what_clients_do_wrong_is_not_logged(demo: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask(demo, "{ nonsense }")
    ask(demo, "{ users(limit: 0) { id } }")
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


def test_a_database_that_is_away_is_told(
    demo: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/demo.db")
    answer = ask(demo, "{ users { id } }")
    assert problem(answer) == ("The database is unavailable", "SERVICE_UNAVAILABLE")


# --- The explorer -----------------------------------------------------------------------------------------


def test_a_browser_gets_the_explorer(demo: Client) -> None:
    answer = demo.get(PATH, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "/graphql.js" in answer.text

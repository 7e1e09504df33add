"""lib/contact.py and pages/api/contact.py: the contact form."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lib.contact import LONGEST, Contact, is_email, problem, read_contact
from lib.database import session
from lib.models import Message
from nextwsgi.testing import Client

# --- Reading ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, "", "name=Ada", 5, True, [], ["name"], {}, {"NAME": "Ada"}])
def test_a_body_without_the_fields_has_none_of_them(body: object) -> None:
    assert read_contact(body) == ("", "", "")


@pytest.mark.parametrize(
    "value", [None, "", " ", "\t\r\n", "\u3000", 0, 5, True, ["Ada"], ["a@b.co", "c@d.co"], {"$ne": None}]
)
@pytest.mark.parametrize("field", Contact._fields)
def test_a_field_that_is_blank_or_no_text_is_missing(field: str, value: object) -> None:
    body = {"name": "Ada", "email": "ada@example.org", "message": "Hello", field: value}
    assert getattr(read_contact(body), field) == ""


def test_spaces_around_a_field_go_and_line_breaks_of_a_form_become_plain() -> None:
    body = {"name": " Ada ", "email": " ada@example.org", "message": "one\r\ntwo\n"}
    assert read_contact(body) == ("Ada", "ada@example.org", "one\ntwo\n")


# --- Email ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org",
        "ada.lovelace+news@mail.example.co.uk",
        "o'brien@example.ie",
        "ада@пример.рф",
        "a" * 242 + "@example.org",
    ],
)
def test_an_address_is_known_by_its_form(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ada", "ada@", "@example.org", "ada@example", "ada@.org", "ada@example.", "ada@example..org"),
        *("ada@b@example.org", "a da@example.org", "ada@exam ple.org", "Ada <ada@example.org>"),
        *("ada@example.org,eve@example.org", "ada@example.org;eve@example.org", '"a"@example.org'),
        *("ada@example.org\n", "ada@example.org\r\nBcc: eve@example.org", "ada\n@example.org"),
        *("ada@example.org\0", "ada\0@example.org", "ada\x85@example.org", "ada\u2028@example.org"),
        *("\ud800@example.org", "ada@exa\u00a0mple.org", "ada\x7f@example.org"),
        "a" * 243 + "@example.org",
    ],
)
def test_what_has_not_the_form_of_an_address_is_none(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize("unit", ["a", ".", "a.", "@", "a@", " ", ".@"])
@pytest.mark.parametrize("start", ["", "a@"])
def test_no_text_makes_the_look_at_an_address_slow(start: str, unit: str) -> None:
    before = time.perf_counter()
    assert not is_email(start + unit * 500_000 + "@")
    assert time.perf_counter() - before < 0.05


# --- What is not kept -------------------------------------------------------------------------------------

GOOD = Contact("Ada", "ada@example.org", "Hello,\nI have a\tquestion.\r🔑 é")


def test_a_message_may_have_several_lines() -> None:
    assert problem(GOOD) is None


@pytest.mark.parametrize(("field", "longest"), LONGEST.items())
def test_a_field_has_a_longest_that_the_answer_names(field: str, longest: int) -> None:
    assert problem(GOOD._replace(**{field: "é" * longest})) is None
    text = f"{field} must have at most {longest} characters"
    assert problem(GOOD._replace(**{field: "é" * (longest + 1)})) == text


@pytest.mark.parametrize("character", ["\0", "\x08", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused(character: str) -> None:
    assert problem(GOOD._replace(message=f"a{character}b")) == "message must not have control characters"
    text = "name must be one line without control characters"
    assert problem(GOOD._replace(name=f"a{character}b")) == text


@pytest.mark.parametrize("character", ["\r\n", "\n", "\r", "\t", "\u2028"])
def test_a_name_is_one_line(character: str) -> None:
    text = "name must be one line without control characters"
    assert problem(GOOD._replace(name=f"Ada{character}Bcc: eve@example.org")) == text


# --- The route --------------------------------------------------------------------------------------------

PATH = "/api/contact"
FORM = GOOD._asdict()
MISSING = {"error": "Missing required fields", "required": ["name", "email", "message"]}


in_database = pytest.mark.usefixtures("database")


def stored() -> list[Message]:
    with session() as db:
        return list(db.scalars(select(Message)))


@in_database
@pytest.mark.parametrize("kind", ["json", "form"])
def test_a_message_is_kept_and_answered_with_its_id(demo: Client, kind: str) -> None:
    answer = demo.post(PATH, json=FORM) if kind == "json" else demo.post(PATH, form=FORM)
    [message] = stored()
    assert answer.status == 200
    assert answer.json() == {"message": "Contact form submitted successfully", "id": message.id}
    assert (message.name, message.email, message.message) == GOOD
    when = message.created_at.replace(tzinfo=message.created_at.tzinfo or UTC)
    assert abs(when - datetime.now(UTC)) < timedelta(seconds=60)


# CVE-2025-46653: names that can be guessed.
@in_database
def test_cve_2025_46653_the_id_of_a_message_cannot_be_guessed(demo: Client) -> None:
    ids = {UUID(demo.post(PATH, json=FORM).json()["id"]) for _ in range(20)}
    assert len(ids) == 20
    assert {each.version for each in ids} == {4}


@in_database
def test_messages_sent_at_once_are_all_kept(demo: Client) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: demo.post(PATH, json=FORM), range(64)))
    assert {answer.status for answer in answers} == {200}
    assert {message.id for message in stored()} == {answer.json()["id"] for answer in answers}


@in_database
@pytest.mark.parametrize("form", [{**FORM, field: value} for field in FORM for value in (None, "", 5, ["a"])])
def test_each_field_is_required(demo: Client, form: dict[str, object]) -> None:
    answer = demo.post(PATH, json=form)
    assert (answer.status, answer.json(), stored()) == (400, MISSING, [])


@pytest.mark.parametrize("body", ["null", "[]", "5", '"name"', "{}", ""])
def test_json_that_is_no_object_has_no_fields(demo: Client, body: str) -> None:
    answer = demo.post(PATH, body=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json()) == (400, MISSING)


def test_a_form_that_says_a_field_twice_is_refused(demo: Client) -> None:
    answer = demo.post(PATH, form={**FORM, "email": ["a@example.org", "b@example.org"]})
    assert (answer.status, answer.json()) == (400, MISSING)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_has_no_fields(demo: Client, kind: str) -> None:
    answer = demo.post(PATH, body="name=Ada&email=ada@example.org&message=x", headers={"Content-Type": kind})
    assert (answer.status, answer.json()) == (400, MISSING)


@in_database
@pytest.mark.parametrize(
    "email", ["ada", "ada@example", "ada@example.org\r\nBcc: eve@example.org", "a@b.c\0"]
)
def test_what_is_no_email_is_refused(demo: Client, email: str) -> None:
    for answer in (
        demo.post(PATH, json={**FORM, "email": email}),
        demo.post(PATH, form={**FORM, "email": email}),
    ):
        assert (answer.status, answer.json(), stored()) == (400, {"error": "Invalid email format"}, [])


@in_database
@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "x" * 101, "name must have at most 100 characters"),
        ("email", "x" * 300 + "@example.org", "email must have at most 254 characters"),
        ("message", "x" * 5001, "message must have at most 5000 characters"),
        ("message", "a\0b", "message must not have control characters"),
        ("message", "\ud800", "message must not have control characters"),
        ("name", "Ada\nBcc: x", "name must be one line without control characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    demo: Client, field: str, value: str, says: str
) -> None:
    answer = demo.post(PATH, json={**FORM, field: value})
    assert (answer.status, answer.json(), stored()) == (400, {"error": says}, [])


@in_database
def test_a_message_of_a_form_may_be_as_long_as_its_page_allows(demo: Client) -> None:
    lines = "line\n" * 1000
    assert demo.post(PATH, form={**FORM, "message": lines.replace("\n", "\r\n")}).status == 200
    assert [message.message for message in stored()] == [lines]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_only_post_is_allowed(demo: Client, method: str) -> None:
    answer = demo.request(method, PATH)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert method == "HEAD" or answer.json() == {"error": "Method not allowed"}


def test_a_client_may_send_a_hundred_an_hour(demo: Client) -> None:
    assert {demo.post(PATH).status for _ in range(100)} == {400}
    answer = demo.post(PATH, json=FORM)
    assert (answer.status, answer.json()) == (429, {"error": "Too many requests"})
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


def test_without_its_database_it_says_so_and_keeps_nothing(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    answer = demo.post(PATH, json=FORM)
    assert (answer.status, answer.json()) == (503, {"error": "The database is unavailable"})

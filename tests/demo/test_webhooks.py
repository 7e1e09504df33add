"""/api/webhooks/stripe and /api/webhooks/standard: what is signed is handled, once."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from nextwsgi.testing import Answer, Client
from tests.demo.serving import gunicorn
from tests.demo.signing import (
    STANDARD_SECRET,
    STRIPE_SECRET,
    deliver,
    event,
    payment,
    standard_headers,
    stripe_headers,
)

STRIPE, STANDARD = "/api/webhooks/stripe", "/api/webhooks/standard"
GOOD = (200, '{"received":true}')


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", STRIPE_SECRET)
    monkeypatch.setenv("WEBHOOK_SECRET", STANDARD_SECRET)


@pytest.fixture(autouse=True)
def _untold(demo: Client) -> Iterator[None]:  # noqa: ARG001 - which is there first
    """Forget what the log was told once: each test is a server of its own."""
    from lib import configured  # not before the demo has its secrets

    configured._tell.cache_clear()
    yield
    configured._tell.cache_clear()


def sent(demo: Client, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    return demo.post(STRIPE, body=body, headers=stripe_headers(body) if headers is None else headers)


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.text


PAYMENTS = "SELECT intent, status, amount, currency FROM payments ORDER BY id"


def stored(url: str, query: str = PAYMENTS) -> list[tuple[object, ...]]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


# --- Stripe -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "status"),
    [("payment_intent.succeeded", "succeeded"), ("payment_intent.payment_failed", "failed")],
)
def test_an_event_is_handled_once_however_often_it_is_sent(
    demo: Client, database: str, type: str, status: str
) -> None:
    for _ in range(3):
        assert told(sent(demo, payment(type=type))) == GOOD
    assert stored(database) == [("pi_1", status, 2000, "eur")]


def test_a_payment_that_failed_and_then_succeeded_is_two_events(demo: Client, database: str) -> None:
    sent(demo, payment("evt_1", "payment_intent.payment_failed"))
    sent(demo, payment("evt_2"))
    assert stored(database) == [("pi_1", "failed", 2000, "eur"), ("pi_1", "succeeded", 2000, "eur")]


def test_an_event_of_another_type_is_received_and_nothing_else(demo: Client, database: str) -> None:
    assert told(sent(demo, payment(type="customer.created"))) == GOOD
    assert told(sent(demo, payment())) == GOOD  # of the same id: nothing was marked
    assert len(stored(database)) == 1


def test_an_event_whose_handling_failed_is_handled_when_it_is_sent_again(
    demo: Client, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib import payments

    def failing(*_: object) -> dict[str, object]:
        raise RuntimeError("lost")

    with monkeypatch.context() as patch:
        patch.setattr(payments, "_fields", failing)
        with pytest.raises(RuntimeError, match="lost"):
            sent(demo, payment())
    assert told(sent(demo, payment())) == GOOD
    assert told(sent(demo, payment())) == GOOD
    assert len(stored(database)) == 1


def test_an_event_waits_in_stripes_queue_while_the_database_is_away(
    demo: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/demo.db")
    assert told(sent(demo, payment())) == (503, '{"error":"The database is unavailable"}')


BODY = payment()
NO_HEADER = "No Stripe-Signature header value was provided"
BAD = {
    "none": ({}, NO_HEADER),
    "empty": ({"Stripe-Signature": ""}, NO_HEADER),
    "nonsense": ({"Stripe-Signature": "x"}, "Unable to extract timestamp and signatures from header"),
    "no digest": ({"Stripe-Signature": "t=1"}, "No signatures found with expected scheme v1"),
    "of another secret": (
        stripe_headers(BODY, secret="whsec_other"),
        "No signatures found matching the expected signature for payload",
    ),
    "of another body": (
        stripe_headers(BODY + b" "),
        "No signatures found matching the expected signature for payload",
    ),
    "beyond ASCII": (
        {"Stripe-Signature": "t=1,v1=\xe9"},
        "The payload is no event, or its signature none",
    ),
    "a number without end": (
        {"Stripe-Signature": f"t={'9' * 5000},v1=a"},
        "Unable to extract timestamp and signatures from header",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_signature_is_answered_as_stripes_page_shows_it(demo: Client, database: str, kind: str) -> None:
    headers, says = BAD[kind]
    answer = sent(demo, BODY, headers)
    assert (answer.status, answer.text[: len(says) + 15]) == (400, f"Webhook Error: {says}")
    sent(demo, payment("evt_other"))
    assert len(stored(database)) == 1


@pytest.mark.usefixtures("database")
def test_a_signature_counts_for_five_minutes(demo: Client) -> None:
    late = sent(demo, BODY, stripe_headers(BODY, age=310))
    assert late.status == 400
    assert late.text.startswith("Webhook Error: Timestamp outside the tolerance zone")
    assert told(sent(demo, BODY, stripe_headers(BODY, age=290))) == GOOD


SIGNED_NONSENSE = [
    b"nope",
    b"[]",
    b"null",
    b"{}",
    b'{"object":"event"}',
    b'{"object":"v2.core.event"}',
    b'{"id":7,"object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi"}}}',
    b'{"id":"","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi"}}}',
    b'{"id":"e\\u0000","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi"}}}',
    b'{"id":"' + b"x" * 256 + b'","object":"event","type":"a","data":{"object":{"id":"pi"}}}',
    b'{"id":"e","object":"event","type":"a","data":null}',
    b'{"id":"e","object":"event","type":"a","data":5}',
    b"[" * 100_000,
    b"9" * 5000,
    b"\xff",
    b"",
]


@pytest.mark.parametrize("body", SIGNED_NONSENSE, ids=lambda body: repr(body[:40]))
def test_what_is_signed_and_no_event_is_refused(demo: Client, body: bytes) -> None:
    answer = sent(demo, body)
    assert answer.status == 400
    assert answer.text.startswith("Webhook Error: ")


@pytest.mark.parametrize("fields", [{"amount": None}, {"amount": -1}, {"currency": "euro"}, {"amount": "x"}])
def test_an_event_without_a_payment_is_refused_and_not_marked(
    demo: Client, database: str, fields: dict[str, Any]
) -> None:
    answer = sent(demo, payment(**fields))
    assert told(answer) == (400, '{"error":"Webhook Error: the event has no payment"}')
    assert told(sent(demo, payment())) == GOOD
    assert len(stored(database)) == 1


@pytest.mark.usefixtures("database")
def test_a_body_over_the_limit_is_413_and_its_signature_is_never_looked_at(demo: Client) -> None:
    """SECURITY: a body cut at the limit must not pass for a whole one, be the cut one signed."""
    limit = 1024 * 1024
    whole = payment(padding="x" * (limit - len(payment(padding=""))))
    assert len(whole) == limit
    assert told(sent(demo, whole)) == GOOD
    longer = whole + b" "
    for headers in (stripe_headers(longer), stripe_headers(longer[:limit])):
        assert told(sent(demo, longer, headers)) == (413, '{"error":"Body exceeded 1mb limit"}')


# --- Standard Webhooks ------------------------------------------------------------------------------------


def standard(demo: Client, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    return demo.post(STANDARD, body=body, headers=standard_headers(body) if headers is None else headers)


@pytest.mark.usefixtures("database")
def test_an_event_of_standard_webhooks_is_handled_once(
    demo: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        assert told(standard(demo, event(name="Café ☕"))) == GOOD
    assert caplog.text.count("Event msg_1 of type 'user.created'") == 1


def test_events_of_two_senders_may_have_the_same_id(demo: Client, database: str) -> None:
    assert told(sent(demo, payment("same"))) == GOOD
    body = event()
    assert told(standard(demo, body, standard_headers(body, "same"))) == GOOD
    marks = stored(database, "SELECT sender, id FROM webhook_events ORDER BY sender")
    assert marks == [("standard", "same"), ("stripe", "same")]


STANDARD_BAD = [
    "none",
    "of another body",
    "of another id",
    "of another time",
    "old",
    "from the future",
    "no number",
    "of no version",
    "beyond ASCII",
]


def standard_bad(kind: str) -> tuple[dict[str, str], str]:
    """Give headers of a kind, signed now, and what is said of them."""
    signed = standard_headers(event())
    found: dict[str, tuple[dict[str, str], str]] = {
        "none": ({}, "Missing required headers"),
        "of another body": (standard_headers(b"{}"), "No matching signature found"),
        "of another id": ({**signed, "webhook-id": "msg_2"}, "No matching signature found"),
        "of another time": ({**signed, "webhook-timestamp": "1"}, "Message timestamp too old"),
        "old": (standard_headers(event(), age=310), "Message timestamp too old"),
        "from the future": (standard_headers(event(), age=-310), "Message timestamp too new"),
        "no number": ({**signed, "webhook-timestamp": "nan"}, "Invalid Signature Headers"),
        "of no version": (
            {**signed, "webhook-signature": "v1"},
            "The payload is no event, or its signature none",
        ),
        "beyond ASCII": (
            {**signed, "webhook-signature": "v1,\xe9"},
            "The payload is no event, or its signature none",
        ),
    }
    return found[kind]


@pytest.mark.parametrize("kind", STANDARD_BAD)
def test_a_bad_signature_of_standard_webhooks_is_refused(demo: Client, kind: str) -> None:
    headers, says = standard_bad(kind)
    assert told(standard(demo, event(), headers)) == (400, f"Webhook Error: {says}")


@pytest.mark.parametrize("body", [b"nope", b"[]", b"{}", b'{"type":7}', b"[" * 100_000, b"\xff", b""])
def test_what_is_signed_by_standard_webhooks_and_no_event_is_refused(demo: Client, body: bytes) -> None:
    assert standard(demo, body).status == 400


def test_an_id_that_cannot_be_kept_is_refused(demo: Client) -> None:
    body = event()
    assert standard(demo, body, standard_headers(body, "x" * 256)).status == 400


@pytest.mark.parametrize("secret", ["whsec_", "x", "whsec_\xe9"])
def test_a_secret_that_cannot_be_read_is_not_configured(
    demo: Client, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    says = "Not configured: set WEBHOOK_SECRET, as its sender shows it: whsec_ and base64"
    assert told(standard(demo, event())) == (503, json.dumps({"error": says}, separators=(",", ":")))


# --- Both -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [STRIPE, STANDARD])
def test_only_a_post_is_taken(demo: Client, path: str) -> None:
    answer = demo.get(path)
    assert told(answer) == (405, '{"error":"Method not allowed"}')
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(("path", "name"), [(STRIPE, "STRIPE_WEBHOOK_SECRET"), (STANDARD, "WEBHOOK_SECRET")])
@pytest.mark.parametrize("value", [None, "", " "])
def test_without_its_secret_a_route_says_what_to_set_and_the_log_does_once(
    demo: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    name: str,
    value: str | None,
) -> None:
    monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    for _ in range(3):
        answer = demo.post(path, body=BODY, headers=stripe_headers(BODY, secret=""))
        assert answer.status == 503
        assert answer.json()["error"].startswith(f"Not configured: set {name}, ")
    assert caplog.text.count(f"set {name}, ") == 1


def test_twenty_deliveries_at_once_to_two_workers_do_it_once(database: str, tmp_path: Path) -> None:
    settings = {"STRIPE_WEBHOOK_SECRET": STRIPE_SECRET, "DATABASE_URL": database}
    with gunicorn(tmp_path, settings, workers=2) as site, ThreadPoolExecutor(20) as threads:

        def send(number: int) -> int:
            body = payment(f"evt_{number % 2}")
            return deliver(site.port, STRIPE, body, stripe_headers(body))[0]

        statuses = list(threads.map(send, range(40)))
    assert statuses == [200] * 40
    assert len(stored(database)) == 2

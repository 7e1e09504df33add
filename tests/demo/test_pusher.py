"""/api/pusher: who may join which channel, and messages to all who have."""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lib import configured, upstream
from nextwsgi import NextWSGI
from nextwsgi.middleware import sign_token
from nextwsgi.testing import Answer, Client
from tests.demo.people import ADA, BOB, token, user
from tests.demo.upstream import Act, Upstream, answer, closing, raw, reply, running, silent

pytestmark = pytest.mark.usefixtures("database")

APP, KEY, SECRET = "4711", "278d425bdf160c739803", "7ad3773142a6692b25b8"
SOCKET = "1234.5678"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Set all that Pusher needs, and have nothing that is logged, however much, tell the secret."""
    settings = {"PUSHER_APP_ID": APP, "PUSHER_KEY": KEY, "PUSHER_SECRET": SECRET, "PUSHER_CLUSTER": "eu"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PUSHER_BASE_URL", raising=False)
    caplog.set_level(logging.DEBUG)
    yield
    assert SECRET not in caplog.text


@pytest.fixture
def pusher(application: NextWSGI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    """Run what stands for Pusher."""
    with running() as server:
        server.acts = [reply({})]
        monkeypatch.setenv("PUSHER_BASE_URL", server.url)
        yield server
        loop = application.project.loop
        loop.run(upstream.close(), loop.errands())


def signature(text: str) -> str:
    return hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def ask(demo: Client, id: object, **fields: object) -> Answer:
    body = {"socket_id": SOCKET, "channel_name": "private-chat", **fields}
    return demo.post("/api/pusher/auth", json=body, headers=token(id))


def send(demo: Client, id: object, **fields: object) -> Answer:
    return demo.post("/api/pusher/message", json={"message": "Hello", **fields}, headers=token(id))


# --- Joining ----------------------------------------------------------------------------------------------


def test_a_private_channel_is_signed_as_pusher_wants_it(demo: Client) -> None:
    found = ask(demo, user(demo)["id"])
    assert (found.status, found.json()) == (200, {"auth": f"{KEY}:{signature(f'{SOCKET}:private-chat')}"})
    assert found.headers["Cache-Control"] == "no-store"


def test_a_presence_channel_says_who_has_joined(demo: Client) -> None:
    ada = user(demo, name="Ada Ж")
    found = ask(demo, ada["id"], channel_name="presence-chat").json()
    assert json.loads(found["channel_data"]) == {"user_id": str(ada["id"]), "user_info": {"name": "Ada Ж"}}
    assert found["auth"] == f"{KEY}:{signature(f'{SOCKET}:presence-chat:' + found['channel_data'])}"


def test_pusher_js_sends_a_form_with_the_cookie_of_the_login(demo: Client) -> None:
    text = sign_token({"userId": user(demo)["id"]}, expiresIn="1h")
    form = {"socket_id": SOCKET, "channel_name": "private-chat"}
    own = {"Origin": "http://localhost", "Host": "localhost"}
    found = demo.post("/api/pusher/auth", form=form, cookies={"token": text}, headers=own)
    assert found.json() == {"auth": f"{KEY}:{signature(f'{SOCKET}:private-chat')}"}
    foreign = {**own, "Origin": "http://example.com"}
    assert demo.post("/api/pusher/auth", form=form, cookies={"token": text}, headers=foreign).status == 403


def test_a_users_own_channel_is_nobody_elses(demo: Client) -> None:
    ada, bob = user(demo), user(demo, **BOB)
    for kind in ("private", "presence"):
        channel = f"{kind}-user-{ada['id']}"
        assert ask(demo, ada["id"], channel_name=channel).status == 200
        assert ask(demo, bob["id"], channel_name=channel).status == 403
        assert ask(demo, ada["id"], channel_name=f"{channel}0").status == 403


FORBIDDEN: list[dict[str, Any]] = [
    *(
        {"socket_id": each}
        for each in (None, "", "1", "1.2.3", "1.2\n", "a.b", "\u0661.\u0662", "1.2:private-x", 1.5, ["1.2"])
    ),
    *(
        {"channel_name": each}
        for each in (None, "", "chat", "private-", "private-a b", "private-a\n", "private-ж")
    ),
    *(
        {"channel_name": each}
        for each in ("private-a:b", "Private-chat", "private-encrypted-chat", ["private-chat"])
    ),
    {"channel_name": "private-" + "x" * 151},
]


@pytest.mark.parametrize("fields", FORBIDDEN, ids=repr)
def test_whatever_else_is_asked_for_is_forbidden(demo: Client, fields: dict[str, Any]) -> None:
    found = ask(demo, user(demo)["id"], **fields)
    assert (found.status, found.json()) == (403, {"error": "Forbidden"})


@pytest.mark.parametrize("body", ["", "[]", '"x"', "null", "7"])
def test_a_body_of_another_kind_is_forbidden(demo: Client, body: str) -> None:
    headers = {**token(user(demo)["id"]), "Content-Type": "application/json"}
    assert demo.post("/api/pusher/auth", body=body, headers=headers).status == 403
    assert demo.post("/api/pusher/message", body=body, headers=headers).status == 400


@pytest.mark.parametrize("path", ["auth", "message"])
def test_who_is_not_logged_in_or_gone_may_nothing(demo: Client, path: str) -> None:
    body = {"socket_id": SOCKET, "channel_name": "private-chat", "message": "x"}
    assert demo.post(f"/api/pusher/{path}", json=body).status == 401
    assert demo.post(f"/api/pusher/{path}", json=body, headers=token(99)).status == 403


@pytest.mark.parametrize("path", ["auth", "message"])
def test_other_methods(demo: Client, path: str) -> None:
    found = demo.get(f"/api/pusher/{path}", headers=token(1))
    assert (found.status, found.headers["Allow"]) == (405, "POST")


# --- Sending ----------------------------------------------------------------------------------------------


def test_a_message_is_sent_with_pushers_signature(demo: Client, pusher: Upstream) -> None:
    found = send(demo, user(demo)["id"], message="Grüße\n☃", socket_id=SOCKET)
    assert (found.status, found.json()) == (200, {"message": "Message sent"})
    [request] = pusher.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(f"POST /apps/{APP}/events?".encode())
    assert b"\r\ncontent-type: application/json" in head.lower()
    sent = json.loads(body)
    assert json.loads(sent.pop("data")) == {"message": "Grüße\n☃", "from": ADA["name"]}
    assert sent == {"name": "message", "channels": ["presence-chat"], "socket_id": SOCKET}
    [query] = pusher.queries
    signed = query.pop("auth_signature")
    assert query["body_md5"] == hashlib.md5(body).hexdigest()
    assert (query["auth_key"], query["auth_version"]) == (KEY, "1.0")
    assert abs(int(query["auth_timestamp"]) - time.time()) < 60
    pairs = "&".join(f"{name}={query[name]}" for name in sorted(query))
    assert signed == signature(f"POST\n/apps/{APP}/events\n{pairs}")


def test_a_message_goes_only_where_its_sender_may_be(demo: Client, pusher: Upstream) -> None:
    ada, bob = user(demo), user(demo, **BOB)
    own = f"private-user-{ada['id']}"
    assert send(demo, bob["id"], channel_name=own).status == 403
    assert send(demo, ada["id"], channel_name="chat").status == 403
    assert pusher.requests == []
    assert send(demo, ada["id"], channel_name=own).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        *({"message": each} for each in (None, "", "  ", 7, ["x"], "x" * 1001, "a\0b", "a\ud800b")),
        {"socket_id": "1"},
        {"socket_id": 7},
    ],
    ids=repr,
)
def test_what_is_no_message_is_400(demo: Client, pusher: Upstream, fields: dict[str, Any]) -> None:
    assert send(demo, user(demo)["id"], **fields).status == 400
    assert pusher.requests == []


WRONG: dict[str, Act] = {
    "400": answer("400 Bad Request", b"odd", "text/plain"),
    "401": answer("401 Unauthorized", b"Invalid signature: you should have sent ...", "text/plain"),
    "403": answer("403 Forbidden", b"over quota", "text/plain"),
    "413": answer("413 Payload Too Large", b"", "text/plain"),
    "500": answer("500 Internal Server Error", b"", "text/plain"),
    "503": answer("503 Service Unavailable", b"", "text/plain"),
    "a redirect": answer("307 Temporary Redirect", b"", "text/plain", "Location: http://169.254.169.254/"),
    "closed": closing(),
    "no HTTP": raw(b"nonsense\r\n\r\n"),
    "huge": answer("200 OK", b"x" * 300_000),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_pusher_does_not_take_is_502_and_not_sent_again(
    demo: Client, pusher: Upstream, kind: str
) -> None:
    pusher.acts = [WRONG[kind]]
    found = send(demo, user(demo)["id"])
    assert (found.status, found.json()) == (502, {"error": "Failed to send the message"})
    assert len(pusher.requests) == 1


def test_a_pusher_that_is_silent_is_504_in_time(
    demo: Client, pusher: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "WHOLE", 0.3)
    pusher.acts = [silent(pusher)]
    begun = time.monotonic()
    assert send(demo, user(demo)["id"]).status == 504
    assert time.monotonic() - begun < 2


# --- Settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("PUSHER_APP_ID", "PUSHER_KEY", "PUSHER_SECRET", "PUSHER_CLUSTER")),
        ("PUSHER_APP_ID", "my-app"),
        ("PUSHER_CLUSTER", "eu.example.com/"),
        *(
            ("PUSHER_BASE_URL", url)
            for url in ("ftp://h", "h", "http://", "http://h/x", "http://h/?x", "http://h/#x")
        ),
    ],
)
def test_what_is_not_configured_is_503_and_said_once(
    demo: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str | None,
) -> None:
    configured._tell.cache_clear()
    monkeypatch.delenv(name, raising=False)
    if value is not None:
        monkeypatch.setenv(name, value)
    for _ in range(2):
        found = send(demo, user(demo, email=f"{time.time_ns()}@example.com")["id"])
        assert found.status == 503
        assert found.json()["error"].startswith(f"Not configured: set {name}")
    assert caplog.text.count("Not configured") == 1


def test_joining_needs_settings_too(demo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUSHER_SECRET")
    found = ask(demo, user(demo)["id"])
    assert found.status == 503
    assert found.json()["error"].startswith("Not configured: set PUSHER_SECRET")

"""Webhooks as their senders sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from contextlib import closing, suppress
from typing import Any

# Whoever tests what is signed must not do so with what checks it: these are written out.
STRIPE_SECRET = "whsec_of-the-tests"
STANDARD_SECRET = "whsec_" + base64.b64encode(b"of-the-tests-of-the-tests").decode()


def payment(event: str = "evt_1", type: str = "payment_intent.succeeded", **fields: Any) -> bytes:
    """Write an event of Stripe's about a payment, in its own way: with white space, and text beyond ASCII."""
    intent = {"id": "pi_1", "object": "payment_intent", "amount": 2000, "currency": "eur", **fields}
    intent["description"] = "Café ☕"
    told = {"id": event, "object": "event", "type": type, "data": {"object": intent}}
    return json.dumps(told, indent=2, ensure_ascii=False).encode()


def stripe_headers(body: bytes, *, age: int = 0, secret: str = STRIPE_SECRET) -> dict[str, str]:
    """Sign a body as Stripe does: the time and the bytes."""
    now = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={now},v1={digest},v0=none", "Content-Type": "application/json"}


def standard_headers(
    body: bytes, event: str = "msg_1", *, age: int = 0, secret: str = STANDARD_SECRET
) -> dict[str, str]:
    """Sign a body as Standard Webhooks says: the id, the time and the bytes."""
    now = str(int(time.time()) - age)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event}.{now}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": event, "webhook-timestamp": now, "webhook-signature": f"v2,x {signature}"}


def event(**fields: Any) -> bytes:
    """Write an event of Standard Webhooks."""
    return json.dumps({"type": "user.created", "data": {"id": 7}, **fields}, ensure_ascii=False).encode()


def deliver(
    port: int, path: str, body: bytes, headers: dict[str, str], *, chunked: bool = False, size: int = 7
) -> tuple[int, str]:
    """Post a body to a server of this machine, whole or in chunks; give status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    pieces = iter([body[start : start + size] for start in range(0, len(body), size)])
    extra = {"Transfer-Encoding": "chunked"} if chunked else {}
    with closing(connection):
        # A server may answer and close before it has all: what it said can still be read.
        with suppress(BrokenPipeError):
            connection.request(
                "POST", path, pieces if chunked else body, {**headers, **extra}, encode_chunked=chunked
            )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

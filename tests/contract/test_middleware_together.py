"""All parts of ``nextwsgi.middleware`` around one handler, in any order."""

from __future__ import annotations

from itertools import permutations

import pytest
from marshmallow import fields

from nextwsgi.middleware import (
    Next,
    compose,
    methods,
    set_cookie,
    sign_token,
    with_auth,
    with_cors,
    with_rate_limit,
    with_validation,
)
from nextwsgi.middleware.compose import Part
from nextwsgi.testing import Answer, Client
from tests.contract.client import Handler, Req, Res

SECRET = "a8Xk2-qLm9_vTz4Rw7Yb0NdEfGhJ5sPc"
HERE = "https://a.example"
TOKEN = {"Authorization": "Bearer " + sign_token({"id": 7}, secret=SECRET, expiresIn="1h")}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Origin": HERE}


def timed(req: Req, res: Res, next: Next) -> None:
    set_cookie(res, "timed", "1")
    next()


async def timed_async(req: Req, res: Res, next: Next) -> None:
    set_cookie(res, "timed_async", "1")
    await next()


def handler(req: Req, res: Res) -> None:
    res.status(201).json([req.user["id"], req.body])  # type: ignore[attr-defined]


async def handler_async(req: Req, res: Res) -> None:
    handler(req, res)


PARTS: dict[str, Part] = {
    "cors": with_cors(origin=[HERE]),
    "limit": with_rate_limit(100_000),
    "auth": with_auth(secret=SECRET),
    "validation": with_validation({"n": fields.Int(required=True)}),
    "timed": timed,
    "timed_async": timed_async,
}


def post(client: Client, body: str, **headers: str) -> Answer:
    return client.post(body=body, headers={"Content-Type": "application/json", "Origin": HERE, **headers})


# Of the 720 orders: all of them take as long as the rest of the contract's tests.
ORDERS = [*permutations(PARTS)][::7]


@pytest.mark.parametrize(
    "inner", [handler, handler_async, methods(POST=handler), methods(POST=handler_async)]
)
@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_order_changes_nothing_for_the_client(
    inner: Handler, order: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(compose(*(PARTS[name] for name in order))(inner), raise_errors=False)

    good = post(client, '{"n": "5", "x": 1}', **TOKEN)
    assert (good.status, good.json()) == (201, [7, {"n": 5}])
    assert set(good.cookies) == {"timed", "timed_async"}
    assert post(client, '{"n": "x"}', **TOKEN).status == 400
    assert post(client, '{"n": 5}').status == 401
    assert post(client, "{").status == 400
    for answer in (good, post(client, "{}"), post(client, "{"), post(client, "x" * 2_000_000)):
        assert answer.headers["Access-Control-Allow-Origin"] == HERE
        assert answer.headers["Vary"] == "Origin"
    assert client.options(headers=PREFLIGHT, body="{").status == 204
    assert caplog.records == []

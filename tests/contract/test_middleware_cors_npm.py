"""``with_cors`` beside npm's ``cors``: the same options and requests, and every difference with its reason.

``npm_cors/record.js`` asks the real package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nextwsgi.middleware import with_cors
from nextwsgi.middleware.handlers import guard
from tests.contract.client import Req, Res, Serve

FOLDER = Path(__file__).parent / "npm_cors"
CASES = json.loads((FOLDER / "cases.json").read_text())
RECORDED = json.loads((FOLDER / "recorded.json").read_text())
REQUESTS: dict[str, Any] = CASES["requests"]

Answer = dict[str, Any]


def read(value: Any) -> Any:
    """Give an option of the cases as Python has it."""
    if isinstance(value, list):
        return [read(each) for each in value]
    if isinstance(value, dict) and "pattern" in value:
        return re.compile(value["pattern"])
    if isinstance(value, dict):
        return value["function"].get
    return value


def ask(serve: Serve, options: dict[str, Any], request: dict[str, Any]) -> Answer:
    passed = []

    def handler(req: Req, res: Res) -> None:
        passed.append(True)
        res.send("")

    def before(req: Req, res: Res) -> None:
        if "vary" in request:
            res.setHeader("Vary", request["vary"])

    wrapped = with_cors(**{name: read(value) for name, value in options.items()})(handler)
    answer = serve(guard("outer", wrapped, lambda req, res: True, before))(
        method=request["method"], headers=request["headers"]
    )
    headers = {
        name.lower(): value for name, value in answer.lines if name.lower() not in ("etag", "content-length")
    }
    return {"passed": bool(passed), "status": answer.status, "headers": headers}


# --- The differences --------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """What is otherwise here: for which answers of npm's, and what becomes of them."""

    reason: str
    applies: Callable[[dict[str, Any], dict[str, Any], Answer], bool]
    change: Callable[[dict[str, Any], dict[str, Any], Answer], Answer]


ORIGIN, METHODS = "access-control-allow-origin", "access-control-allow-methods"
ALLOWED, AGE = "access-control-allow-headers", "access-control-max-age"


def is_preflight(request: dict[str, Any]) -> bool:
    return "access-control-request-method" in request["headers"]


def sent(request: dict[str, Any]) -> str | None:
    origin: str | None = request["headers"].get("origin")
    return origin


def is_function(options: dict[str, Any]) -> bool:
    return isinstance(options.get("origin"), dict) and "function" in options["origin"]


def kept(answer: Answer, *names: str) -> Answer:
    return answer | {"headers": {name: value for name, value in answer["headers"].items() if name in names}}


def with_vary(answer: Answer, *names: str) -> Answer:
    vary = [name for name in answer["headers"].get("vary", "").split(", ") if name]
    have = [name.lower() for name in vary]
    vary += [name for name in names if name.lower() not in have]
    return answer | {"headers": answer["headers"] | {"vary": "*" if "*" in vary else ", ".join(vary)}}


def as_a_plain_request(options: dict[str, Any], request: dict[str, Any], answer: Answer) -> Answer:
    headers = {
        name: value for name, value in answer["headers"].items() if name not in (METHODS, ALLOWED, AGE)
    }
    vary = headers.get("vary", "").replace("Access-Control-Request-Headers", "").strip(", ")
    headers = {name: value for name, value in headers.items() if name != "vary"} | (
        {"vary": vary} if vary else {}
    )
    return {"passed": True, "status": 200, "headers": headers}


DIFFERENCES = [
    Difference(
        "Content-Length does not go with 204, and is the server's to send otherwise.",
        lambda options, request, answer: "content-length" in answer["headers"],
        lambda options, request, answer: kept(answer, *(answer["headers"].keys() - {"content-length"})),
    ),
    Difference(
        "An OPTIONS that asks for no method is no preflight: it is the handler's.",
        lambda options, request, answer: request["method"] == "OPTIONS" and not is_preflight(request),
        as_a_plain_request,
    ),
    Difference(
        "A preflight whose origin a function refuses is answered, not handed to a handler that may not know.",
        lambda options, request, answer: is_function(options) and is_preflight(request) and answer["passed"],
        lambda options, request, answer: with_vary(
            answer | {"passed": False, "status": 204}, "Origin", "Access-Control-Request-Headers"
        ),
    ),
    Difference(
        "Vary names Origin wherever a function decides: a cache would give one origin's answer to another.",
        lambda options, request, answer: is_function(options),
        lambda options, request, answer: with_vary(answer, "Origin"),
    ),
    Difference(
        "null is no origin unless it is listed: every sandboxed page has it.",
        lambda options, request, answer: options.get("origin") is True and sent(request) == "null",
        lambda options, request, answer: kept(answer, "vary"),
    ),
    Difference(
        "A pattern is compared with the whole origin, not searched for in it.",
        lambda options, request, answer: "pattern" in str(options) and ".evil." in str(sent(request)),
        lambda options, request, answer: kept(answer, "vary"),
    ),
    Difference(
        "An origin that is not allowed gets none of the headers but Vary.",
        lambda options, request, answer: ORIGIN not in answer["headers"],
        lambda options, request, answer: kept(answer, "vary"),
    ),
]


def expected(options: dict[str, Any], request: dict[str, Any], answer: Answer) -> tuple[Answer, set[str]]:
    reasons = set()
    for difference in DIFFERENCES:
        if difference.applies(options, request, answer):
            changed = difference.change(options, request, answer)
            if changed != answer:
                reasons.add(difference.reason)
            answer = changed
    return answer, reasons


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("options_name", CASES["options"])
def test_a_request_is_answered_as_by_npm(serve: Serve, options_name: str, request_name: str) -> None:
    options, request = CASES["options"][options_name], REQUESTS[request_name]
    theirs = RECORDED[options_name][request_name]
    assert ask(serve, options, request) == expected(options, request, theirs)[0]


def test_every_difference_is_one() -> None:
    found = set()
    for options_name, options in CASES["options"].items():
        for request_name, request in REQUESTS.items():
            found |= expected(options, request, RECORDED[options_name][request_name])[1]
    assert found == {difference.reason for difference in DIFFERENCES}

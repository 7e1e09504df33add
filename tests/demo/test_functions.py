"""The demo as a function of AWS Lambda and of Vercel."""

from __future__ import annotations

import configparser
import copy
import importlib
import json
import sys
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from nextwsgi import NextWSGI
from nextwsgi.serverless import aws_lambda
from tests.contract.lambda_events import ADDRESS, Event, balancer, version_1, version_2
from tests.demo.conftest import ROOT

JSON = {"content-type": "application/json", "origin": "https://api.example.com"}
ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}


@pytest.fixture(params=[version_1, version_2, balancer])
def invoke(
    request: pytest.FixtureRequest,
    application: NextWSGI,
    database: str,  # noqa: ARG001 - the demo's
) -> Callable[..., Any]:
    """Call the demo by an event of each kind; on each kind of database."""
    app = copy.copy(application)
    app.project = copy.copy(app.project)
    app.project.kept = {}
    function = aws_lambda(app)

    def call(method: str, path: str, *arguments: Any) -> dict[str, Any]:
        event: Event = request.param(method, path, *arguments)
        answer = function(json.loads(json.dumps(event)), None)
        json.dumps(answer)  # as it leaves
        return answer

    return call


def content(answer: dict[str, Any]) -> Any:
    text = answer["body"]
    return json.loads(b64decode(text) if answer["isBase64Encoded"] else text)


def test_somebody_registers_logs_in_and_is_known(invoke: Callable[..., Any]) -> None:
    made = invoke("POST", "/api/auth/register", "", JSON, json.dumps(ADA).encode())
    assert made["statusCode"] == 201
    login = invoke("POST", "/api/auth/login", "", JSON, json.dumps(ADA).encode())
    [cookie] = login.get("cookies") or login["multiValueHeaders"]["Set-Cookie"]
    known = invoke("GET", "/api/protected", "", {"cookie": cookie.partition(";")[0]})
    assert known["statusCode"] == 200
    assert content(known)["user"]["email"] == ADA["email"]


def test_the_demo_knows_the_path_and_the_client(invoke: Callable[..., Any]) -> None:
    told = content(invoke("GET", "/api/echo/a%2Fb", "colour=red&colour=blue"))
    assert told["query"] == {"colour": ["red", "blue"], "path": ["a/b"]}
    assert told["socket"]["remoteAddress"] == ADDRESS


# --- Vercel -----------------------------------------------------------------------------------------------


def test_vercels_entry_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    entry = importlib.import_module("api.index")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/echo/a%2Fb",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": "0",
        "REMOTE_ADDR": ADDRESS,
        "wsgi.input": BytesIO(),
    }
    heads: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], object]:
        heads.append(status)
        return print

    answer = json.loads(b"".join(entry.app(environ, start_response)))
    assert heads == ["200 OK"]
    assert answer["query"] == {"path": ["a/b"]}
    assert not hasattr(entry, "handler")  # the runtime would take it for a class of http.server


def test_vercel_installs_what_the_demo_needs() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    needed = {
        *setup["options"]["install_requires"].split(),
        *setup["options.extras_require"]["demo"].split(),
    }
    listed = (ROOT / "api/requirements.txt").read_text().splitlines()
    assert {line for line in listed if not line.startswith("#")} == {
        name for name in needed if not name.startswith("gunicorn")
    }


def test_vercel_sends_every_path_to_a_file_that_is_there() -> None:
    settings = json.loads((ROOT / "vercel.json").read_text())
    [rule] = settings["rewrites"]
    assert (ROOT / f"{rule['destination'][1:]}.py").is_file()
    assert list(settings["functions"]) == ["api/index.py"]

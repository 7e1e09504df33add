"""``instrumentation.py``: ``register`` once before the first request, ``on_request_error`` for each error."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from nextwsgi import ApiError, NextWSGI, testing
from nextwsgi.errors import RouteError
from nextwsgi.instrumentation import Instrumentation
from tests.contract.client import Body, Client, Req, Res, Serve

HELLO = "def handler(req, res):\n    res.json(1)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty project with one route, whose modules are forgotten after the test."""
    write(tmp_path, "pages/api/hello.py", HELLO)
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


# --- register ---------------------------------------------------------------------------------------------

COUNTING = """
calls = []

def register():
    calls.append(1)
"""


def calls() -> list[object]:
    found: list[object] = sys.modules["instrumentation"].__dict__["calls"]
    return found


@pytest.mark.parametrize("folder", ["", "src/"])
def test_register_is_called_once_before_the_first_request(project: Path, folder: str) -> None:
    if folder:
        (project / "pages").rename(project / "moved")
        (project / "src").mkdir()
        (project / "moved").rename(project / "src/pages")
    write(project, f"{folder}instrumentation.py", COUNTING)
    app = NextWSGI(project)
    assert calls() == []  # the process that loads it may be the one that forks
    client = Client(app)
    assert client("/api/hello").json() == 1
    assert calls() == [1]
    assert client("/api/hello").json() == 1
    assert calls() == [1]


def test_beside_src_pages_the_one_in_the_root_does_not_count(project: Path) -> None:
    (project / "src").mkdir()
    (project / "pages").rename(project / "src/pages")
    write(project, "instrumentation.py", "raise ZeroDivisionError")
    assert Client(NextWSGI(project))("/api/hello").json() == 1


def test_an_async_register_is_waited_for_on_the_loop_of_the_handlers(project: Path) -> None:
    write(
        project,
        "instrumentation.py",
        "import asyncio\ncalls = []\nasync def register():\n    await asyncio.sleep(0.01)\n"
        "    calls.append(asyncio.get_running_loop())\n",
    )
    write(
        project,
        "pages/api/loop.py",
        "import asyncio, instrumentation\nasync def handler(req, res):\n    await asyncio.sleep(0)\n"
        "    res.json(instrumentation.calls == [asyncio.get_running_loop()])\n",
    )
    app = NextWSGI(project)
    assert Client(app)("/api/loop").json() is True
    app.project.close()


def test_requests_that_come_meanwhile_wait_for_register(project: Path) -> None:
    write(
        project,
        "instrumentation.py",
        "import time\ncalls = []\ndef register():\n    time.sleep(0.05)\n    calls.append(1)\n",
    )
    write(
        project,
        "pages/api/hello.py",
        "import instrumentation\ndef handler(req, res):\n    res.json(len(instrumentation.calls))\n",
    )
    app = NextWSGI(project)
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(Client(app)("/api/hello").json())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 8


@pytest.mark.parametrize(
    ("how", "told"), [("raise OSError('no\\nmore')", "OSError: no"), ("sys.exit('no')", "SystemExit: no")]
)
def test_where_register_fails_requests_do_until_it_passes(project: Path, how: str, told: str) -> None:
    write(
        project,
        "instrumentation.py",
        f"import sys\ncalls = []\ndef register():\n    calls.append(1)\n    if len(calls) < 3: {how}\n",
    )
    client = Client(NextWSGI(project))
    for _ in range(2):
        with pytest.raises(RouteError) as error:
            client("/api/hello")
        assert error.value.problems == [f"instrumentation.py: register() failed: {told}"]
    assert client("/api/hello").json() == 1
    assert len(calls()) == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("register = 1", "register must be a function of no arguments: def register(): ..."),
        ("def register(a): ...", "register must be a function of no arguments: def register(): ..."),
        (
            "def on_request_error(error): ...",
            "on_request_error must be a function of 3 arguments:"
            " def on_request_error(error, request, context): ...",
        ),
        (
            "def onRequestError(error, request, context): ...",
            "it exports onRequestError, which is never called here:"
            " write def on_request_error(error, request, context): ...",
        ),
        ("import nowhere_to_be_found", "it cannot be imported: ModuleNotFoundError: No module named"),
        ("def register(:", "it cannot be imported: SyntaxError: "),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(project: Path, text: str, problem: str) -> None:
    write(project, "instrumentation.py", text)
    with pytest.raises(RouteError) as error:
        NextWSGI(project)
    [line] = error.value.problems
    assert line.startswith(f"instrumentation.py: {problem}")


# --- on_request_error -------------------------------------------------------------------------------------

Told = list[tuple[BaseException, dict[str, Any], dict[str, Any]]]


def observe(client: Client, told: Told) -> Client:
    """Have an application tell ``told`` of its errors."""

    def on_request_error(error: BaseException, request: dict[str, Any], context: dict[str, Any]) -> None:
        told.append((error, request, context))

    instrument(client, on_request_error)
    return client


def instrument(client: Client, hook: Callable[..., object]) -> None:
    module = SimpleNamespace(on_request_error=hook)
    client.app.project.instrumentation = Instrumentation(module)  # type: ignore[arg-type]


def fail(req: Req, res: Res) -> None:
    raise ZeroDivisionError("nothing")


async def fail_async(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    raise ZeroDivisionError("nothing")


@pytest.mark.parametrize("handler", [fail, fail_async])
def test_it_is_told_of_the_error_the_request_and_the_route(serve: Serve, handler: Any) -> None:
    told: Told = []
    client = observe(serve(handler, path="/api/users/[id]"), told)
    answer = client("/api/users/42?a=1&b=2", method="POST", headers={"X-A": "b", "Cookie": "c=d"})
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    [(error, request, context)] = told
    assert isinstance(error, ZeroDivisionError)
    assert request == {
        "path": "/api/users/42?a=1&b=2",
        "method": "POST",
        "headers": {"x-a": "b", "cookie": "c=d"},
    }
    assert context == {
        "routerKind": "Pages Router",
        "routePath": "/api/users/[id]",
        "routeType": "route",
        "revalidateReason": None,
    }


def test_it_is_told_of_what_becomes_an_answer_too(serve: Serve) -> None:
    def refuse(req: Req, res: Res) -> None:
        raise ApiError(404, "No such user")

    told: Told = []
    assert observe(serve(refuse), told)().status == 404
    sent = {"Content-Type": "application/json"}
    assert observe(serve(fail), told)(method="POST", headers=sent, body=b"{").status == 400
    assert [str(error) for error, *_ in told] == ["No such user", "Invalid JSON"]


def test_it_is_told_of_a_handler_that_sends_nothing(serve: Serve) -> None:
    told: Told = []
    assert observe(serve(lambda req, res: None), told)().status == 500
    assert "returned without an answer" in str(told[0][0])


def test_it_is_told_of_a_sys_exit(serve: Serve) -> None:
    told: Told = []
    assert observe(serve(lambda req, res: sys.exit(3)), told)().status == 500
    assert str(told[0][0]) == "sys.exit() was called"


def test_it_is_told_of_a_stream_that_breaks(serve: Serve) -> None:
    def pieces() -> Iterator[str]:
        yield "one"
        raise ZeroDivisionError

    told: Told = []
    observe(serve(lambda req, res: res.send(pieces())), told).exchange()
    assert [type(error) for error, *_ in told] == [ZeroDivisionError]


def test_it_is_told_before_the_client_hears_of_it(serve: Serve) -> None:
    client = serve(fail)
    statuses: list[int] = []
    instrument(client, lambda *_: statuses.append(client.answer.status))
    assert client().status == 500
    assert statuses == [0]


def test_a_client_that_leaves_is_no_error(serve: Serve) -> None:
    told: Told = []
    client = observe(serve(lambda req, res: res.json(req.body)), told)
    broken = Body(b"{", at_end=ConnectionResetError())
    assert client(method="POST", body=broken, length="10").status == 400
    assert told == []


def test_an_async_one_is_awaited(serve: Serve) -> None:
    told: list[object] = []

    async def on_request_error(error: BaseException, request: object, context: object) -> None:
        await asyncio.sleep(0)
        told.append(error)

    client = serve(fail)
    instrument(client, on_request_error)
    assert client().status == 500
    assert len(told) == 1


@pytest.mark.parametrize("failure", [OSError("the service is away"), SystemExit(1)])
def test_one_that_fails_is_logged_and_changes_no_answer(
    serve: Serve, caplog: pytest.LogCaptureFixture, failure: BaseException
) -> None:
    def on_request_error(error: BaseException, request: object, context: object) -> None:
        raise failure

    client = serve(fail)
    instrument(client, on_request_error)
    with caplog.at_level(logging.ERROR, "nextwsgi"):
        assert client().status == 500
    assert [record.message for record in caplog.records] == [
        "on_request_error failed",
        "GET /api/x failed (pages/api/x.py)",
    ]


def test_a_test_sees_what_it_was_told(project: Path) -> None:
    write(
        project,
        "instrumentation.py",
        "told = []\ndef on_request_error(error, request, context):\n    told.append(context['routePath'])\n",
    )
    write(project, "pages/api/hello.py", "def handler(req, res):\n    1 / 0\n")
    assert testing.Client(NextWSGI(project), raise_errors=False).get("/api/hello").status == 500
    module: ModuleType = sys.modules["instrumentation"]
    assert module.__dict__["told"] == ["/api/hello"]

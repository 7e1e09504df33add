"""What a request may cost, in function calls: a count, so it is the same on every machine.

Each bound is what was counted and about 5 % more. A change that makes requests cheaper lowers its bound at
once; one that has to raise it says why. ``pytest tests/unit/test_cost.py -rP`` prints the counts.
"""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from types import FrameType
from typing import Any

import pytest

from nextwsgi import NextWSGI

BOUNDS = {"static": 50, "dynamic": 58, "echo": 78}

ROUTES = {
    "hello.py": 'def handler(req, res):\n    res.status(200).json({"message": "Hello"})\n',
    "users/[id].py": (
        "def handler(req, res):\n"
        '    id = req.query["id"]\n'
        '    res.status(200).json({"id": id, "name": f"User {id}"})\n'
    ),
    "echo.py": "def handler(req, res):\n    res.status(200).json(req.body)\n",
}
BODY = b'{"name":"Zo\xc3\xab","lines":[1,2.5,true,null,{"sku":"A-1"}]}'
REQUESTS = {
    "static": ("/api/hello", b"", b'{"message":"Hello"}'),
    "dynamic": ("/api/users/42", b"", b'{"id":"42","name":"User 42"}'),
    "echo": ("/api/echo", BODY, BODY),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> NextWSGI:
    root = tmp_path_factory.mktemp("cost")
    for name, text in ROUTES.items():
        file = root / "pages" / "api" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return NextWSGI(root)


def environ_of(path: str, body: bytes) -> dict[str, Any]:
    """Make the environ that gunicorn hands over for a browser's request."""
    environ = {
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.url_scheme": "http",
        "REQUEST_METHOD": "POST" if body else "GET",
        "QUERY_STRING": "",
        "RAW_URI": path,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_CONNECTION": "keep-alive",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
        "HTTP_ACCEPT": "*/*",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
        "HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9",
        "HTTP_COOKIE": "theme=dark; session=abc123",
    }
    if body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    return environ


def answer(app: NextWSGI, environ: dict[str, Any]) -> bytes:
    """Take an answer as a server does."""
    written: list[bytes] = []
    pieces = app(environ, lambda *head: written.append)  # noqa: ARG005 - start_response
    written.extend(pieces)
    if hasattr(pieces, "close"):
        pieces.close()
    return b"".join(written)


def calls(work: Callable[[], object]) -> Counter[str]:
    """Count the calls of Python and C functions that ``work`` makes in this thread."""
    counted: Counter[str] = Counter()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            counted[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"] += 1
        elif event == "c_call":
            counted[argument.__qualname__] += 1

    # What the collector finds is other tests' garbage, whose finalizers would be counted.
    collecting = gc.isenabled()
    gc.disable()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()
    return counted


def cost(app: NextWSGI, name: str) -> Counter[str]:
    """Count the calls of one request, after others have filled what is kept from the first on."""
    path, body, wanted = REQUESTS[name]
    for _ in range(3):
        assert answer(app, environ_of(path, body)) == wanted
    environ = environ_of(path, body)
    return calls(lambda: answer(app, environ))


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_makes_no_more_calls_than_stated(app: NextWSGI, name: str) -> None:
    counted = cost(app, name)
    most = "\n".join(f"{count:6} {function}" for function, count in counted.most_common(40))
    print(f"{name}: {counted.total()} calls, {BOUNDS[name]} allowed\n{most}")

    assert counted.total() <= BOUNDS[name]


@pytest.mark.parametrize("name", REQUESTS)
def test_the_count_is_the_same_each_time(app: NextWSGI, name: str) -> None:
    assert cost(app, name) == cost(app, name)

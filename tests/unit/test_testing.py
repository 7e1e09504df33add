"""The client that calls routes and handlers from a test."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.validate import validator

import pytest

from nextwsgi import NextApiRequest, NextWSGI, RouteError
from nextwsgi.errors import BrokenAnswer
from nextwsgi.resolver import NoAnswer
from nextwsgi.response import NextApiResponse
from nextwsgi.testing import Answer, Client

Response = NextApiResponse[Any]

ECHO = """
def handler(req, res):
    res.json({"method": req.method, "url": req.url, "query": req.query, "cookies": req.cookies,
              "headers": req.headers, "body": req.body})
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    api = tmp_path / "pages" / "api"
    (api / "users").mkdir(parents=True)
    (api / "echo.py").write_text(ECHO)
    (api / "users" / "[id].py").write_text(ECHO)
    (api / "broken.py").write_text("def handler(req, res):\n    raise KeyError('lost')\n")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_text("a file")
    return tmp_path


def echo(req: NextApiRequest, res: Response) -> None:
    names = ("method", "url", "query", "cookies", "headers", "body")
    res.json({name: getattr(req, name) for name in names})


# --- What is called ---------------------------------------------------------------------------------------


def test_a_project_is_called_by_path(project: Path) -> None:
    client = Client(project)
    assert client.get("/api/users/42").json()["query"] == {"id": "42"}
    assert client.get("/a.txt").text == "a file"
    assert client.get("/api/nothing").status == 404


def test_the_project_in_the_current_folder_is_the_default(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert Client().get("/api/echo").status == 200
    assert Client(str(project)).get("/api/echo").status == 200


def test_an_application_is_called_and_left_as_it_was(project: Path) -> None:
    app = NextWSGI(project)
    before = app.project
    client = Client(app)
    assert client.get("/api/echo").status == 200
    with pytest.raises(KeyError):
        client.get("/api/broken")
    assert app.project is before
    assert before.error_page is None


def test_a_redirect_is_an_answer(project: Path) -> None:
    answer = Client(project).get("/api/echo/?a=1")
    assert (answer.status, answer.headers["location"]) == (308, "/api/echo?a=1")


def test_a_handler_finds_its_path_parameters_in_the_query() -> None:
    query = Client(echo).get(query={"id": "42", "slug": ["a"], "two": ["a", "b"], "none": []}).json()["query"]
    assert query == {"id": "42", "slug": ["a"], "two": ["a", "b"], "none": []}


def test_an_async_handler_is_awaited() -> None:
    async def handler(req: NextApiRequest, res: Response) -> None:
        res.status(201).json(req.method)

    answer = Client(handler).put()
    assert (answer.status, answer.json()) == (201, "PUT")


def test_a_thousand_clients_share_one_event_loop() -> None:
    async def handler(req: NextApiRequest, res: Response) -> None:
        res.json(req.method)

    Client(handler).get()
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(1000):
        Client(handler).get()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


def test_a_handler_takes_the_config_of_its_file() -> None:
    def handler(req: NextApiRequest, res: Response) -> None:
        res.json([req.body, req.read().decode()])

    client = Client(handler, config={"api": {"bodyParser": False}})
    assert client.post(json={"a": 1}).json() == [None, '{"a":1}']


def test_the_body_parser_runs_for_a_handler() -> None:
    client = Client(echo, config={"api": {"bodyParser": {"sizeLimit": 4}}})
    answer = client.post(body="12345")
    assert (answer.status, answer.reason) == (413, "Body exceeded 4 limit")
    answer = client.post(body="{", headers={"content-type": "application/json"})
    assert (answer.status, answer.reason) == (400, "Invalid JSON")


def test_a_wrong_config_is_refused_as_at_the_start() -> None:
    with pytest.raises(RouteError, match=r"echo: config has no key 'apo'"):
        Client(echo, config={"apo": {}})


def test_config_is_for_a_handler_alone(project: Path) -> None:
    with pytest.raises(TypeError, match="single handler"):
        Client(project, config={})


def test_any_callable_is_a_handler() -> None:
    class Handler:
        def __call__(self, req: NextApiRequest, res: Response) -> None:
            res.send(req.method)

    assert Client(Handler()).get().text == "GET"


# --- What is sent -----------------------------------------------------------------------------------------


def test_each_method_has_its_name() -> None:
    client = Client(echo)
    calls = {
        "GET": client.get,
        "POST": client.post,
        "PUT": client.put,
        "PATCH": client.patch,
        "DELETE": client.delete,
        "OPTIONS": client.options,
    }
    assert [call().json()["method"] for call in calls.values()] == list(calls)
    assert client.request("PROPFIND").json()["method"] == "PROPFIND"


def test_head_has_the_headers_and_no_body() -> None:
    client = Client(echo)
    answer = client.head("/")
    assert answer.body == b""
    assert answer.headers["Content-Length"] != "0"


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/users/a%2Fb", "a/b"),
        ("/api/users/a%252Fb", "a%2Fb"),
        ("/api/users/a b", "a b"),
        ("/api/users/é中", "é中"),
        ("/api/users/%00", "\0"),
    ],
)
def test_a_path_is_sent_as_written(project: Path, path: str, parameter: str) -> None:
    assert Client(project).get(path).json()["query"] == {"id": parameter}


def test_a_query_can_be_in_the_path_beside_the_query() -> None:
    client = Client(echo)
    assert client.get("/a?x=1", query={"x": "2", "é": ["&", "="]}).json()["query"] == {
        "x": ["1", "2"],
        "é": ["&", "="],
    }
    assert client.get("/a", query={"x": "1 2"}).json()["url"] == "/a?x=1+2"
    assert client.get("/a?x").json()["query"] == {"x": ""}


def test_headers_are_sent_over_the_clients_own() -> None:
    client = Client(echo)
    headers = {"X-A": "1", "Content-Type": "text/plain", "host": "example.org"}
    sent = client.post(json=[1], headers=headers).json()
    assert sent["headers"] == {
        "x-a": "1",
        "host": "example.org",
        "content-type": "text/plain",
        "content-length": "3",
    }
    assert sent["body"] == "[1]"


def test_cookies_arrive_as_they_were_given() -> None:
    cookies = {"a": "1", "b": "x; y=é%20"}
    assert Client(echo).get(cookies=cookies).json()["cookies"] == cookies


@pytest.mark.parametrize("value", [{"a": [1, None, "é"]}, [], {}, 0, False, "", "text"])
def test_json_arrives_as_it_was_given(value: object) -> None:
    assert Client(echo).post(json=value).json()["body"] == value


def test_a_form_arrives_as_it_was_given() -> None:
    form: dict[str, str | list[str]] = {"name": "Ada & Co", "tags": ["a", "é"]}
    sent = Client(echo).post(form=form).json()
    assert sent["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert sent["body"] == form


def test_a_body_has_no_content_type_of_its_own() -> None:
    client = Client(echo)
    for body in ("é", "é".encode()):
        sent = client.post(body=body).json()
        assert sent["body"] == "é"
        assert sent["headers"] == {"host": "localhost", "content-length": "2"}


def test_a_request_without_a_body_has_no_length() -> None:
    assert Client(echo).post().json()["headers"] == {"host": "localhost"}
    assert Client(echo).post(body="").json()["headers"] == {"host": "localhost", "content-length": "0"}


def test_what_cannot_be_sent_is_refused() -> None:
    client = Client(echo)
    with pytest.raises(TypeError, match="one body"):
        client.post(json={}, body="")
    with pytest.raises(ValueError, match="'api' is no path"):
        client.get("api")
    with pytest.raises(ValueError, match="latin-1"):
        client.get(headers={"X-A": "中"})
    with pytest.raises(TypeError):
        client.get(jsn={})  # type: ignore[call-arg]


# --- What comes back --------------------------------------------------------------------------------------


def test_an_answer_has_status_reason_headers_and_body() -> None:
    def handler(req: NextApiRequest, res: Response) -> None:
        res.statusMessage = req.method
        res.status(418).setHeader("X-A", "1").send("é")

    answer = Client(handler).get()
    assert (answer.status, answer.reason, answer.body, answer.text) == (418, "GET", b"\xc3\xa9", "é")
    assert answer.headers["x-a"] == answer.headers["X-A"] == "1"


def test_text_is_in_the_charset_of_its_content_type() -> None:
    def handler(_: NextApiRequest, res: Response) -> None:
        res.setHeader("Content-Type", "text/plain; charset=latin1")
        res.send(b"\xe9")

    assert Client(handler).get().text == "é"


def test_every_cookie_line_is_there() -> None:
    def handler(_: NextApiRequest, res: Response) -> None:
        res.setHeader("Set-Cookie", ["a=1; Path=/; HttpOnly", 'b=x%20y; Expires="a=b"', "bare"])
        res.end()

    answer = Client(handler).get()
    assert answer.headers.getlist("set-cookie")[0] == "a=1; Path=/; HttpOnly"
    assert len(answer.headers.getlist("Set-Cookie")) == 3
    assert answer.cookies == {"a": "1", "b": "x y"}
    assert Client(echo).get(cookies=answer.cookies).json()["cookies"] == answer.cookies


def test_an_answer_that_is_no_json_is_shown() -> None:
    def handler(_: NextApiRequest, res: Response) -> None:
        res.status(404).send("<p>Nothing")

    with pytest.raises(ValueError, match=r"404 Not Found is no JSON: b'<p>Nothing'"):
        Client(handler).get().json()


def test_an_answer_cannot_be_changed() -> None:
    answer = Client(echo).get()
    with pytest.raises(AttributeError):
        answer.status = 500  # type: ignore[misc]


def pieces() -> Iterator[str]:
    yield from ("a", "b")


def test_a_stream_comes_back_whole() -> None:
    def written(_: NextApiRequest, res: Response) -> None:
        res.write("a")
        res.write("b")
        res.end("c")

    def sent(_: NextApiRequest, res: Response) -> None:
        res.send(pieces())

    assert Client(written).get().text == "abc"
    assert Client(sent).get().text == "ab"


# --- What goes wrong --------------------------------------------------------------------------------------


def fail(*_: object) -> None:
    raise KeyError("lost")


async def fail_later(*_: object) -> None:
    fail()


@pytest.mark.parametrize("handler", [fail, fail_later])
def test_what_a_handler_does_not_catch_is_raised_in_the_test(handler: Any) -> None:
    with pytest.raises(KeyError, match="lost") as caught:
        Client(handler).get()
    assert caught.traceback[-1].name == "fail"


def test_an_error_can_be_answered_as_in_production(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "nextwsgi"):
        answer = Client(fail, raise_errors=False).get("/x")
    assert (answer.status, answer.text) == (500, "Internal Server Error")
    [record] = caplog.records
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)


def test_no_answer_is_raised_in_the_test() -> None:
    def handler(*_: object) -> None: ...

    with pytest.raises(NoAnswer):
        Client(handler).get()
    assert Client(handler, raise_errors=False).get().status == 500


@pytest.mark.parametrize("raise_errors", [True, False])
def test_a_stream_that_breaks_says_why(raise_errors: bool) -> None:
    def broken() -> Iterator[str]:
        yield "abc"
        fail()

    def written(_: NextApiRequest, res: Response) -> None:
        res.write("abc")
        fail()

    def sent(_: NextApiRequest, res: Response) -> None:
        res.send(broken())

    for handler in (written, sent):
        with pytest.raises(
            BrokenAnswer, match="failed while its answer was on the way, after 3 bytes"
        ) as caught:
            Client(handler, raise_errors=raise_errors).get()
        assert isinstance(caught.value.__cause__, KeyError)


def test_a_body_of_another_length_than_announced_breaks_the_answer() -> None:
    def handler(_: NextApiRequest, res: Response) -> None:
        res.setHeader("Content-Length", 5)
        res.send(pieces())

    with pytest.raises(BrokenAnswer, match="after 2 bytes") as caught:
        Client(handler).get()
    assert "3 bytes fewer" in str(caught.value.__cause__)
    assert Client(handler).head().headers["content-length"] == "5"


def test_a_stream_is_closed_when_it_has_been_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    file = (tmp_path / "file").open("rb")

    def handler(_: NextApiRequest, res: Response) -> None:
        res.send(file)

    assert Client(handler).get().body == b"data"
    assert file.closed


# --- What it is made of -----------------------------------------------------------------------------------


def test_its_requests_keep_to_wsgi(project: Path) -> None:
    class Validated(NextWSGI):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            application: Any = super().__call__
            return validator(application)(environ, start_response)

    client = Client(Validated(project))
    assert client.get("/api/echo?a=1").status == 200
    assert client.post("/api/echo", json=[1], cookies={"a": "1"}).json()["body"] == [1]
    assert client.head("/api/echo").body == b""
    assert client.get("/a.txt").text == "a file"


def test_the_package_does_not_import_it() -> None:
    script = "import sys, nextwsgi; sys.exit('nextwsgi.testing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_an_answer_reads_well_in_a_failed_test() -> None:
    assert repr(Client(echo).get()).startswith("Answer(status=200, reason='OK', headers=Headers([")
    assert isinstance(Client(echo).get(), Answer)

"""``req.headers``, ``req.rawHeaders``, and what a request line and a connection say."""

import pytest

from tests.contract.client import Req, Res, Serve


def test_names_are_lower_case_and_values_trimmed(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.headers))
    assert client(headers={"X-Custom-Name": " \tv \t", "Host": "h"}).json() == {
        "x-custom-name": "v",
        "host": "h",
    }


def test_values_are_latin_1_text(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.headers["x-a"]))
    assert client(headers={"X-A": "\xe9"}).json() == "é"


def test_content_type_and_length_are_headers_too(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.headers))
    answer = client(method="POST", headers={"Content-Type": "text/x; a=b"}, body=b"text")
    assert answer.json() == {"content-type": "text/x; a=b", "content-length": "4"}


def test_empty_content_type_and_length_are_none(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.headers))
    assert client(environ={"CONTENT_TYPE": "", "CONTENT_LENGTH": ""}).json() == {}


def test_raw_headers_are_names_and_values_in_turn(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.rawHeaders))
    assert client(headers={"X-A": "1", "X-B": "2"}).json() == ["x-a", "1", "x-b", "2"]


def test_headers_are_worked_out_once_and_may_be_changed(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.headers["x-added"] = "1"
        res.json([req.headers is req.headers, req.headers["x-added"]])

    assert serve(handler)().json() == [True, "1"]


@pytest.mark.parametrize(("protocol", "version"), [("HTTP/1.1", "1.1"), ("HTTP/1.0", "1.0")])
def test_http_version_is_that_of_the_request(serve: Serve, protocol: str, version: str) -> None:
    client = serve(lambda req, res: res.json(req.httpVersion))
    assert client(environ={"SERVER_PROTOCOL": protocol}).json() == version


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_handler_is_called_for_every_method(serve: Serve, method: str) -> None:
    assert serve(lambda req, res: res.json(req.method))(method=method).json() == method


def test_a_handler_is_called_for_methods_nobody_knows(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.method))
    with pytest.warns(match="Unknown REQUEST_METHOD"):
        assert client(method="PROPFIND").json() == "PROPFIND"


def test_socket_says_who_is_connected(serve: Serve) -> None:
    client = serve(lambda req, res: res.json([req.socket.remoteAddress, req.connection.remotePort]))
    assert client().json() == ["192.0.2.7", 4711]
    assert client(environ={"REMOTE_ADDR": "", "REMOTE_PORT": ""}).json() == [None, None]


def test_any_attribute_may_be_set(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.user = {"id": 1}  # type: ignore[attr-defined]
        res.json(req.user)  # type: ignore[attr-defined]

    assert serve(handler)().json() == {"id": 1}


def test_attributes_are_documented_on_the_class() -> None:
    assert Req.query.__doc__
    assert Req.headers.__doc__

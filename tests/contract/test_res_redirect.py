"""``res.redirect``."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


def test_a_url_alone_is_a_307(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        assert res.setHeader("X-Kept", "1").redirect("/next?a=1") is res

    answer = serve(handler)()
    assert (answer.status, answer.body) == (307, b"/next?a=1")
    assert answer.lines == [("X-Kept", "1"), ("Location", "/next?a=1")]


@pytest.mark.parametrize("status", [301, 302, 303, 308, 308.0])
def test_a_status_may_stand_before_the_url(serve: Serve, status: Any) -> None:
    answer = serve(lambda req, res: res.redirect(status, "https://example.com/"))()
    assert (answer.status, answer.header("Location")) == (status, "https://example.com/")


def test_the_location_is_latin_1(serve: Serve) -> None:
    assert serve(lambda req, res: res.redirect("/\xe9"))().header("Location") == "/\xe9"


@pytest.mark.parametrize("url", ["/\u4e2d", "/\r\nX-Evil: 1", "/\0"])
def test_a_location_that_cannot_be_sent_is_a_500(serve: Serve, url: str) -> None:
    answer = serve(lambda req, res: res.redirect(url))()
    assert (answer.status, answer.header("Location")) == (500, None)


@pytest.mark.parametrize(
    "arguments", [(307,), (307, None), (307, 5), (True, "/a"), (None,), (float("nan"), "/a"), (99, "/a")]
)
def test_bad_arguments_throw(serve: Serve, arguments: tuple[Any, ...]) -> None:
    answer = serve(lambda req, res: res.redirect(*arguments))()
    assert answer.status == 500


def test_a_redirect_after_the_answer_throws_and_changes_nothing(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.json(1)
        with pytest.raises(RuntimeError, match="after the head was sent"):
            res.redirect("/late")

    assert serve(handler)().status == 200


def test_head_gets_the_location_alone(serve: Serve) -> None:
    answer = serve(lambda req, res: res.redirect("/next"))(method="HEAD")
    assert (answer.status, answer.header("Location"), answer.body) == (307, "/next", b"")

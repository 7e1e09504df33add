"""``res.removeHeader``."""

import pytest

from tests.contract.client import Req, Res, Serve


def test_a_header_is_removed_in_any_case(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Gone", "1").setHeader("X-Kept", "2").removeHeader("x-gone")
        res.end()

    assert serve(handler)().lines == [("X-Kept", "2")]


def test_removing_a_missing_one_does_nothing(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.removeHeader("X-Gone")
        res.end()

    assert serve(handler)().status == 200


def test_after_the_head_was_sent_it_throws(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Kept", "1").end()
        with pytest.raises(RuntimeError, match=r"^res\.removeHeader\(\) after the head was sent$"):
            res.removeHeader("X-Kept")

    assert serve(handler)().lines == [("X-Kept", "1")]

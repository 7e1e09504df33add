"""``res.revalidate``."""

import pytest

from tests.contract.client import Req, Res, Serve


def test_revalidate_says_that_there_are_no_pages(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(NotImplementedError, match=r"res\.revalidate\('/blog'\).*there is no page"):
            res.revalidate("/blog")
        res.end()

    assert serve(handler)().status == 200

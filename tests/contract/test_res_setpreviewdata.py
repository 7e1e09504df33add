"""``res.setPreviewData``."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize("data", [{"a": [1, None]}, "text é", None, 0, "", []])
def test_data_comes_back_as_it_was_given(serve: Serve, data: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        if req.cookies:
            res.json([req.preview, req.draftMode, req.previewData])
        else:
            assert res.setPreviewData(data) is res
            res.end()

    client = serve(handler)
    lines = client().all("Set-Cookie")
    assert [line.partition("=")[0] for line in lines] == ["__prerender_bypass", "__next_preview_data"]
    cookies = "; ".join(line.partition(";")[0] for line in lines)
    assert client(headers={"Cookie": cookies}).json() == [True, True, data]


def test_max_age_and_path_stand_in_both_cookies(serve: Serve) -> None:
    client = serve(lambda req, res: res.setPreviewData({}, maxAge=60, path="/blog").end())
    for cookie in client().all("Set-Cookie"):
        assert cookie.endswith("; Max-Age=60; Path=/blog; HttpOnly; Secure; SameSite=None")


@pytest.mark.parametrize(
    "options", [{"data": "x" * 3000}, {"data": {}, "path": "/a;b"}, {"data": {}, "maxAge": "soon"}]
)
def test_what_a_cookie_cannot_hold_is_a_500_without_cookies(serve: Serve, options: dict[str, Any]) -> None:
    answer = serve(lambda req, res: res.setPreviewData(**options))()
    assert (answer.status, answer.all("Set-Cookie")) == (500, [])

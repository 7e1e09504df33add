"""``req.preview``, ``req.draftMode`` and ``req.previewData`` without a preview."""

import logging

import pytest

from tests.contract.client import Req, Res, Serve


def show(req: Req, res: Res) -> None:
    res.json([req.preview, req.draftMode, req.previewData])


@pytest.mark.parametrize("headers", [{}, {"Cookie": "a=1"}])
def test_without_cookies_there_is_no_preview(serve: Serve, headers: dict[str, str]) -> None:
    answer = serve(show)(headers=headers)
    assert (answer.json(), answer.all("Set-Cookie")) == ([None, None, False], [])


@pytest.mark.parametrize("cookie", ["__prerender_bypass=made-up", "__next_preview_data=made-up"])
def test_stale_cookies_are_taken_back(serve: Serve, cookie: str) -> None:
    answer = serve(show)(headers={"Cookie": cookie})
    assert answer.json() == [None, None, False]
    assert [line.partition("=")[0] for line in answer.all("Set-Cookie")] == [
        "__prerender_bypass",
        "__next_preview_data",
    ]


def test_stale_cookies_are_taken_back_whether_looked_at_or_not(serve: Serve) -> None:
    answer = serve(lambda req, res: res.end())(headers={"Cookie": "__prerender_bypass=made-up"})
    assert len(answer.all("Set-Cookie")) == 2


def test_what_a_client_sends_makes_no_keys_and_fails_on_none(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("__NEXT_PREVIEW_MODE_ID", "short")
    client = serve(show)
    assert client(headers={"Cookie": "__prerender_bypass=x"}).json() == [None, None, False]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert list(client.app.project.root.iterdir()) == []

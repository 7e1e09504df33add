"""``res.clearPreviewData``."""

from tests.contract.client import Serve

PAST = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None"


def test_both_cookies_are_taken_back(serve: Serve) -> None:
    client = serve(lambda req, res: res.setHeader("Set-Cookie", "a=1").clearPreviewData(path="/blog").end())
    assert client().all("Set-Cookie") == [
        "a=1",
        f"__prerender_bypass=; Path=/blog; {PAST}",
        f"__next_preview_data=; Path=/blog; {PAST}",
    ]


def test_once_in_an_answer_is_enough(serve: Serve) -> None:
    client = serve(lambda req, res: res.clearPreviewData().clearPreviewData(path="/other").end())
    assert len(client().all("Set-Cookie")) == 2

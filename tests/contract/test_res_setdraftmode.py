"""``res.setDraftMode``, and ``req.draftMode`` of the request that follows."""

from tests.contract.client import Req, Res, Serve

ON = "; Path=/; HttpOnly; Secure; SameSite=None"


def handler(req: Req, res: Res) -> None:
    if "enable" in req.query:
        assert res.setDraftMode(enable=req.query["enable"] == "1") is res
    res.json([req.preview, req.draftMode, req.previewData])


def test_draft_mode_comes_back_as_true(serve: Serve) -> None:
    client = serve(handler)
    [cookie] = client("/api/x?enable=1").all("Set-Cookie")
    assert cookie.startswith("__prerender_bypass=")
    assert cookie.endswith(ON)
    answer = client(headers={"Cookie": cookie.partition(";")[0]})
    assert answer.json() == [True, True, {}]
    assert answer.all("Set-Cookie") == []


def test_off_is_a_cookie_of_the_past(serve: Serve) -> None:
    [cookie] = serve(handler)("/api/x?enable=0").all("Set-Cookie")
    assert cookie.endswith("; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None")


def test_in_development_the_cookie_needs_no_https(serve: Serve) -> None:
    [cookie] = serve(handler, development=True)("/api/x?enable=1").all("Set-Cookie")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")


def test_on_unless_said_otherwise_beside_other_cookies(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Set-Cookie", "a=1").setDraftMode().end())()
    first, second = answer.all("Set-Cookie")
    assert first == "a=1"
    assert second.endswith(ON)

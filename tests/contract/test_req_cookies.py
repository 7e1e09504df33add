"""``req.cookies``: the cookies sent, read as the package ``cookie`` reads them."""

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1; a=2", {"a": "1"}),
        ("a=%C3%A9", {"a": "é"}),
        ("a=%E9", {"a": "%E9"}),
        ('a="quoted"', {"a": "quoted"}),
        ("a", {}),
        (" a = 1 ", {"a": "1"}),
        ('a="x;y"', {"a": ""}),
        ("", {}),
    ],
)
def test_cookie_headers_are_read_as_next_js_reads_them(
    serve: Serve, header: str, cookies: dict[str, str]
) -> None:
    client = serve(lambda req, res: res.json(req.cookies))
    assert client(headers={"Cookie": header}).json() == cookies


def test_without_a_header_there_are_no_cookies(serve: Serve) -> None:
    assert serve(lambda req, res: res.json(req.cookies))().json() == {}


def test_cookies_can_be_replaced(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.cookies = {"mine": "1"}
        res.json(req.cookies)

    assert serve(handler)(headers={"Cookie": "a=1"}).json() == {"mine": "1"}

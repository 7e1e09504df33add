"""The first route of the demo."""

from pathlib import Path

from werkzeug.test import Client

from nextwsgi import NextWSGI

ROOT = Path(__file__).parents[2]


def test_hello_answers_every_method() -> None:
    client = Client(NextWSGI(ROOT))
    for method in ("GET", "POST", "PATCH", "PROPFIND"):
        answer = client.open("/api/hello", method=method)
        assert answer.status == "200 OK"
        assert answer.data == b'{"message":"Hello from Next.js API!"}'

"""A project that faults are tried on, under gunicorn with the shipped settings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.serving import Server
from tests.contract.several_workers import gunicorn, project

ROUTES = {
    "echo": """
import hashlib

config = {"api": {"bodyParser": False}}

def handler(req, res):
    body = req.read()
    number = req.query["id"]
    head = f"{number} {len(body)} {hashlib.sha256(body).hexdigest()}\\n"
    res.send(head.encode() + body)
""",
    "stream": """
import time

def handler(req, res):
    for piece in range(20):
        res.write(f"{req.query['id']} {piece}\\n")
        if piece == 10:
            time.sleep(0.01)
    res.end()
""",
    "slow": """
import time

def handler(req, res):
    time.sleep(float(req.query["seconds"]))
    res.send(req.query["id"])
""",
    "async-slow": """
import asyncio

async def handler(req, res):
    await asyncio.sleep(float(req.query["seconds"]))
    res.send(req.query["id"])
""",
    "long-stream": """
import time

def handler(req, res):
    if "text" in req.query:
        res.setHeader("Content-Type", "text/plain").setHeader("X-Accel-Buffering", req.query["text"])
    for piece in range(int(req.query["pieces"])):
        res.write(f"{piece}\\n")
        time.sleep(0.1)
    res.end()
""",
    "events": """
from nextwsgi.events import EventStream

def handler(req, res):
    with EventStream(req, res) as events:
        while events.wait(0.1):
            events.send("tick")
""",
    "async-events": """
import asyncio
from nextwsgi.events import EventStream

async def handler(req, res):
    with EventStream(req, res) as events:
        while True:
            await events.send("tick")
            await asyncio.sleep(0.1)
""",
    "socket": """
from nextwsgi.websocket import accept

def handler(req, res):
    ws = accept(req, res)
    for message in ws:
        ws.send(message)
""",
    "after": """
import time
from pathlib import Path
from nextwsgi.server import after

def handler(req, res):
    def work():
        time.sleep(float(req.query["seconds"]))
        Path("after-" + req.query["id"]).write_text("done")
    after(work)
    res.send("ok")
""",
    "upload": """
from nextwsgi.formidable import FormidableError, formidable

config = {"api": {"bodyParser": False}}

def handler(req, res):
    try:
        fields, files = formidable(uploadDir="./stored").parse(req)
    except FormidableError as error:
        return res.status(error.httpCode).json({"error": error.message})
    res.json({"size": files["file"][0].size})
""",
    "large": """
def handler(req, res):
    res.send(b"x" * 1_000_000)
""",
    "many": """
def handler(req, res):
    res.json({"many": [0] * 1000})
""",
    "path": """
from nextwsgi.middleware import with_rate_limit

@with_rate_limit(5, name="path", proxies=1)
def handler(req, res):
    res.json({"headers": req.headers, "url": req.url})
""",
    "[...rest]": """
def handler(req, res):
    res.json({"url": req.url, "headers": req.headers, "query": req.query})
""",
}


@contextmanager
def served(
    *options: str, workers: int = 2, folder: Path | None = None, settings: str = ""
) -> Iterator[tuple[Server, Path]]:
    """Run it, with more settings of gunicorn; the server, and its folder, a temporary one unless given."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="nextwsgi-") as name:
            place = Path(name)
            with served(*options, workers=workers, folder=place, settings=settings) as running:
                yield running
        return
    project(folder, ROUTES)
    with (folder / "gunicorn.conf.py").open("a") as file:
        file.write(settings)
    with gunicorn(folder, "--workers", str(workers), *options) as server:
        yield server, folder

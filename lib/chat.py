"""The chat: what it takes, and how its lines reach all who are in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from lib.channel import publish, subscribe
from nextwsgi.websocket import ConnectionClosed, WebSocket

CHANNEL = "chat"

# The form on the front page has the same limits.
NAME, TEXT = 40, 500


class Line(NamedTuple):
    """What somebody says."""

    name: str
    text: str


def read_line(message: str | bytes) -> Line | str:
    """Read a line from a message, or say what is wrong with it."""
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        body = None
    given = body if isinstance(body, dict) else {}
    line = Line(_one_line(given.get("name")), _one_line(given.get("text")))
    if not line.name or not line.text:
        return 'send JSON: {"name": "Ada", "text": "Hello"}'
    if len(line.name) > NAME or len(line.text) > TEXT:
        return f"name must have at most {NAME} characters, and text {TEXT}"
    return line


def _one_line(value: object) -> str:
    """Put a blank for each line break, and for what is not seen and turns or hides what stands by it."""
    if not isinstance(value, str):
        return ""
    # The joiner makes one emoji of several.
    return "".join(each if each.isprintable() or each == "\u200d" else " " for each in value).strip()


def say(line: Line) -> None:
    """Send a line to all who are in the chat."""
    publish(CHANNEL, json.dumps(line._asdict()))


@contextmanager
def listening(ws: WebSocket) -> Iterator[None]:
    """Send what is said in the chat to a client meanwhile, in a thread of its own."""
    with subscribe(CHANNEL) as lines:

        def forward() -> None:
            with suppress(ConnectionClosed):
                for line in lines:
                    ws.send(line)

        threading.Thread(target=forward, name="chat", daemon=True).start()
        yield

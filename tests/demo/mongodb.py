"""A MongoDB that keeps posts in memory and speaks the wire protocol, by MongoDB's own mockupdb."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from mockupdb import MockupDB, Request  # type: ignore[import-untyped]

# What a server of today says of itself; mockupdb itself says that it is older than pymongo takes.
HELLO = {"maxWireVersion": 21, "minWireVersion": 0, "logicalSessionTimeoutMinutes": 30}


class Mongo(MockupDB):  # type: ignore[misc]
    """Answers what the demo asks: find with sort, skip and limit, and insert."""

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port=port, auto_ismaster=HELLO, request_timeout=60)
        self.documents: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.silent = False
        self.refusal: dict[str, Any] | None = None
        self._turn = threading.Lock()
        self.autoresponds(self._answer)

    def empty(self) -> None:
        """Forget what was stored and asked."""
        self.documents, self.asked, self.refusal, self.silent = [], [], None, False

    def _accept_loop(self) -> None:
        with suppress(ValueError, OSError):  # its socket is closed while it waits
            super()._accept_loop()

    def _answer(self, request: Request) -> bool:
        command = dict(request.doc)
        if not command.keys() & {"find", "insert", "endSessions"}:
            return False  # the greeting is mockupdb's
        with self._turn:
            if "endSessions" not in command:
                self.asked.append(command)
            if self.silent:
                return True
            if self.refusal is not None:
                request.replies(self.refusal)
            elif "find" in command:
                batch = self._found(command)
                request.replies({"cursor": {"id": 0, "ns": "demo.posts", "firstBatch": batch}, "ok": 1})
            elif "insert" in command:
                self.documents += command["documents"]
                request.replies({"n": len(command["documents"]), "ok": 1})
            else:
                request.ok()
        return True

    def _found(self, command: dict[str, Any]) -> list[dict[str, Any]]:
        ((key, direction),) = command["sort"].items()
        ordered = sorted(self.documents, key=lambda document: document[key], reverse=direction < 0)
        start = command.get("skip", 0)
        return [
            {name: document[name] for name in command["projection"] if name in document}
            for document in ordered[start : start + command["limit"]]
        ]


@contextmanager
def running(port: int | None = None) -> Iterator[Mongo]:
    server = Mongo(port)
    server.run()
    try:
        yield server
    finally:
        server.stop()

"""The answers of real Next.js in recorded/, one JSON file per area."""

import base64
import json
from hashlib import sha256
from typing import Any

from tests.conformance.comparison import SERVERS_OWN, masked
from tests.conformance.exchange import Answer, Exchange
from tests.conformance.places import RECORDED

Entry = dict[str, Any]


def write(area: str, answers: list[tuple[Exchange, Answer]]) -> None:
    """Write what was answered in one area."""
    _dump(area, [_entry(exchange, answer) for exchange, answer in answers])


def write_versions(versions: dict[str, str]) -> None:
    """Write what answered."""
    _dump("versions", versions)


def read(area: str) -> dict[str, Entry]:
    """Return the entries of one area by the name of their exchange."""
    return {entry["name"]: entry for entry in json.loads((RECORDED / f"{area}.json").read_text("utf-8"))}


def answer_of(entry: Entry) -> Answer:
    """Return the answer an entry holds."""
    lines = (line.partition(": ") for line in entry["headers"])
    body = entry["body"]
    return Answer(
        status=entry["status"],
        reason=entry["reason"],
        headers=[(name, value) for name, _, value in lines],
        body=body.encode() if isinstance(body, str) else base64.b64decode(body["base64"]),
        complete=entry["complete"],
        framing=entry["framing"],
        extra=entry.get("extra", "").encode("latin-1"),
    )


def digest(exchange: Exchange) -> str:
    """Return what changes when the exchange does, so that a recording of another question shows."""
    before = b"" if exchange.after is None else exchange.after.raw
    return sha256(before + exchange.raw).hexdigest()[:12]


def _dump(name: str, content: object) -> None:
    RECORDED.mkdir(exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (RECORDED / f"{name}.json").write_text(text + "\n", "utf-8")


def _entry(exchange: Exchange, answer: Answer) -> Entry:
    kept = masked(answer)
    return {
        "name": exchange.name,
        "request": exchange.raw.split(b"\r\n", 1)[0].decode("latin-1"),
        "digest": digest(exchange),
        "status": answer.status,
        "reason": answer.reason,
        "headers": [f"{name}: {value}" for name, value in kept.headers if name.lower() not in SERVERS_OWN],
        "framing": answer.framing,
        "complete": answer.complete,
        "body": _readable(kept.body),
        **({"extra": kept.extra.decode("latin-1")} if kept.extra else {}),
    }


def _readable(body: bytes) -> str | dict[str, str]:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}

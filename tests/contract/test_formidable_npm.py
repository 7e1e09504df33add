"""``formidable`` beside npm's: the same options and bodies, and every difference with its reason.

``npm_formidable/record.js`` asks the real package.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nextwsgi.formidable import File, FormidableError, formidable
from tests.contract.client import Req, Res, Serve

FOLDER = Path(__file__).parent / "npm_formidable"
CASES: dict[str, Any] = json.loads((FOLDER / "cases.json").read_text())
RECORDED: dict[str, Any] = json.loads((FOLDER / "recorded.json").read_text())
RANDOM = re.compile(r"[a-z][a-z0-9]{24}(?=\.|$)")


def read(options: dict[str, Any]) -> dict[str, Any]:
    """Give the options of a case as Python has them."""
    given = {**options, "uploadDir": "uploads"}
    if "filter" in options:
        given["filter"] = lambda part: part.name != "skip"
    if "filename" in options:
        given["filename"] = lambda name, ext, part, form: f"{name}+{ext}"
    return given


def told(file: File) -> dict[str, Any]:
    return {
        "originalFilename": file.originalFilename,
        "newFilename": RANDOM.sub("*", file.newFilename),
        "mimetype": file.mimetype,
        "size": file.size,
        "hash": file.hash,
        "content": Path(file.filepath).read_bytes().decode("latin-1"),
    }


def ask(serve: Serve, case: dict[str, Any], folder: Path) -> dict[str, Any]:
    told_by_handler: dict[str, Any] = {}

    def handler(req: Req, res: Res) -> None:
        try:
            fields, files = formidable(**read(case["options"])).parse(req)
            shown = {name: [told(file) for file in each] for name, each in files.items()}
            told_by_handler.update(fields=fields, files=shown)
        except FormidableError as error:
            told_by_handler.update(code=error.code, httpCode=error.httpCode)
            assert list(folder.glob("uploads/*")) == []
        res.end()

    config = {"api": {"bodyParser": False}}
    body = "\r\n".join(case["body"]).encode("latin-1")
    chunked = case.get("chunked", False)
    serve(handler, config)(method="POST", headers=case["headers"], body=body, chunked=chunked)
    return told_by_handler


# --- The differences --------------------------------------------------------------------------------------

TRUNCATED = "A body without its closing delimiter may have lost its end: npm's takes some of them."
NAMELESS = 'A part without a name or headers is refused: npm\'s calls it "null".'
BROKEN = "What is no JSON object is answered 400: npm's error has no httpCode, and a list has no fields."
LIMITS = "The limits count for forms and single files too: npm's has them for multipart alone."
HEADERS = "Header names may have digits, and lines be folded."

DIFFERENT = {
    "text that is no UTF-8": "A broken character at the end of a field is told by U+FFFD: npm's drops it.",
    "an unknown transfer-encoding": "What the client did wrong is no 501.",
    "cut after the last content": TRUNCATED,
    "cut after a delimiter": TRUNCATED,
    "a boundary named json": "The media type decides: npm's looks for names in the whole header.",
    "a header that is none": NAMELESS,
    "a part without headers": NAMELESS,
    "a part without a name": NAMELESS,
    "a part without a disposition": NAMELESS,
    "a header name with a digit": HEADERS,
    "a folded header": HEADERS,
    "a form over its size": LIMITS,
    "bytes over the limit": LIMITS,
    "JSON that is broken": BROKEN,
    "JSON that is a list": BROKEN,
    "JSON that is null": BROKEN,
}


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_that_of_npm_or_the_difference_has_a_reason(
    serve: Serve, tmp_path: Path, name: str
) -> None:
    ours = ask(serve, CASES[name], tmp_path)
    assert (ours == RECORDED[name]) is (name not in DIFFERENT), (ours, RECORDED[name])


def test_every_case_was_recorded() -> None:
    assert set(RECORDED) - {"version"} == set(CASES)
    assert set(DIFFERENT) <= set(CASES)

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HELLO = "def handler(req, res):\n    res.json('hello')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a project of one route that leaves nothing of itself in this process."""
    before = {*sys.modules}
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delitem(sys.modules, "wsgi", raising=False)
    folder = tmp_path.resolve() / "pages" / "api"
    folder.mkdir(parents=True)
    (folder / "hello.py").write_text(HELLO)
    yield tmp_path.resolve()
    for name in {*sys.modules} - before:
        if name.partition(".")[0] in ("pages", "wsgi"):
            del sys.modules[name]

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.dev.site import Site

PROJECT_NAMES = ("instrumentation", "lib", "pages", "src", "optional", "kept")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Yield a project with an empty pages/api/ that leaves nothing of itself in this process."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in [*sys.modules]:
        if name.partition(".")[0] in PROJECT_NAMES:
            monkeypatch.delitem(sys.modules, name)
    (tmp_path / "pages" / "api").mkdir(parents=True)
    site = Site(tmp_path.resolve())
    yield site
    site.close()

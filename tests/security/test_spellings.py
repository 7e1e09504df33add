"""No spelling of a path passes a guard; the long form is ``python -m tests.programme spellings``."""

import pytest

from tests.programme.sites import site
from tests.programme.spellings import GUARDED, try_spelling, try_spellings


@pytest.mark.parametrize("name", GUARDED)
def test_cve_2026_44575_no_spelling_passes_a_guard(name: str) -> None:
    assert try_spellings(name, 120) > 0


@pytest.mark.parametrize("name", ["proxy's matcher", "the path that proxy sees"])
@pytest.mark.parametrize(
    "spelling",
    [
        "/%70rivate/file.txt",  # public/ decoded what the guard had seen encoded
        "/private%2ffile.txt",
        "/privat%65%2Ffile.txt",
        "@evil.example/api/secret",  # what stands behind an origin became its host
        "*",
        "[::1",
    ],
)
def test_spellings_that_were_found_are_refused(name: str, spelling: str) -> None:
    with site(GUARDED[name].files) as app:
        try_spelling(app, name, spelling)

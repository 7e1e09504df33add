"""Werkzeug's Map, which decides where a path leads."""

from collections.abc import Callable, Sequence

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map, Rule


def finder(rules: Sequence[str]) -> Callable[[str], int | None]:
    """Give the function that finds the number of the rule a path leads to, or None."""
    urls = Map(
        (_Rule(rule, endpoint=number) for number, rule in enumerate(rules)),
        converters={"rest": _RestConverter},
        strict_slashes=False,
        merge_slashes=False,
    )
    urls.update()  # sorted here, not by the first request of each worker
    match = urls.bind("").match

    def find(path: str) -> int | None:
        try:
            number: int = match(path)[0]
        except NotFound:
            return None
        return number

    return find


class _Rule(Rule):
    """A rule that only matches: no URLs are built from it."""

    # PERF: to build URLs, Werkzeug compiles two functions for each rule: 85 % of the time that a table takes.
    # A Werkzeug without this method would only be slow again.
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return lambda *values: ("", "")  # noqa: ARG005 - for nobody


class _RestConverter(BaseConverter):
    """``[...x]``: one or more whole segments, after every other kind has been tried."""

    regex = "[^/].*?"
    weight = 200
    part_isolating = False

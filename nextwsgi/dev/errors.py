"""How an error is shown in development: as text to a program, as a page to a browser.

Nothing here runs code, evaluates input or shows values: no locals, no environment, no request headers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nextwsgi.dev.hosts import is_other_site
from nextwsgi.dev.table import LazyTable
from nextwsgi.dev.trace import Failure, Frame, failures
from nextwsgi.node import reason
from nextwsgi.routes import Route
from nextwsgi.wire import StartResponse

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"

# As every answer of next dev that is no handler's.
NEVER = "private, no-cache, no-store, max-age=0, must-revalidate"

CAME_FROM = "It came from this one:"


def show_error(error: Exception, req: Any) -> tuple[str, bytes]:
    """Show why a request's route failed; the content type and the bytes."""
    if is_other_site(req._environ):
        return TEXT, b"Internal Server Error"
    shown = list(failures(error, req._project.root))
    # The handler may have put anything into req's attributes, and a query may hold secrets.
    where, route = f"{req._environ['REQUEST_METHOD']} {req._path}", req._match.route
    if _wants_html(req._environ.get("HTTP_ACCEPT", "")):
        return HTML, _html_error(shown, where, route).encode("utf-8", "replace")
    text = f"{where} failed in {route.file}\n\n{_text_failures(shown)}"
    return TEXT, text.encode("utf-8", "replace")


def _wants_html(accept: str) -> bool:
    return "text/html" in accept


# --- text -------------------------------------------------------------------------------------------------


class Formatter(logging.Formatter):
    """Writes exceptions to the log as they are shown to a program."""

    def __init__(self, root: Path) -> None:
        super().__init__("%(message)s")
        self._root = root

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Show an exception as text."""
        return _text_failures(list(failures(ei[1], self._root)))


def _text_failures(shown: list[Failure]) -> str:
    lines = []
    for place, failure in enumerate(shown):
        lines += [CAME_FROM, ""] if place else []
        lines += [f"{failure.kind}: {failure.message}", "", *_text_frames(failure)]
    return "\n".join(lines).rstrip() + "\n"


def _text_frames(failure: Failure) -> Iterator[str]:
    # Where the project has no part in a failure, all there is to see is where it came from.
    foreign = not any(frame.own for frame in failure.frames)
    for own, group in groupby(failure.frames, key=lambda frame: frame.own):
        frames = list(group)
        if own:
            for frame in frames:
                yield from _text_frame(frame)
        else:
            yield from (f"  {_place(frame)}" for frame in frames) if foreign else (f"  ({_count(frames)})",)
            yield ""


def _text_frame(frame: Frame) -> Iterator[str]:
    yield f"  {_place(frame)}"
    for line in frame.source:
        yield f"  {'>' if line.failing else ' '} {line.number:>4} | {line.text}".rstrip()
    yield ""


def _place(frame: Frame) -> str:
    return f"{frame.file}:{frame.line}" + (f" in {frame.function}" if frame.function else "")


def _count(frames: list[Frame]) -> str:
    return f"{len(frames)} step{'s' if len(frames) > 1 else ''} outside the project"


# --- HTML -------------------------------------------------------------------------------------------------

# No script can run on these pages, whatever an exception's message holds.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1c1c22; --dim: #6b6b76; --ground: #fbfbfd; --panel: #f0f0f4;
  --mark: #fde4e4; --red: #c22a2a; --blue: #2a56c2 }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #ececf1; --dim: #9a9aa6; --ground: #16161a;
  --panel: #212127; --mark: #4a2326; --red: #ff7b7b; --blue: #8fb0ff }} }}
body {{ background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem }}
h1 {{ color: var(--red); font-size: 1.35rem; margin: 0 0 .5rem }}
h2 {{ font-size: 1rem; margin: 2.5rem 0 .5rem }}
p, summary {{ color: var(--dim); margin: .25rem 0 }}
code, pre, td {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875rem }}
pre {{ background: var(--panel); border-radius: .5rem; margin: .25rem 0 1.25rem; overflow-x: auto;
  padding: .75rem 0 }}
pre span {{ display: block; padding: 0 1rem; white-space: pre }}
pre i {{ color: var(--dim); display: inline-block; font-style: normal; min-width: 2.5rem;
  margin-right: 1rem; text-align: right; user-select: none }}
pre b {{ background: var(--mark); display: block; font-weight: inherit; padding: 0 1rem }}
.message {{ font-size: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 1.5rem;
  color: var(--ink) }}
.place {{ color: var(--ink); margin-top: 1rem }}
details {{ margin: .75rem 0 }}
td {{ padding: .15rem 2rem .15rem 0 }}
a {{ color: var(--blue) }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def _html_error(shown: list[Failure], where: str, route: Route) -> str:
    parts = [f"<p><code>{escape(where)}</code> failed in <code>{escape(route.file)}</code></p>"]
    for place, failure in enumerate(shown):
        parts += [f"<h2>{CAME_FROM}</h2>"] if place else []
        parts.append(f"<h1>{escape(failure.kind)}</h1>")
        parts.append(f'<p class="message">{escape(failure.message)}</p>')
        parts += _html_frames(failure)
    title = f"{shown[0].kind}: {shown[0].message}"[:120]
    return _PAGE.format(title=escape(title), body="\n".join(parts))


def _html_frames(failure: Failure) -> Iterator[str]:
    for own, group in groupby(failure.frames, key=lambda frame: frame.own):
        frames = list(group)
        if own:
            yield from map(_html_frame, frames)
        else:
            steps = "".join(f"<p><code>{escape(_place(frame))}</code></p>" for frame in frames)
            yield f"<details><summary>{_count(frames)}</summary>{steps}</details>"


def _html_frame(frame: Frame) -> str:
    rows = []
    for line in frame.source:
        text = f"<i>{line.number}</i>{escape(line.text)}"
        rows.append(f"<b>{text}</b>" if line.failing else f"<span>{text}</span>")
    return f'<p class="place"><code>{escape(_place(frame))}</code></p><pre>{"".join(rows)}</pre>'


# --- not found --------------------------------------------------------------------------------------------


def not_found(
    path: str, table: LazyTable, environ: dict[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    """Answer 404 with the routes there are, or 500 where files cannot be placed that might answer."""
    found = table.unplaced_at(path)
    status = 500 if found else 404
    if is_other_site(environ):  # headers of next.config.py may let it read all answers
        kind, page = TEXT, reason(status).encode()
    else:
        kind, page = _not_found_page(path, found, table, html=_wants_html(environ.get("HTTP_ACCEPT", "")))
    headers = [("Cache-Control", NEVER), ("Content-Type", kind), ("Content-Length", str(len(page)))]
    start_response(f"{status} {reason(status)}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page]


def _not_found_page(path: str, found: list[str], table: LazyTable, *, html: bool) -> tuple[str, bytes]:
    heading = f"No route answers {path}"
    routes = [(route.path, route.file) for route in table.every()]
    if html:
        return HTML, _html_routes(heading, found, routes).encode()
    width = max((len(path) for path, _ in routes), default=0)
    lines = [f"{heading}.", *found, "", *(f"  {path:<{width}}  {file}" for path, file in routes)]
    return TEXT, "\n".join([*lines, ""]).encode()


def _html_routes(heading: str, found: list[str], routes: list[tuple[str, str]]) -> str:
    notes = "".join(f'<p class="message">{escape(text)}</p>' for text in found)
    rows = "".join(f"<tr><td>{_link(path)}</td><td>{escape(file)}</td></tr>" for path, file in routes)
    body = f"<h1>{escape(heading)}</h1>{notes}<table>{rows}</table>"
    return _PAGE.format(title=escape(heading), body=body)


def _link(path: str) -> str:
    # A path with parameters leads nowhere until somebody fills them in.
    return escape(path) if "[" in path else f'<a href="{escape(quote(path))}">{escape(path)}</a>'

"""What all requests of one application share: where its files are, and the keys made for it."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextwsgi.instrumentation import Instrumentation

if TYPE_CHECKING:
    from nextwsgi.after import Work
    from nextwsgi.loop import Loop
    from nextwsgi.preview import PreviewKeys

log = logging.getLogger("nextwsgi")

ErrorPage = Callable[[Exception, Any], tuple[str, bytes]]


class Project:
    """A project's folder, and whether it is being developed or served in production."""

    def __init__(self, root: Path, *, development: bool = False) -> None:
        self.root = root
        self.development = development
        self.error_page: ErrorPage | None = None
        """In development: (exception, req) to the content type and the bytes of a page that shows it."""
        self.instrumentation = Instrumentation()
        self.kept: dict[str, Any] = {}
        """What middleware keeps for as long as the application lives, by a name of its own."""

    @cached_property
    def loop(self) -> Loop:
        """The event loop of the ``async def`` handlers."""
        from nextwsgi.loop import Loop  # PERF: asyncio takes 10 ms to import, and some projects never need it

        # Threads that come here at once all go on with the loop of the first.
        loop: Loop = self.__dict__.setdefault("loop", Loop())
        return loop

    @cached_property
    def work(self) -> Work:
        """Does what requests left behind with ``after``."""
        from nextwsgi.after import Work

        # As above: since Python 3.12 threads that come at once may each make one.
        work: Work = self.__dict__.setdefault("work", Work(self.wait))
        return work

    def wait(self, result: object) -> object:
        """Give what a function returned, in ``async def`` once it is done; raises what it raises."""
        return self.loop.run(result, self.loop.errands()) if isinstance(result, Awaitable) else result

    def finish_work(self) -> None:
        """Wait for what requests left behind."""
        if "work" in self.__dict__:
            self.work.finish()

    def close(self) -> None:
        """End the event loop, and the threads of what requests left behind, where they were needed."""
        if "work" in self.__dict__:
            self.work.close()
        if "loop" in self.__dict__:
            self.loop.close()

    @cached_property
    def public(self) -> Path:
        """The folder whose files are served at ``/``."""
        return self.root / "public"

    @cached_property
    def has_public_api(self) -> bool:
        """Whether files of ``public/api/`` come before dynamic routes, as in Next.js."""
        return (self.public / "api").is_dir()

    @cached_property
    def preview_keys(self) -> PreviewKeys:
        """The keys of the preview cookies, read or made at first use; ValueError says what to mend."""
        from nextwsgi.preview import load_keys  # cryptography is slow to import and rarely needed

        return load_keys(self.root, os.environ)

    def known_preview_keys(self) -> PreviewKeys | None:
        """The keys as far as there are any: what a client sends must neither make them nor fail on them."""
        from nextwsgi.preview import find_keys

        try:
            return find_keys(self.root, os.environ)
        except ValueError as error:
            log.warning("preview cookies are ignored: %s", error)
            return None

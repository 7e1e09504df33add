"""What all requests of one application share: where its files are, and the keys made for it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextwsgi.loop import Loop

if TYPE_CHECKING:
    from nextwsgi.preview import PreviewKeys

log = logging.getLogger("nextwsgi")

ErrorPage = Callable[[Exception, Any], tuple[str, bytes]]


@dataclass
class Project:
    """A project's folder, and whether it is being developed or served in production."""

    root: Path
    development: bool = False
    error_page: ErrorPage | None = None
    """In development: (exception, req) to the content type and the bytes of a page that shows it."""
    loop: Loop = field(default_factory=Loop)

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

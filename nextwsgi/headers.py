"""What JavaScript imports from ``next/headers``."""

from nextwsgi.web.scope import cookies, draft_mode, headers

__all__ = ["cookies", "draft_mode", "headers"]

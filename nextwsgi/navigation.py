"""What JavaScript imports from ``next/navigation``."""

from nextwsgi.web.navigation import not_found, permanent_redirect, redirect

__all__ = ["not_found", "permanent_redirect", "redirect"]

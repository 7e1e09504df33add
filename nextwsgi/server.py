"""What JavaScript imports from ``next/server``."""

from nextwsgi.after import after

__all__ = ["after"]

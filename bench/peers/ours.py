"""The routes of ``bench/project``."""

from bench.project.wsgi import app

__all__ = ["app"]

"""The application a WSGI server loads."""

from pathlib import Path

from nextwsgi import NextWSGI

app = NextWSGI(Path(__file__).parent)

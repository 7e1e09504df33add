"""What gunicorn and waitress load: the twins under nextwsgi."""

from pathlib import Path

from nextwsgi import NextWSGI

app = NextWSGI(str(Path(__file__).parent / "project"))

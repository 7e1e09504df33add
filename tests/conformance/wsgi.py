"""What gunicorn and waitress load: the twins under nextwsgi."""

import os

from nextwsgi import NextWSGI

app = NextWSGI(os.environ["CONFORMANCE_PROJECT"])

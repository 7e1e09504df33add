"""What Vercel's Python runtime loads: ``app``, for every path that vercel.json sends here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the runtime imports this file by its path

from nextwsgi.serverless import vercel
from wsgi import app as project

app = vercel(project)

"""Read by ``gunicorn wsgi:app``. What is set below the import, or on gunicorn's command line, wins."""

# Workers from the cores or WEB_CONCURRENCY, threads, timeouts: nextwsgi/production.py says why.
from nextwsgi.production import *  # noqa: F403 - gunicorn reads this module's names

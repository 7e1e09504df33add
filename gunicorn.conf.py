"""Read by ``gunicorn wsgi:app``; every setting can be overridden on its command line."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 4

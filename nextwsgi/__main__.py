"""``python -m nextwsgi``."""

import sys

from nextwsgi.cli import main

if __name__ == "__main__":
    sys.exit(main())

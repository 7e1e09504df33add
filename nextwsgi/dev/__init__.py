"""``nextwsgi dev``: takes up every edit at the next request, shows every error. Never in production."""

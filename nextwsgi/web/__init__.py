"""The classes of the web that route handlers use: ``nextwsgi.server`` exports them."""

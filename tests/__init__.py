"""The tests of nextwsgi."""

"""The demo at the top of the repository, route by route."""

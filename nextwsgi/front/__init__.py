"""What comes before a project's routes: ``next.config.py`` and ``proxy.py``."""

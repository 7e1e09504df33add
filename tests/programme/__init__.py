"""The programme behind SECURITY.md: each of its promises put to a test that takes its time."""

"""Why a command cannot do what it was asked."""


class CommandError(Exception):
    """A mistake of the person at the keyboard; its text says what it is and how to mend it."""

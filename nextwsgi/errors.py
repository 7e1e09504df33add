"""What can go wrong, by who is told: the client, the person who starts the server, or the log."""

import errno
from collections.abc import Sequence

NO_WRAPPERS = (
    "what takes a request has no wrappers: set headers in next.config.py, look at who asks in proxy.py,"
    " or write the route into pages/api/, def handler(req, res)"
)


class ApiError(Exception):
    """Answer the client with a status and a line of text.

    ``status`` is sent as the status code; ``message`` as reason phrase and as body, as Next.js does.
    """

    def __init__(self, status: int, message: str) -> None:
        """TypeError or ValueError for what cannot be sent."""
        super().__init__(message)
        if type(status) is not int or not isinstance(message, str):
            raise TypeError('ApiError takes a status and a text: ApiError(404, "No such user")')
        if not 100 <= status <= 999:
            raise ValueError(f"{status} is no status code: it must be a number from 100 to 999")
        self.status = status
        self.message = message


class RouteError(Exception):
    """Refuse to start: every problem found in the project's files, each naming its file and the mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(["the project cannot be served:", *(f"  - {each}" for each in problems)]))
        self.problems = list(problems)


class ClientDisconnected(ConnectionResetError):
    """The client went away before it had sent its body or read its answer."""

    def __init__(self, message: str) -> None:
        # Servers stay quiet about this errno, as they do when they find a client gone by themselves.
        super().__init__(errno.ECONNRESET, message)


class Dismissed(ClientDisconnected):
    """The server has ended an answer that goes on: the client is there, and what it has is whole."""


class BrokenAnswer(ConnectionAbortedError):
    """An answer failed after its first byte: the server must cut the connection, not end it cleanly."""

    def __init__(self, message: str) -> None:
        # What failed has been logged: gunicorn closes the connection on this errno without a traceback.
        super().__init__(errno.EPIPE, message)

    def __str__(self) -> str:
        return str(self.strerror)

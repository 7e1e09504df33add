"""Making a user who can log in, wherever it is asked for."""

from typing import Any, Self

from lib.password import PasswordError
from lib.users import create_user
from nextwsgi import ApiError, NextApiRequest, NextApiResponse
from nextwsgi.middleware import with_rate_limit

# 100 an hour, all routes together: a password takes a quarter of a second to hash.
with_registration_limit = with_rate_limit(100, name="registration")


def register(req: NextApiRequest, res: NextApiResponse) -> None:
    """Answer with the user that the validated body describes, or with what its password lacks."""
    try:
        user = create_user(req.body)
        return res.status(201).json(user)
    except PasswordError as error:
        details = [{"field": "password", "message": str(error)}]
        return res.status(400).json({"error": "Validation failed", "details": details})


def count_registration(req: NextApiRequest) -> None:
    """Count one where no handler stands behind it, as in GraphQL; ApiError 429 or 503 beyond the limit."""
    verdict = _Verdict()
    _counted(req, verdict)
    if verdict.status_code != 200:
        raise ApiError(verdict.status_code, verdict.error)


@with_registration_limit
def _counted(req: NextApiRequest, res: Any) -> None:
    """Be let through."""


class _Verdict:
    """What a limit says of a request, where it is not what the client is answered."""

    status_code, error = 200, ""

    def getHeader(self, name: str) -> None:  # noqa: N802 - the name it has on res
        """Have none."""

    def setHeader(self, name: str, value: object) -> None:  # noqa: N802
        """Have none."""

    def status(self, code: int) -> Self:
        """Take the status."""
        self.status_code = code
        return self

    def json(self, body: dict[str, str]) -> None:
        """Take the error."""
        self.error = body["error"]

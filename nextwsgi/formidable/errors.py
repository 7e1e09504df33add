"""What an upload can be refused for: formidable's errors and their numbers."""

from nextwsgi.errors import ApiError

NO_PARSER = 1003
FILENAME = 1005
FIELDS_SIZE = 1006
FIELDS = 1007
FILE_TOO_SMALL = 1008
TOTAL_SIZE = 1009
EMPTY_FILE = 1010
NO_CONTENT_TYPE = 1011
MALFORMED = 1012
NO_BOUNDARY = 1013
TRANSFER_ENCODING = 1014
FILES = 1015
FILE_TOO_LARGE = 1016
CANNOT_STORE = 1018


class FormidableError(ApiError):
    """Refuse an upload: not caught, it is the answer.

    ``httpCode`` is the status: 4xx, or 503 where files cannot be stored; ``code`` is formidable's number of
    what is wrong.
    """

    def __init__(self, message: str, code: int, httpCode: int = 400) -> None:
        super().__init__(httpCode, message)
        self.code = code
        self.httpCode = httpCode


def malformed(message: str) -> FormidableError:
    """Refuse a body that is not what its content type says."""
    return FormidableError(message, MALFORMED)

"""What JavaScript imports from ``next/server``, and the classes of the web that it has by itself."""

from nextwsgi.after import after
from nextwsgi.web.blob import Blob, File
from nextwsgi.web.formdata import FormData
from nextwsgi.web.headers import Headers
from nextwsgi.web.next import NextRequest, NextResponse
from nextwsgi.web.request import Request
from nextwsgi.web.response import Response
from nextwsgi.web.url import URL, URLSearchParams

__all__ = [
    "URL",
    "Blob",
    "File",
    "FormData",
    "Headers",
    "NextRequest",
    "NextResponse",
    "Request",
    "Response",
    "URLSearchParams",
    "after",
]

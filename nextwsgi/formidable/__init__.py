"""Uploads: npm's formidable, as tutorials use it."""

from nextwsgi.formidable.errors import FormidableError
from nextwsgi.formidable.files import File
from nextwsgi.formidable.form import Formidable, formidable

__all__ = ["File", "Formidable", "FormidableError", "formidable"]

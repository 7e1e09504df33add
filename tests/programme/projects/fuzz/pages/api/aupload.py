import os
import tempfile

from nextwsgi.formidable import FormidableError, formidable

config = {"api": {"bodyParser": False}}


async def handler(req, res):
    options = {
        "maxFiles": 2,
        "maxFields": 3,
        "maxFileSize": 500,
        "maxFieldsSize": 500,
        "hashAlgorithm": "sha256",
    }
    try:
        fields, files = await formidable(uploadDir=tempfile.gettempdir(), **options).parse(req)
    except FormidableError as error:
        return res.status(error.httpCode).json({"error": error.message})
    for file in (file for each in files.values() for file in each):
        os.unlink(file.filepath)
    return res.json([fields, [file.hash for each in files.values() for file in each]])

import os
import tempfile

from nextwsgi.formidable import FormidableError, formidable

config = {"api": {"bodyParser": False}}
FOLDER = tempfile.gettempdir()


def handler(req, res):
    try:
        fields, files = formidable(uploadDir=FOLDER, keepExtensions=True, allowEmptyFiles=True).parse(req)
    except FormidableError as error:
        return res.status(error.httpCode).json({"error": error.message})
    shown = []
    for file in (file for each in files.values() for file in each):
        shown.append([file.originalFilename, file.newFilename, file.mimetype, file.size])
        os.unlink(file.filepath)
    return res.json([fields, shown])

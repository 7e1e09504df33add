import os

from nextwsgi.formidable import FormidableError, formidable

config = {"api": {"bodyParser": False}}


async def handler(req, res):
    try:
        fields, files = await formidable(maxFileSize=1000).parse(req)
    except FormidableError as error:
        res.status(error.httpCode).json(error.message)
        return
    for file in files["file"]:
        os.unlink(file.filepath)
    res.json(fields["id"])

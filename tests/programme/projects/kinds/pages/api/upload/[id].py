import os

from lib.shown import shown

from nextwsgi.formidable import formidable

config = {"api": {"bodyParser": False}}


def handler(req, res):
    fields, files = formidable().parse(req)
    file = files["file"][0]
    with open(file.filepath) as stored:
        text = stored.read()
    os.unlink(file.filepath)
    res.json([*shown(req, fields["id"][0]), file.originalFilename, text])

from lib.shown import shown
from marshmallow import Schema, fields

from nextwsgi.middleware import compose, methods, set_cookie, with_cors, with_validation


class Body(Schema):
    id = fields.String(required=True)


def show(req, res):
    set_cookie(res, "seen", req.cookies["who"])
    res.json(shown(req, req.body["id"]))


handler = compose(with_cors(), with_validation(Body))(methods(POST=show))

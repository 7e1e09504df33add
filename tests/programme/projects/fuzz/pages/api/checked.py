from marshmallow import Schema, fields, validate

from nextwsgi.middleware import with_validation


class Inner(Schema):
    a = fields.Integer()
    when = fields.DateTime()


class Body(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 50))
    age = fields.Integer(strict=True)
    price = fields.Decimal(allow_nan=False, as_string=True)
    email = fields.Email()
    url = fields.Url()
    tags = fields.List(fields.String())
    inner = fields.Nested(Inner)


class Query(Schema):
    page = fields.Integer(load_default=1)
    to = fields.Date()


@with_validation(Body, query=Query)
def handler(req, res):
    res.json([req.body, req.query])

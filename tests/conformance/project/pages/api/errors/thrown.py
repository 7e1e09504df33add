values = {"text": "secret", "number": 42, "null": None, "object": {"statusCode": 404, "message": "secret"}}


def handler(req, res):
    raise values[req.query["value"]]

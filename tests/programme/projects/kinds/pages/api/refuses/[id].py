from nextwsgi import ApiError


def handler(req, res):
    raise ApiError(404, req.query["id"])

values = {
    "object": {"returned": True},
    "text": "returned",
    "number": 42,
    "false": False,
    "list": [1],
}


def handler(req, res):
    res.status(201).json({"answered": True})
    return values[req.query["value"]]

from lib.records import counts, mixed


def handler(req, res):
    res.json({"counts": counts, "mixed": mixed})

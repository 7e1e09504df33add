from bench.data import USERS


def handler(req, res):
    res.status(200).json(USERS)

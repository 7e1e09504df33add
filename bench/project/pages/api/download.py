from bench.data import PIECE

config = {"api": {"responseLimit": False}}


def handler(req, res):
    size = int(req.query["bytes"])
    res.setHeader("Content-Length", size)
    res.status(200).send(PIECE for _ in range(size // len(PIECE)))

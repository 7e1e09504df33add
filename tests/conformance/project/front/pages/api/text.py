import os


def handler(req, res):
    res.setHeader("X-Env", os.environ["FRONT_WORD"])
    res.status(201).send("text")

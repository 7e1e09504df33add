def phrase(res):
    res.statusMessage = "Good Dog"
    res.json({"dog": "Rex"})


answers = {
    "json": lambda res: res.json({"dog": "Rex"}),
    "send": lambda res: res.send("Rex"),
    "empty": lambda res: res.send(""),
    "buffer": lambda res: res.send(b"Rex"),
    "typed": lambda res: res.setHeader("Content-Type", "text/plain").send("Rex"),
    "long": lambda res: res.setHeader("Content-Length", 3).setHeader("Cache-Control", "max-age=60").send("Rex"),
    "end": lambda res: res.end("Rex"),
    "own": lambda res: res.setHeader("ETag", '"by-hand"').json({"dog": "Rex"}),
    "own_end": lambda res: res.setHeader("ETag", '"by-hand"').end("Rex"),
    "cookie": lambda res: res.setHeader("Set-Cookie", ["a=1", "b=2"]).setHeader("X-Kept", "1").json({"dog": "Rex"}),
    "phrase": phrase,
}


def handler(req, res):
    as_, status = req.query["as"], req.query.get("status", "200")
    answers[as_](res.status(int(status)))

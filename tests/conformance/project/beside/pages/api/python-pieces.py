from threading import Event

ready = Event()


def handler(req, res):
    if "go" in req.query:
        ready.set()
        return res.end()
    ready.clear()
    res.writeHead(200, {"Content-Type": "text/plain", "Cache-Control": "no-transform"})
    res.write("one ")
    ready.wait(20)
    res.end("two")

import time

WAIT = 1.5
pause = time.sleep


def written(res):
    res.write("one ")
    pause(WAIT)
    res.end("two")


def written_with_length(res):
    res.setHeader("Content-Length", 7).write("one ")
    pause(WAIT)
    res.end("two")


def flushed(res):
    res.status(202).setHeader("X-Own", "1").flushHeaders()
    pause(WAIT)
    res.end("late")


def head_alone(res):
    res.writeHead(202, {"X-Own": "1"})
    pause(WAIT)
    res.end("late")


def empty_piece(res):
    res.status(202).write("")
    pause(WAIT)
    res.end("late")


def pieces():
    yield "one "
    pause(WAIT)
    yield "two"


def sent(res):
    res.send(pieces())


def answered(res):
    res.json({"answered": True})
    pause(WAIT)


cases = {
    "written": written,
    "written_with_length": written_with_length,
    "flushed": flushed,
    "head_alone": head_alone,
    "empty_piece": empty_piece,
    "sent": sent,
    "answered": answered,
}


def handler(req, res):
    cases[req.query["case"]](res)

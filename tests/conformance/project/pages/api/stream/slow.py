import asyncio

WAIT = 1.5
pause = asyncio.sleep


async def written(res):
    res.write("one ")
    await pause(WAIT)
    res.end("two")


async def written_with_length(res):
    res.setHeader("Content-Length", 7).write("one ")
    await pause(WAIT)
    res.end("two")


async def flushed(res):
    res.status(202).setHeader("X-Own", "1").flushHeaders()
    await pause(WAIT)
    res.end("late")


async def head_alone(res):
    res.writeHead(202, {"X-Own": "1"})
    await pause(WAIT)
    res.end("late")


async def empty_piece(res):
    res.status(202).write("")
    await pause(WAIT)
    res.end("late")


async def pieces():
    yield "one "
    await pause(WAIT)
    yield "two"


async def sent(res):
    res.send(pieces())


async def answered(res):
    res.json({"answered": True})
    await pause(WAIT)


cases = {
    "written": written,
    "written_with_length": written_with_length,
    "flushed": flushed,
    "head_alone": head_alone,
    "empty_piece": empty_piece,
    "sent": sent,
    "answered": answered,
}


async def handler(req, res):
    await cases[req.query["case"]](res)

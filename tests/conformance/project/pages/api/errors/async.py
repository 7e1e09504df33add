import asyncio

pause = asyncio.sleep


async def rejects(res):
    raise Exception("secret")


async def rejects_later(res):
    await pause(0.02)
    res.setHeader("X-Kept", "1")
    raise Exception("secret")


async def inner_rejects(res):
    res.status(201)
    await rejects(res)


async def answers(res):
    await pause(0.02)
    res.status(201).json({"late": True})


async def answers_then_throws(res):
    res.json({"first": True})
    await pause(0.02)
    raise Exception("secret")


async def caught(res):
    try:
        await rejects(res)
    except Exception:
        res.status(400).json({"caught": True})


async def twice(res):
    res.json({"first": True})
    await pause(0.02)
    res.json({"second": True})


async def square(n):
    await pause(0.02 * n)
    return n * n


async def at_once(res):
    values = await asyncio.gather(*map(square, [1, 2, 3]))
    res.json(values)


async def finally_runs(res):
    try:
        await rejects(res)
    finally:
        res.setHeader("X-Finally", "1")


cases = {
    "rejects": rejects,
    "rejects_later": rejects_later,
    "inner_rejects": inner_rejects,
    "answers": answers,
    "answers_then_throws": answers_then_throws,
    "caught": caught,
    "twice": twice,
    "at_once": at_once,
    "finally_runs": finally_runs,
}


async def handler(req, res):
    await cases[req.query["case"]](res)

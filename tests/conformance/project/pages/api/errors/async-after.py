import asyncio

pause = asyncio.sleep


async def write_then_throw(res):
    res.write("half ")
    await pause(0.05)
    raise Exception("secret")


async def write_length_then_throw(res):
    res.setHeader("Content-Length", 100).write("half ")
    await pause(0.05)
    raise Exception("secret")


async def writes(res):
    for piece in ["one ", "two ", "three"]:
        res.write(piece)
        await pause(0.05)
    res.end()


cases = {
    "write_then_throw": write_then_throw,
    "write_length_then_throw": write_length_then_throw,
    "writes": writes,
}


async def handler(req, res):
    await cases[req.query["case"]](res)

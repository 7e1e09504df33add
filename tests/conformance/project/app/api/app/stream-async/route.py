import asyncio

from nextwsgi.server import Response


async def stream(pieces, fails=False):
    for piece in pieces:
        await asyncio.sleep(0.01)
        yield piece
    if fails:
        raise ValueError("secret")


async def pieces():
    return Response(stream(["a", "b", "c"]))


async def typed():
    return Response(stream(["data: 1\n\n"]), headers={"Content-Type": "text/event-stream"})


async def empty():
    return Response(stream([]))


async def fails_midway():
    return Response(stream(["a", "b"], True), headers={"x-a": "1"})


async def fails_first():
    return Response(stream([], True), headers={"x-a": "1"})


async def status():
    return Response(stream(["a"]), status=404, statusText="Mine")


async def read():
    return Response(await Response(stream(["a", "b"])).text())


async def tee():
    one = Response(stream(["a", "b"]))
    two = one.clone()
    return Response.json([await one.text(), await two.text()])


cases = {
    case.__name__: case for case in (pieces, typed, empty, fails_midway, fails_first, status, read, tee)
}


async def GET(request):
    return await cases[request.nextUrl.searchParams.get("case")]()

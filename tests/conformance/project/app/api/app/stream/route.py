import time

from nextwsgi.server import Response


def stream(pieces, fails=False):
    for piece in pieces:
        time.sleep(0.01)
        yield piece
    if fails:
        raise ValueError("secret")


def pieces():
    return Response(stream(["a", "b", "c"]))


def typed():
    return Response(stream(["data: 1\n\n"]), headers={"Content-Type": "text/event-stream"})


def empty():
    return Response(stream([]))


def fails_midway():
    return Response(stream(["a", "b"], True), headers={"x-a": "1"})


def fails_first():
    return Response(stream([], True), headers={"x-a": "1"})


def status():
    return Response(stream(["a"]), status=404, statusText="Mine")


def read():
    return Response(Response(stream(["a", "b"])).text())


def tee():
    one = Response(stream(["a", "b"]))
    two = one.clone()
    return Response.json([one.text(), two.text()])


cases = {
    case.__name__: case for case in (pieces, typed, empty, fails_midway, fails_first, status, read, tee)
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")]()

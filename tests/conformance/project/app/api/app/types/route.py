from nextwsgi.server import URL, Blob, NextResponse, Response, URLSearchParams


def clone(_):
    one = Response("x")
    two = one.clone()
    one.text()
    return two


def read(_):
    one = Response("x")
    one.text()
    return one

cases = {
    "text": lambda _: Response("héllo"),
    "empty_text": lambda _: Response(""),
    "nothing": lambda _: Response(),
    "null": lambda _: Response(None),
    "bytes": lambda _: Response(b"\x00\xff\n"),
    "number": lambda _: Response(5),
    "true": lambda _: Response(True),
    "blob": lambda _: Response(Blob(["a", "b"], type="Text/X")),
    "blob_bare": lambda _: Response(Blob(["ab"])),
    "params": lambda _: Response(URLSearchParams({"a": "1 2", "b": "é"})),
    "own": lambda _: Response("a,b", headers={"Content-Type": "text/csv"}),
    "json": lambda _: Response.json({"a": [1, None, "é"]}),
    "json_null": lambda _: Response.json(None),
    "json_text": lambda _: Response.json("x"),
    "json_own": lambda _: Response.json({}, status=201, statusText="Mine", headers={"content-type": "a/b"}),
    "next_json": lambda _: NextResponse.json({"error": "no"}, status=422, statusText="Nope"),
    "next_text": lambda _: NextResponse("x", status=202),
    "json_204": lambda _: Response.json({}, status=204),
    "clone": clone,
    "read": read,
    "big": lambda _: Response("x" * 300_000),
    "next_rewrite": lambda request: NextResponse.rewrite(URL("/x", request.url)),
    "next_next": lambda _: NextResponse.next(),
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

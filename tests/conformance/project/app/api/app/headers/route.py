from nextwsgi.server import Headers, Response


def changed(change):
    response = Response("x", headers={"x-a": "1", "x-b": "2"})
    change(response.headers)
    return response

cases = {
    "dict": lambda _: Response("x", headers={"X-Upper": "A", "x-lower": "b"}),
    "pairs": lambda _: Response("x", headers=[["x-a", "1"], ["X-A", "2"], ["x-b", "3"]]),
    "headers": lambda _: Response("x", headers=Headers({"x-a": "1"})),
    "cookies": lambda _: Response("x", headers=[["set-cookie", "a=1"], ["set-cookie", "b=2; Path=/x"], ["set-cookie", "a=3"]]),
    "trimmed": lambda _: Response("x", headers={"x-a": " \t1 2\t "}),
    "empty": lambda _: Response("x", headers={"x-a": ""}),
    "number": lambda _: Response("x", headers={"x-a": 5, "x-b": 1.5, "x-c": True, "x-d": None}),
    "latin": lambda _: Response("x", headers={"x-a": "\u00e9"}),
    "wide": lambda _: Response("x", headers={"x-a": "\u4e2d"}),
    "line": lambda _: Response("x", headers={"x-a": "1\r\nx-evil: 1"}),
    "feed": lambda _: Response("x", headers={"x-a": "1\nx"}),
    "nul": lambda _: Response("x", headers={"x-a": "1\u0000"}),
    "control": lambda _: Response("x", headers={"x-a": "1\u0001"}),
    "delete_char": lambda _: Response("x", headers={"x-a": "1\u007f"}),
    "name_space": lambda _: Response("x", headers={"x a": "1"}),
    "name_empty": lambda _: Response("x", headers={"": "1"}),
    "name_colon": lambda _: Response("x", headers={"x:": "1"}),
    "name_wide": lambda _: Response("x", headers={"\u00e9": "1"}),
    "length": lambda _: Response("x", headers={"content-length": "1"}),
    "length_more": lambda _: Response("x", headers={"content-length": "9"}),
    "encoding": lambda _: Response("x", headers={"content-encoding": "identity"}),
    "chunked": lambda _: Response("x", headers={"transfer-encoding": "chunked"}),
    "etag": lambda _: Response("x", headers={"etag": '"x"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT"}),
    "vary": lambda _: Response("x", headers={"vary": "accept, origin"}),
    "cache": lambda _: Response("x", headers={"cache-control": "public, s-maxage=60"}),
    "cors": lambda _: Response("x", headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, POST"}),
    "location": lambda _: Response("x", headers={"location": "/somewhere"}),
    "three": lambda _: Response("x", headers=[["a", "b", "c"]]),
    "text": lambda _: Response("x", headers="x-a: 1"),
    "append": lambda _: changed(lambda headers: (headers.append("x-a", "3"), headers.append("X-C", "4"),)),
    "set": lambda _: changed(lambda headers: (headers.set("X-A", "3"),)),
    "delete": lambda _: changed(lambda headers: (headers.delete("X-A"),)),
    "delete_type": lambda _: changed(lambda headers: (headers.delete("content-type"),)),
    "vary_append": lambda _: changed(lambda headers: (headers.append("vary", "a"), headers.append("vary", "b"),)),
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

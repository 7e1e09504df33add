def short(res):
    res.setHeader("Content-Length", 10)
    res.write("four")
    res.end()


def long(res):
    res.setHeader("Content-Length", 4)
    res.write("four")
    res.write(" more")
    res.end()


cases = {
    "short": short,
    "long": long,
    "short_end": lambda res: res.setHeader("Content-Length", 10).end("four"),
    "long_end": lambda res: res.setHeader("Content-Length", 4).end("four more"),
    "zero": lambda res: res.setHeader("Content-Length", 0).end(),
    "list": lambda res: res.setHeader("Content-Length", ["4", "4"]).end("four"),
    "chunked": lambda res: res.setHeader("Transfer-Encoding", "chunked").end("four"),
    "both": lambda res: res.setHeader("Transfer-Encoding", "chunked").setHeader("Content-Length", 4).end("four"),
    "close": lambda res: res.setHeader("Connection", "close").end("four"),
    "upgrade": lambda res: res.setHeader("Connection", "upgrade").setHeader("Upgrade", "x").end("four"),
    "keep": lambda res: res.setHeader("Connection", "keep-alive").end("four"),
    "no_content": lambda res: res.status(204).setHeader("Content-Length", 4).end("four"),
    "not_modified": lambda res: res.status(304).setHeader("Content-Length", 4).end("four"),
    "reset": lambda res: res.status(205).setHeader("Content-Length", 0).end(),
}


def handler(req, res):
    cases[req.query["case"]](res)

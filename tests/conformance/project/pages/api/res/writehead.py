from json import dumps


def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def text(value):
    return dumps(value, separators=(",", ":"))


def refused(*args):
    def case(res):
        res.setHeader("X-Kept", "1")
        failed = threw(lambda: res.writeHead(*args))
        res.end(text({"threw": failed, "sent": res.headersSent}))

    return case


def merges(res):
    res.setHeader("X-A", "set").setHeader("X-B", "set")
    res.writeHead(200, {"x-a": "written", "X-C": "written"})
    res.end()


def over_status(res):
    res.status(404).writeHead(201).end(text({"status": res.statusCode}))


def twice(res):
    res.writeHead(201, {"X-A": "1"})
    failed = threw(lambda: res.writeHead(202, {"X-B": "2"}))
    res.end(text({"threw": failed}))


def after_end(res):
    res.end("text")
    res.writeHead(500)


def then_set(res):
    res.writeHead(201)
    failed = threw(lambda: res.setHeader("X-Late", "1"))
    res.end(text({"threw": failed, "sent": res.headersSent}))


def then_json(res):
    res.writeHead(201, {"X-A": "1"})
    res.json({"a": 1})


def then_send(res):
    res.writeHead(201, {"Content-Type": "text/plain"}).send("text")


def then_status(res):
    res.writeHead(201)
    res.status(500).end(text({"status": res.statusCode}))


def phrase_kept(res):
    res.statusMessage = "Kept"
    res.writeHead(201)
    res.end()


def phrase_over(res):
    res.statusMessage = "Before"
    res.writeHead(201, "After")
    res.end(text({"phrase": res.statusMessage}))


def read_back(res):
    res.setHeader("X-A", "1")
    res.writeHead(200, {"X-B": "2"})
    res.end(text({"a": res.hasHeader("X-A"), "b": res.hasHeader("X-B")}))


def read_back_alone(res):
    res.writeHead(200, {"X-B": "2"})
    res.end(text({"b": res.hasHeader("X-B"), "names": res.getHeaderNames()}))


cases = {
    "status": lambda res: res.writeHead(201).end("text"),
    "phrase": lambda res: res.writeHead(201, "Made It").end("text"),
    "headers": lambda res: res.writeHead(201, {"X-A": "1", "Content-Type": "text/plain"}).end("text"),
    "both": lambda res: res.writeHead(404, "No Dog", {"X-A": "1"}).end("text"),
    "null_headers": lambda res: res.writeHead(201, None).end("text"),
    "empty_phrase": lambda res: res.writeHead(201, "").end("text"),
    "list": lambda res: res.writeHead(200, {"Set-Cookie": ["a=1", "b=2"], "X-N": 42}).end("text"),
    "length": lambda res: res.writeHead(200, {"Content-Length": 4}).end("text"),
    "no_content": lambda res: res.writeHead(204).end(),
    "not_modified": lambda res: res.writeHead(304, {"ETag": '"a"'}).end("text"),
    "text_status": lambda res: res.writeHead("201").end("text"),
    "alone": lambda res: res.writeHead(202) and res.end(),
    "merges": merges,
    "over_status": over_status,
    "twice": twice,
    "after_end": after_end,
    "then_set": then_set,
    "then_json": then_json,
    "then_send": then_send,
    "then_status": then_status,
    "phrase_kept": phrase_kept,
    "phrase_over": phrase_over,
    "read_back": read_back,
    "read_back_alone": read_back_alone,
    "bad_status": refused(99),
    "big_status": refused(1000),
    "zero_status": refused(0),
    "word_status": refused("many"),
    "bad_phrase": refused(200, "Bad\r\nX-Evil: 1"),
    "bad_name": refused(200, {"X Bad": "1"}),
    "bad_value": refused(200, {"X-Bad": "a\nb"}),
    "undefined_value": refused(200, {"X-Bad": None}),
    "wide_value": refused(200, {"X-Bad": "\u4e2d"}),
}


def handler(req, res):
    cases[req.query["case"]](res)
